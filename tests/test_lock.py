"""Two runs at once: the second says so; a dead run's lock is taken over."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.errors import DataError
from pipelines.lock import run_lock
from pipelines.workspace import Workspace


def test_the_second_run_is_told_who_holds_the_folder(tmp_path: Path) -> None:
    told = f"tiến trình {os.getpid()}, bắt đầu lúc"
    with (
        run_lock(Workspace(tmp_path)),
        pytest.raises(DataError, match=told),
        run_lock(Workspace(tmp_path)),
    ):
        pass
    with run_lock(Workspace(tmp_path)):
        pass


def test_a_lock_file_without_a_holder_is_taken_over(tmp_path: Path) -> None:
    (tmp_path / ".igate.lock").write_text('{"pid": 1, "started": "lúc xưa"}', encoding="utf-8")
    with run_lock(Workspace(tmp_path)):
        assert str(os.getpid()) in (tmp_path / ".igate.lock").read_text(encoding="utf-8")
