"""Staging many files at once: small ones in worker processes, big ones one after the other."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from pipelines.errors import UnreadableFile
from pipelines.exports import RawFile
from pipelines.staging import Staged, stage, staged_already

# A file of this size keeps all cores busy by itself; several at once would only fill the memory.
_BIG = 64 << 20
# Fewer files than this are staged sooner than workers start.
_FEW = 4

Result = tuple[Staged, ...] | UnreadableFile


def stage_many(
    files: Iterable[RawFile],
    folder: Path,
    procedure_names: frozenset[str] | None,
    done: Callable[[str], None],
) -> dict[str, Result]:
    """Return for each file, by its name, what it was staged as, or why it could not be read.

    `done` is called with a file's name when it is finished. A file that brings its worker down
    is tried once more alone, and is then given up; the others go on.
    """
    results: dict[str, Result] = {}
    small: list[RawFile] = []
    for raw in files:
        cached = staged_already(raw, folder, procedure_names)
        if cached:
            results[raw.name] = tuple(cached)
            done(raw.name)
        elif raw.path.stat().st_size < _BIG:
            small.append(raw)
        else:
            results[raw.name] = _stage(raw, folder, procedure_names)
            done(raw.name)
    if len(small) < _FEW:
        for raw in small:
            results[raw.name] = _stage(raw, folder, procedure_names)
            done(raw.name)
        return results
    for raw, result in _in_workers(small, folder, procedure_names):
        results[raw.name] = result
        done(raw.name)
    return results


def _stage(raw: RawFile, folder: Path, procedure_names: frozenset[str] | None) -> Result:
    try:
        return tuple(stage(raw, folder, procedure_names))
    except UnreadableFile as reason:
        return reason


def _in_workers(
    files: list[RawFile], folder: Path, procedure_names: frozenset[str] | None
) -> Iterable[tuple[RawFile, Result]]:
    crashed: list[RawFile] = []
    with _pool(os.cpu_count() or 1) as pool:
        futures: dict[Future[Result], RawFile] = {
            pool.submit(_stage, raw, folder, procedure_names): raw for raw in files
        }
        for future in as_completed(futures):
            try:
                yield futures[future], future.result()
            except BrokenProcessPool:
                crashed.append(futures[future])
    for raw in crashed:
        with _pool(1) as pool:
            try:
                yield raw, pool.submit(_stage, raw, folder, procedure_names).result()
            except BrokenProcessPool:
                yield (
                    raw,
                    UnreadableFile("tiến trình đọc tệp bị dừng; tệp quá lớn hoặc bị hỏng"),
                )


def _pool(workers: int) -> ProcessPoolExecutor:
    # Workers start anew: a forked copy of a process with DuckDB's threads would hang.
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
