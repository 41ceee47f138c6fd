"""The cache of staged exports: `data/staging`, safe to delete, and never believed unread.

`<sha256 of file>-<hash of contract>.<kind>.<hash of the Parquet>.parquet`: a Parquet that no longer
has the hash in its name is damaged and made again, so that no figure rests on a flipped bit.
"""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.exports import RawFile
from pipelines.files import sha256_of, write_atomically
from pipelines.raw_contract import contract_hash

# The staged Parquets of a folder by what their names begin with, one beginning for each export.
Kept = Mapping[str, list[Path]]

DOSSIERS, PROCEDURES = "dossiers", "procedures"
_UNKNOWN = "unknown"


@dataclass(frozen=True)
class Staged:
    """One staged Parquet and what its file as a whole states."""

    path: Path = field(compare=False)
    sha256: str = field(compare=False)  # of the export
    kind: str  # dossiers or procedures
    kinds: list[str]  # all kinds that the file holds
    format: str
    encoding: str
    layout: str
    sheets: list[str]
    snapshot_on: date | None  # as stated in a title
    rows_above: int  # rows down to the header, and those of sheets without a header
    first_row: int | None  # number of the first row where the rows carry none
    dropped_columns: list[str]
    unmatched_sheets: list[str]
    resembling: list[list[str]]  # unknown headers: header, canonical column, alias it resembles
    # Columns that figures rest on and that are not there: canonical column, and where it is missed
    # the headers that stand for nothing known.
    absent: list[list[str | None]]
    vouched: str  # hash of the procedure names against which free text was held; "" if none


def vouched_by(procedure_names: frozenset[str] | None) -> str:
    """Return the mark of the names against which free text is held; of none, that of unknown."""
    if procedure_names is None:
        return _UNKNOWN
    return sha256("\n".join(sorted(procedure_names)).encode()).hexdigest()


def kept_in(folder: Path) -> Kept:
    """Return the staged Parquets of `folder`, which is so listed once for many files."""
    kept: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.glob("*.parquet")):
        kept[path.name.split(".")[0]].append(path)
    return kept


def staged_already(
    raw: RawFile, folder: Path, procedure_names: frozenset[str] | None, kept: Kept | None = None
) -> list[Staged]:
    """Return what `raw` was staged as, or nothing if any of it is missing, damaged, or was held
    against other procedure names. `kept` is what `folder` holds, if that is known.
    """
    vouched = vouched_by(procedure_names)
    found = []
    for path in _kept(raw, folder, kept):
        staged = _read(path)
        if staged is None:
            return []
        found.append(staged)
    if found and sorted(each.kind for each in found) != found[0].kinds:
        return []
    if vouched != _UNKNOWN and any(each.vouched not in ("", vouched) for each in found):
        return []
    return found


def keep(
    raw: RawFile, staged: Iterable[Staged], folder: Path, kept: Kept | None = None
) -> list[Staged]:
    """Move freshly staged Parquets of `raw` into the cache and return them where they lie now."""
    for old in _kept(raw, folder, kept):
        old.unlink(missing_ok=True)
    moved = []
    for each in staged:
        name = f"{_stem(raw)}.{each.kind}.{sha256_of(each.path)[:16]}.parquet"
        moved.append(replace(each, path=each.path.replace(folder / name)))
    return moved


def keep_content(raw: RawFile, staged: dict[str, bytes], folder: Path) -> None:
    """Put the staged Parquets of `raw`, which another machine made under these names, into the
    cache.
    """
    for old in _kept(raw, folder):
        old.unlink(missing_ok=True)
    for name, content in staged.items():
        write_atomically(folder / Path(name).name, content)


def prune(folder: Path, wanted: Iterable[RawFile]) -> list[Path]:
    """Remove the staged Parquets that belong to none of the files `wanted`; return what went."""
    stems = {_stem(raw) for raw in wanted}
    unused = [path for path in folder.glob("*.parquet") if path.name.split(".")[0] not in stems]
    for path in unused:
        path.unlink(missing_ok=True)
    return unused


def clear_remains(folder: Path) -> None:
    """Remove what killed runs left half-staged; only before anything is staged, since a run that
    is under way has its own there to its end.
    """
    for remains in folder.glob(".staging-*"):
        shutil.rmtree(remains, ignore_errors=True)


def _stem(raw: RawFile) -> str:
    return f"{raw.sha256}-{contract_hash()[:16]}"


def _kept(raw: RawFile, folder: Path, kept: Kept | None = None) -> list[Path]:
    return (kept_in(folder) if kept is None else kept).get(_stem(raw), [])


def _read(path: Path) -> Staged | None:
    """Return what a kept Parquet is, or None if it is not what its name says."""
    try:
        if sha256_of(path)[:16] != path.name.split(".")[-2]:
            return None
        metadata = pq.read_metadata(path).metadata or {}
        facts: dict[str, Any] = json.loads(metadata[b"igate"])
        stated = facts["snapshot_on"]
        facts["snapshot_on"] = date.fromisoformat(stated) if stated else None
        staged = Staged(path=path, **facts)
        return staged if path.name.startswith(f"{staged.sha256}-") else None
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        return None
