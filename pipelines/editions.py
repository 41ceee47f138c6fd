"""Editions: everything that is published at one time, built beside the old and switched to.

    data/curated/
      .editions/000001/                        one edition:
          period=2023Q3 → its vintage          (pipelines/vintages.py)
          revisions/period=2023Q3 → a vintage  that differs from the signed one
          quality/, manifest.json, igate.duckdb
      .editions/current → 000001               the one link whose renaming publishes
      period=2023Q3, revisions, quality, manifest.json → the same in the current edition
    data/igate.duckdb → the same in the current edition

A reader that follows any of these paths sees one edition; files once open stay readable. Who opens
several resolves one of them first (`held`), and reads beside it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from pipelines import __version__
from pipelines.database import build_database
from pipelines.errors import DataError
from pipelines.files import sha256_of
from pipelines.parquet import described
from pipelines.workspace import Workspace

MANIFEST = "manifest.json"
REVISIONS = "revisions"
_COPY = ".manifest-"  # with its hash behind: damage to the one file forgets nothing that was signed
# What is told of a new edition just before the switch: its manifest and the manifest's checksum.
Announce = Callable[[dict[str, Any], str], None]
KEPT_EDITIONS = 3  # a reader that resolved an older one a moment ago still finds its files


def read_manifest(workspace: Workspace) -> dict[str, Any]:
    """Return the manifest of what is published, empty if nothing is.

    Raises `DataError` if it is there and cannot be read: to go on as if nothing had been
    published would forget what was signed.
    """
    path = workspace.published / MANIFEST
    try:
        content: dict[str, Any] = json.loads((_copy(workspace) or path).read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise DataError(
            f"{workspace.shown(path)} đã hỏng: hãy khôi phục tệp này từ bản sao lưu, hoặc chuyển "
            f"thư mục {workspace.shown(workspace.curated)} đi nơi khác rồi chạy lại."
        ) from error
    return content


def manifest_intact(workspace: Workspace) -> bool:
    """Whether the manifest is there as it was published."""
    copy, path = _copy(workspace), workspace.published / MANIFEST
    return path.is_file() and (copy is None or copy.read_bytes() == path.read_bytes())


def _copy(workspace: Workspace) -> Path | None:
    """Return the manifest's copy in the edition, whose name says what it must hold, or None."""
    edition = workspace.edition or workspace.curated / ".editions" / "current"
    for path in edition.glob(f"{_COPY}*"):
        with suppress(FileNotFoundError):
            if path.name == f"{_COPY}{sha256_of(path)}":
                return path
    return None


def held(workspace: Workspace) -> Workspace:
    """Return the workspace with what is published now: all that is read of it is of one edition,
    whatever is published meanwhile.
    """
    # The manifest is a link into the current edition; its folder is a whole of its own.
    return replace(workspace, edition=(workspace.curated / MANIFEST).resolve().parent)


def begin_edition(workspace: Workspace) -> Path:
    """Return the folder of a new edition, with an empty `quality/`; it is not visible yet."""
    _clear_remains(workspace)
    new = workspace.curated / ".editions" / f".new-{os.getpid()}"
    (new / "quality").mkdir(parents=True)
    return new


def finish_edition(
    workspace: Workspace,
    new: Path,
    run: dict[str, Any],
    periods: dict[str, Any],
    vintages: dict[str, dict[str, str]],
    announce: Announce,
) -> dict[str, Any]:
    """Complete the edition in `new`, switch to it with one rename and return its manifest.

    `announce` is called with the manifest and its checksum when all but the switch is done.
    `periods` are the manifest's facts of each period; `vintages` has, per period, the number
    and the checksum of the `vintage.json` of every vintage that is kept.
    """
    visible = {f"period={name}": (name, facts["vintage"]) for name, facts in periods.items()}
    visible |= {
        f"{REVISIONS}/period={name}": (name, facts["revision"]["vintage"])
        for name, facts in periods.items()
        if "revision" in facts
    }
    files = {f"quality/{name}": facts for name, facts in described(new / "quality").items()}
    for folder, (period, number) in sorted(visible.items()):
        target = Path(".vintages", f"period={period}", f"{number:04d}")
        link = new / folder
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(Path(*[".."] * (len(Path(folder).parts) + 1), target))
        stated = json.loads((link / "vintage.json").read_text(encoding="utf-8"))["files"]
        stated["vintage.json"] = {"sha256": vintages[period][str(number)]}
        files |= {f"{folder}/{name}": facts for name, facts in sorted(stated.items())}
    try:
        build_database(new / "igate.duckdb", new)
    except duckdb.InvalidInputException as error:
        raise DataError(
            "Có tệp đã công bố bị hỏng nên không dựng lại được cơ sở dữ liệu: hãy chạy igate "
            "verify để biết tệp nào, rồi chạy lại make quarter cho kỳ của tệp đó."
        ) from error
    manifest = {
        "software": f"igate {__version__}",
        "run": run,
        "periods": periods,
        "files": files,
        "vintages": vintages,
        "database": {"file": "igate.duckdb", "sha256": sha256_of(new / "igate.duckdb")},
    }
    content = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    (new / MANIFEST).write_text(content, encoding="utf-8")
    checksum = sha256_of(new / MANIFEST)
    (new / f"{_COPY}{checksum}").write_text(content, encoding="utf-8")
    settle(new)
    announce(manifest, checksum)
    _switch(workspace, new, sorted(periods))
    return manifest


def settle(folder: Path) -> None:
    """Force a folder's files to the disk, so that the rename that follows cannot overtake them."""
    for path in [*folder.rglob("*"), folder]:
        if path.is_symlink():
            continue
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _switch(workspace: Workspace, new: Path, periods: list[str]) -> None:
    editions = new.parent
    taken = [int(path.name) for path in editions.iterdir() if path.name.isdigit()]
    edition = editions / f"{max(taken, default=0) + 1:06d}"
    revised = (new / REVISIONS).is_dir()
    new.rename(edition)
    # What is new to this edition leads nowhere until the switch, and to the whole of it from then.
    current = Path(".editions", "current")
    for name in ["quality", MANIFEST, *(f"period={period}" for period in periods)]:
        _link(workspace.curated / name, current / name)
    if revised:
        _link(workspace.curated / REVISIONS, current / REVISIONS)
    _link(workspace.database, Path(workspace.curated.name, current, "igate.duckdb"))
    _link(editions / "current", Path(edition.name))  # from here on the new edition is published
    if not revised:
        (workspace.curated / REVISIONS).unlink(missing_ok=True)
    for number in sorted(taken)[: -(KEPT_EDITIONS - 1) or None]:
        shutil.rmtree(editions / f"{number:06d}")


def _link(path: Path, target: Path) -> None:
    """Make `path` a link to `target` with one rename, unless it is that already."""
    if path.is_symlink() and path.readlink() == target:
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)  # a folder of an earlier layout, or made by hand: not ours to read
    temporary.replace(path)


def _clear_remains(workspace: Workspace) -> None:
    """Remove what a killed run left half-published."""
    for remains in [
        *workspace.curated.glob(".editions/.new-*"),
        *workspace.curated.glob(".vintages/*/.new-*"),
    ]:
        shutil.rmtree(remains, ignore_errors=True)
