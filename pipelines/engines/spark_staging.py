"""Staging spread over Spark's executors: a file's bytes go out, its staged Parquets come back.

So the executors need this package and nothing else, no folder that all machines see. What one file
may cost is limited there as here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from pipelines import limits, run_events
from pipelines.errors import UnreadableFile
from pipelines.exports import RawFile, stat_mark
from pipelines.staging_cache import keep_content, kept_in, staged_already
from pipelines.staging_pool import BIG, Result, stage_many

_AT_ONE_TIME = 256 << 20  # so many bytes go out; big files stay here, for all cores
_CHUNK = 16 << 20
_SENT = pa.schema(
    {"name": pa.string(), "sha256": pa.string(), "member": pa.string(), "content": pa.binary()}
)
# Of a staged Parquet its name and a part of its bytes; of a file that cannot be read the reason.
_ANSWER = pa.schema(
    {"name": pa.string(), "staged": pa.string(), "part": pa.binary(), "reason": pa.string()}
)


def stage_on_executors(
    session: Any,
    files: list[RawFile],
    folder: Path,
    procedure_names: frozenset[str] | None,
    done: Callable[[str], None],
) -> dict[str, Result]:
    """Do what `stage_many` does, with the executors of `session`.

    What they cannot do, since this package or a library is not there, is done here.
    """
    results: dict[str, Result] = {}
    kept = kept_in(folder)
    for group in _groups(
        [raw for raw in files if not staged_already(raw, folder, procedure_names, kept)]
    ):
        try:
            answers = _answers(session, group, procedure_names)
        except Exception as error:
            run_events.event("staging_here", error=type(error).__name__)
            break
        for raw in group:
            reasons, staged = answers.get(raw.name, ([], {}))
            if reasons:
                results[raw.name] = UnreadableFile(reasons[0])
            else:
                keep_content(raw, staged, folder)
                results[raw.name] = tuple(staged_already(raw, folder, procedure_names))
            if results[raw.name]:
                done(raw.name)
    left = [raw for raw in files if not results.get(raw.name)]
    return results | stage_many(left, folder, procedure_names, done)


def _groups(files: Iterable[RawFile]) -> Iterator[list[RawFile]]:
    """Yield the files that go out, so many at one time as the memory may hold."""
    group: list[RawFile] = []
    size = 0
    for raw in files:
        try:
            own = raw.path.stat().st_size
        except OSError:
            continue
        if own > BIG:
            continue
        if size + own > _AT_ONE_TIME:
            yield group
            group, size = [], 0
        group.append(raw)
        size += own
    if group:
        yield group


def _answers(
    session: Any, files: list[RawFile], procedure_names: frozenset[str] | None
) -> dict[str, tuple[list[str], dict[str, bytes]]]:
    """Return by file the reasons why it cannot be read, and its staged Parquets by name."""
    contents = [(raw, raw.path.read_bytes()) for raw in files]
    rows = [
        {"name": raw.name, "sha256": raw.sha256, "member": raw.member, "content": content}
        for raw, content in contents
        if raw.mark in (None, stat_mark(raw.path))  # one that has changed is told of here
    ]
    frame = session.createDataFrame(pa.Table.from_pylist(rows, schema=_SENT))
    work = partial(_staged, told=limits.told(), procedure_names=procedure_names)
    schema = "name string, staged string, part binary, reason string"
    found = frame.repartition(len(files)).mapInArrow(work, schema).toArrow()
    answers: dict[str, tuple[list[str], dict[str, bytes]]] = {}
    for row in found.to_pylist():
        reasons, staged = answers.setdefault(row["name"], ([], {}))
        if row["reason"] is not None:
            reasons.append(row["reason"])
        else:
            staged[row["staged"]] = staged.get(row["staged"], b"") + row["part"]
    return answers


def _staged(
    batches: Iterable[pa.RecordBatch], told: dict[str, str], procedure_names: frozenset[str] | None
) -> Iterator[pa.RecordBatch]:
    """Stage the files of `batches`, on an executor."""
    os.environ.update(told)
    for batch in batches:
        for row in batch.to_pylist():
            for answer in _answers_of(row, procedure_names):
                yield pa.RecordBatch.from_pylist([answer], schema=_ANSWER)


def _answers_of(
    row: dict[str, Any], procedure_names: frozenset[str] | None
) -> Iterator[dict[str, Any]]:
    name = row["name"]
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / Path(name.removesuffix(f"/{row['member']}")).name
        path.write_bytes(row["content"])
        raw = RawFile(name, path, row["sha256"], row["member"])
        result = stage_many([raw], Path(scratch) / "staging", procedure_names, lambda _: None)[name]
        if isinstance(result, UnreadableFile):
            yield {"name": name, "reason": str(result)}
            return
        for each in result:
            with each.path.open("rb") as file:
                while part := file.read(_CHUNK):
                    yield {"name": name, "staged": each.path.name, "part": part}
