"""Readers that read what is published over and over while runs publish, each in its own process.

Used by `tests/test_readers.py` in bounded form and by `scripts/soak.py` in full. The states that
are published differ in their number of dossiers, so what a reader sees says which state it is of.
"""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from multiprocessing.queues import Queue
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

PERIOD = "period=2023Q3"
TABLES = ("counts_by_level", "dossiers", "report_figures")
# What each table says of how many dossiers were received.
RECEIVED = """
    select
        (select received from {counts_by_level} where level = 'all' and basis = 'received'),
        (select count(*) from {dossiers} where received_in_period),
        (select value::bigint from {report_figures} where figure_id = 'received.all'),
        (select sum(accepted)::bigint from {sources})
"""
_PAUSE = 0.05  # readers leave the machine to the runs


@dataclass
class Served:
    """What a reader saw: how often it read, which states in which order, and what was wrong."""

    kind: str
    reads: int = 0
    states: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


Reader = Callable[[Path], set[int]]


def edition(data: Path) -> Path:
    """Return the folder of what is published now, as docs/reading-parquet.md says."""
    return (data / "curated" / "manifest.json").resolve().parent


def by_arrow(data: Path) -> set[int]:
    """Read the files of one edition, each with the checksum of its manifest."""
    folder = edition(data)
    stated = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
    paths = {name: f"{PERIOD}/{name}.parquet" for name in TABLES}
    paths["sources"] = "quality/sources.parquet"
    with duckdb.connect() as connection:
        for name, path in paths.items():
            content = (folder / path).read_bytes()
            if sha256(content).hexdigest() != stated[path]["sha256"]:
                raise ValueError(f"{path} is not the one of its manifest")
            connection.register(name, pq.read_table(BytesIO(content)))
        return _received(connection, {name: name for name in paths})


def by_duckdb(data: Path) -> set[int]:
    """Let DuckDB read the files of one edition, all periods side by side."""
    folder = edition(data)
    tables = {name: f"read_parquet('{folder}/period=*/{name}.parquet')" for name in TABLES}
    tables["sources"] = f"read_parquet('{folder}/quality/sources.parquet')"
    with duckdb.connect() as connection:
        return _received(connection, tables)


def by_database(data: Path) -> set[int]:
    """Open the database read-only under the path that everyone knows."""
    with duckdb.connect(data / "igate.duckdb", read_only=True) as connection:
        return _received(connection, {name: f"curated.{name}" for name in (*TABLES, "sources")})


def by_one_file(data: Path) -> set[int]:
    """Read a single file under the path that everyone knows, opened once."""
    path = data / "curated" / PERIOD / "counts_by_level.parquet"
    rows = [row for row in pq.ParquetFile(path).read().to_pylist() if row["basis"] == "received"]
    levels = {row["level"]: row["received"] for row in rows}
    return {levels.pop("all"), sum(levels.values())}


def by_links(data: Path) -> set[int]:
    """Read several files, each under the path that everyone knows: what a reader must not do."""
    folder = data / "curated"
    with duckdb.connect() as connection:
        for name in TABLES:
            table = pq.ParquetFile(folder / PERIOD / f"{name}.parquet").read()
            connection.register(name, table)
        connection.register("sources", pq.ParquetFile(folder / "quality/sources.parquet").read())
        return _received(connection, {name: name for name in (*TABLES, "sources")})


READERS: dict[str, Reader] = {
    "Parquet, pyarrow": by_arrow,
    "Parquet, DuckDB": by_duckdb,
    "Parquet, one file": by_one_file,
    "database": by_database,
}


def _received(connection: duckdb.DuckDBPyConnection, tables: dict[str, str]) -> set[int]:
    row = connection.execute(RECEIVED.format(**tables)).fetchone()
    assert row is not None
    return set(row)


def read_until(kind: str, reader: Reader, data: Path, stop: Path) -> Served:
    """Read over and over until the file `stop` is there."""
    served = Served(kind)
    while not stop.exists():
        try:
            seen = reader(data)
        except (OSError, ValueError, KeyError, duckdb.Error, pa.ArrowException) as error:
            served.problems.append(f"{type(error).__name__}: {str(error)[:200]}")
            continue
        served.reads += 1
        if len(seen) != 1:
            served.problems.append(f"states {sorted(seen)} in one reading")
        elif served.states[-1:] != [*seen]:
            served.states += seen
        time.sleep(_PAUSE)
    return served


def _answer(kind: str, reader: Reader, data: Path, stop: Path, answers: Queue[Served]) -> None:
    answers.put(read_until(kind, reader, data, stop))


@contextmanager
def reading(data: Path, readers: dict[str, Reader]) -> Iterator[list[Served]]:
    """Have every one of `readers` read in its own process; what they saw is in the list at the end.

    Something must be published, and they have all read it once when the block begins.
    """
    context = multiprocessing.get_context("spawn")
    answers: Queue[Served] = context.Queue()
    stop = data.parent / f"{data.name}.stop"
    stop.unlink(missing_ok=True)
    processes = [
        context.Process(target=_answer, args=(kind, reader, data, stop, answers))
        for kind, reader in readers.items()
    ]
    served: list[Served] = []
    for process in processes:
        process.start()
    try:
        yield served
    finally:
        stop.touch()
        served += [answers.get(timeout=60) for _ in processes]
        for process in processes:
            process.join()
        stop.unlink()
