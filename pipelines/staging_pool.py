"""Staging many files at once, in worker processes: large ones one by one, small ones together."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from pipelines import archives
from pipelines.errors import UnreadableFile
from pipelines.exports import RawFile
from pipelines.staging import stage_together
from pipelines.staging_cache import Staged, kept_in, staged_already
from pipelines.workers import in_workers, killed, size_of

# A file of this size keeps all cores busy by itself; several at once would only fill the memory.
BIG = 64 << 20
# So much is staged together at most: each file up to `_SMALL` bytes, all of them up to `_MUCH`.
_SMALL, _MUCH, _MANY = 1 << 20, 4 << 20, 64
_ROUNDS = 2  # so many times each worker is handed files at least, that none waits long for another

Result = tuple[Staged, ...] | UnreadableFile
# How a run stages its files: `stage_many`, or what does the same elsewhere.
Stage = Callable[
    [list[RawFile], Path, frozenset[str] | None, Callable[[str], None]], dict[str, Result]
]


def stage_many(
    files: Iterable[RawFile],
    folder: Path,
    procedure_names: frozenset[str] | None,
    done: Callable[[str], None],
) -> dict[str, Result]:
    """Return for each file, by its name, what it was staged as, or why it could not be read.

    `done` is called with a file's name when it is finished. A file that brings its worker down,
    or takes more time or memory than `limits` allow, is given up; the others go on. Raises
    `OSError` if staging cannot be written.
    """
    results: dict[str, Result] = {}
    small: list[RawFile] = []
    alone: list[RawFile] = []
    kept = kept_in(folder)
    for raw in files:
        cached = staged_already(raw, folder, procedure_names, kept)
        if cached:
            results[raw.name] = tuple(cached)
            done(raw.name)
        else:
            (alone if size_of(raw) > BIG else small).append(raw)

    def take(tasks: list[list[RawFile]], workers: int) -> Iterator[RawFile]:
        """Stage files; yield those whose worker was killed by nobody here."""
        job = partial(stage_together, folder=folder, procedure_names=procedure_names)
        for raw, result in in_workers(tasks, workers, job):
            if result is None:
                yield raw
            else:
                results[raw.name] = result if isinstance(result, UnreadableFile) else tuple(result)
                done(raw.name)

    # Short of memory the kernel kills a worker whatever file it has, so those have a second try.
    workers = os.cpu_count() or 1
    alone += take(_batches(small, workers), workers)
    for raw in take([[raw] for raw in alone], 1):
        results[raw.name] = killed()
        done(raw.name)
    return results


def _batches(files: list[RawFile], workers: int) -> list[list[RawFile]]:
    """Return the files in the lots in which they are handed out: together what is small, if all
    workers still have their share.
    """
    sizes = _sizes(files)
    small = [size for size in sizes if size <= _SMALL]
    share = _ROUNDS * workers
    much, many = min(_MUCH, sum(small) // share), min(_MANY, -(-len(small) // share))
    batches: list[list[RawFile]] = []
    batch: list[RawFile] = []
    held = 0
    for raw, size in zip(files, sizes, strict=True):
        if size > _SMALL:
            batches.append([raw])
            continue
        if batch and (held + size > much or len(batch) == many):
            batches.append(batch)
            batch, held = [], 0
        batch.append(raw)
        held += size
    return [*batches, batch] if batch else batches


def _sizes(files: list[RawFile]) -> list[int]:
    """Return how many bytes each file has; one in an archive, what it says that it unpacks to."""
    packed: dict[Path, dict[str, int]] = {}
    sizes = []
    for raw in files:
        if raw.member is None:
            sizes.append(size_of(raw))
            continue
        if raw.path not in packed:
            packed[raw.path] = archives.sizes(raw.path)
        sizes.append(packed[raw.path].get(raw.member, BIG))
    return sizes
