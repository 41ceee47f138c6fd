"""The exports of a run: each raw file, and what it was staged as."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow.parquet as pq
from rich.console import Console

from pipelines.console import progress
from pipelines.errors import DataError, TryAgain, UnreadableFile
from pipelines.exports import RawFile
from pipelines.staging_cache import PROCEDURES, Staged
from pipelines.staging_pool import Result, Stage, stage_many
from pipelines.text import key
from pipelines.workspace import Workspace


@dataclass(frozen=True)
class Source:
    """A raw file, what it was staged as, and why it could not be if it was not."""

    raw: RawFile
    staged: tuple[Staged, ...]
    unreadable: str | None
    try_again: bool = False  # whether the next run may read it, the same as it is


def stage_all(
    workspace: Workspace, files: list[RawFile], console: Console, stage: Stage = stage_many
) -> list[Source]:
    """Stage every file by `stage`; one that cannot be read costs the others nothing.

    Raises `DataError` if no dossiers were found at all.
    """
    originals = [raw for raw in files if raw.copy_of is None]
    with progress(console, "Đọc tệp", len(originals)) as done:
        results = stage(originals, workspace.staging, None, done)
    # Free text is held against the catalogue, which is known only when every file was read.
    names = _procedure_names(results)
    guarded = [raw for raw in originals if any(p.vouched for p in _parts(results[raw.name]))]
    results |= stage(guarded, workspace.staging, names, lambda name: None)
    reasons = {name: str(r) for name, r in results.items() if isinstance(r, UnreadableFile)}
    staged = {name: _parts(result) for name, result in results.items()}
    if not any(each.kind != PROCEDURES for parts in staged.values() for each in parts):
        shown = [f"\n  • {name}: {reason}" for name, reason in sorted(reasons.items())]
        raise DataError(
            f"Không có tệp hồ sơ nào dùng được trong {workspace.shown(workspace.raw)}."
            + ("".join(shown) or " Hãy chép tệp danh sách hồ sơ vào thư mục này rồi chạy lại.")
        )
    return [
        Source(raw, staged[name], reasons.get(name), isinstance(results[name], TryAgain))
        for raw in files
        for name in [raw.copy_of or raw.name]
    ]


def _parts(result: Result) -> tuple[Staged, ...]:
    return () if isinstance(result, UnreadableFile) else result


def _procedure_names(results: dict[str, Result]) -> frozenset[str]:
    paths = [p.path for r in results.values() for p in _parts(r) if p.kind == PROCEDURES]
    names: set[str] = set()
    for path in paths:
        # Not `read_table`, which imports what datasets of many files need.
        column = pq.ParquetFile(path).read(columns=["procedure_name"])["procedure_name"]
        names.update(key(name) for name in column.unique().to_pylist() if name)
    return frozenset(names)
