"""The copy of what is published at an address: whole or not there, and tried again until it is."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

import kill_runs
import pytest

from pipelines import cli
from pipelines.engines.copies import CURATED, copy_published, is_copied
from pipelines.files import sha256_of
from pipelines.workspace import Workspace

Put = Callable[[Path, str], None]


def quarter(data: Path, dossiers: int) -> Workspace:
    kill_runs.lay_out(data, dossiers)
    assert cli.run(["quarter", "2023Q3", "--data", str(data)]) == 0
    return Workspace(data)


def put(path: Path, address: str) -> None:
    Path(address).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, address)


def put_that_fails_at(nth: int) -> Put:
    calls = count()

    def failing(path: Path, address: str) -> None:
        if next(calls) == nth:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        put(path, address)

    return failing


def copied(store: Path) -> dict[str, str]:
    """Return what a reader who begins at the manifest finds: name → hash, each held against it."""
    manifest = json.loads((store / "manifest.json").read_text(encoding="utf-8"))
    found = {}
    for name, facts in manifest["files"].items():
        folder, file = name.rsplit("/", 1)
        found[name] = sha256_of(store / manifest["folders"][folder] / file)
        assert found[name] == facts["sha256"]
    return found


def published(workspace: Workspace) -> dict[str, str]:
    manifest = json.loads((workspace.curated / "manifest.json").read_text(encoding="utf-8"))
    return {name: sha256_of(workspace.curated / name) for name in manifest["files"]}


def test_a_copy_that_fails_leaves_the_one_before_and_is_made_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "store"
    address = f"{store}/"
    monkeypatch.setenv(CURATED, address)
    workspace = quarter(tmp_path / "data", 3)
    assert not is_copied(workspace)
    copy_published(workspace, address, put)
    before = copied(store)
    assert is_copied(workspace)
    assert before == published(workspace)

    quarter(workspace.data, 5)
    files = len(published(workspace))
    # At the first file, one in the middle, the last, and the manifest, which comes after all.
    for nth in (0, files // 2, files - 1, files):
        with pytest.raises(OSError, match="No space"):
            copy_published(workspace, address, put_that_fails_at(nth))
        assert not is_copied(workspace)
        assert copied(store) == before
    copy_published(workspace, address, put)
    assert is_copied(workspace)
    assert copied(store) == published(workspace) != before


def test_nothing_is_copied_where_no_address_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(CURATED, raising=False)
    assert is_copied(Workspace(tmp_path))


def test_another_address_has_not_been_copied_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = quarter(tmp_path / "data", 3)
    for name in ("one", "other"):
        monkeypatch.setenv(CURATED, str(tmp_path / name))
        assert not is_copied(workspace)
        copy_published(workspace, str(tmp_path / name), put)
        assert is_copied(workspace)
