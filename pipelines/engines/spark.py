"""Apache Spark: the engine on many machines, or on the cores of one.

Every table that is built is a Parquet table below the staging folder, so that no plan grows with
what came before it, and a worker that is lost costs its tasks alone.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import duckdb
import pyarrow as pa

from pipelines.engines.duckdb import DuckDB
from pipelines.engines.spark_session import spark_session
from pipelines.engines.spark_sql import spark_sql
from pipelines.sql_text import literal

_SCRATCH = ".spark"


class Spark:
    """An `Engine` in a database of its own, which lies below the address `scratch`. The inputs
    are in `local` too, where all ends.
    """

    def __init__(self, session: Any, scratch: str, local: duckdb.DuckDBPyConnection) -> None:
        self._session = session
        self._local = local
        self._inputs = DuckDB(local)
        self._name = f"igate_{secrets.token_hex(8)}"
        session.sql(f"create database {self._name} location {literal(f'{scratch}/{self._name}')}")
        session.sql(f"use {self._name}")

    def close(self) -> None:
        """Drop all that was built."""
        self._session.sql("use default")
        self._session.sql(f"drop database {self._name} cascade")

    def create_table(self, name: str, table: pa.Table) -> None:
        """See `Engine`."""
        self._inputs.create_table(name, table)
        self._session.createDataFrame(table).createOrReplaceTempView(name)

    def create_view(self, name: str, select: str) -> None:
        """See `Engine`."""
        self._inputs.create_view(name, select)
        self._session.sql(spark_sql(select)).createOrReplaceTempView(name)

    def create_staged(self, name: str, paths: list[str]) -> None:
        """See `Engine`."""
        self._inputs.create_staged(name, paths)
        given = pa.table({"staged_name": [Path(path).name for path in paths], "filename": paths})
        self._session.read.parquet(*(Path(path).absolute().as_uri() for path in paths)).selectExpr(
            "*", "_metadata.file_name as staged_name", "_metadata.row_index as file_row_number"
        ).join(self._session.createDataFrame(given), "staged_name").createOrReplaceTempView(name)

    def build(self, name: str, select: str) -> None:
        """See `Engine`."""
        self._session.sql(f"create table `{name}` using parquet as {spark_sql(select)}")

    def query(self, select: str) -> list[tuple[object, ...]]:
        """See `Engine`."""
        return [tuple(row) for row in self._session.sql(spark_sql(select)).collect()]

    def local(self, names: Iterable[str]) -> duckdb.DuckDBPyConnection:
        """See `Engine`."""
        for name in names:
            # Tables of its own, from which DuckDB writes to the byte what it would otherwise.
            self._local.execute(
                f'create table "{name}" as select * from read_parquet($paths)',
                {"paths": list(self._files_of(name))},
            )
        return self._local

    def _files_of(self, name: str) -> Iterator[str]:
        for address in sorted(self._session.table(name).inputFiles()):
            parts = urlsplit(address)
            assert parts.scheme == "file"
            yield unquote(parts.path)


@contextmanager
def spark_engine(staging: Path) -> Iterator[Spark]:
    """Start Spark, or reach the one that runs, and give it as an engine.

    Raises `CommandError` if there is none.
    """
    scratch = (staging / _SCRATCH).absolute()
    shutil.rmtree(scratch, ignore_errors=True)  # of a run that was killed
    scratch.mkdir(parents=True)
    try:
        with (
            spark_session(staging / "spark.log") as session,
            # On the disk: it may be more than the memory holds.
            duckdb.connect(scratch / "local.duckdb") as local,
        ):
            local.execute("set enable_progress_bar = false")
            engine = Spark(session, scratch.as_uri(), local)
            try:
                yield engine
            finally:
                engine.close()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
