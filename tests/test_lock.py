"""Two runs at once: the second says so; a dead run's lock is taken over."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import kill_runs
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


def holding(process: subprocess.Popen[bytes], lock: Path) -> dict[str, str]:
    """Wait until `process` holds the lock, halt it, and return what the lock says."""
    for _ in range(6000):
        assert process.poll() is None
        said = lock.read_text(encoding="utf-8") if lock.exists() else ""
        if f'"pid": {process.pid},' in said:
            process.send_signal(signal.SIGSTOP)
            return dict(json.loads(said))
        time.sleep(0.01)
    raise AssertionError("the run never held the lock")


def test_two_runs_of_the_command_and_one_after_a_kill(tmp_path: Path) -> None:
    """The second ends at once and names the first, whose workers outlive it as they may."""
    data = tmp_path / "data"
    kill_runs.lay_out(data, 20)
    first = subprocess.Popen(
        kill_runs.quarter(data), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        lock = holding(first, data / ".igate.lock")
        second = kill_runs.run(kill_runs.quarter(data))
        assert second.returncode == 1
        assert f"tiến trình {first.pid}, bắt đầu lúc {lock['started']}" in second.stderr
        assert not (data / "curated").exists()
    finally:
        first.kill()
        first.wait()
    assert f'"pid": {first.pid},' in (data / ".igate.lock").read_text(encoding="utf-8")
    third = kill_runs.run(kill_runs.quarter(data))
    assert third.returncode == 0, third.stderr
    assert kill_runs.whole(data, {20}) == []
