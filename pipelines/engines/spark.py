"""Apache Spark: the engine on many machines, or on the cores of one.

Every table that is built is a Parquet table below the staging folder, so that no plan grows with
what came before it, and a worker that is lost costs its tasks alone.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.engines.copies import CURATED, copy_published
from pipelines.engines.duckdb import DuckDB
from pipelines.engines.spark_files import here, names_at, put
from pipelines.engines.spark_session import cluster, spark_session
from pipelines.engines.spark_sql import spark_sql
from pipelines.engines.spark_staging import stage_on_executors
from pipelines.errors import CommandError
from pipelines.sql_text import literal
from pipelines.staging_pool import Stage
from pipelines.workspace import Workspace

STAGING = "IGATE_SPARK_STAGING"  # the address where all machines see the staged Parquets
_SCRATCH = ".spark"


class Spark:
    """An `Engine` in a database of its own. The inputs are in `local` too, where all ends.

    What it builds lies below the address `staging`, where all machines see it, with copies of the
    staged Parquets; without one in the folder `scratch`, which is of this machine.
    """

    def __init__(
        self, session: Any, staging: str | None, scratch: Path, local: duckdb.DuckDBPyConnection
    ) -> None:
        self._session = session
        self._staging = staging
        self._scratch = scratch
        self._local = local
        self._inputs = DuckDB(local)
        self._views: set[str] = set()
        self._name = f"igate_{secrets.token_hex(8)}"
        below = f"{staging}/{_SCRATCH}" if staging else here(scratch)
        session.sql(f"create database {self._name} location {literal(f'{below}/{self._name}')}")
        session.sql(f"use {self._name}")

    def close(self) -> None:
        """Drop all that was built."""
        self._session.sql("use default")
        self._session.sql(f"drop database {self._name} cascade")

    def create_table(self, name: str, table: pa.Table) -> None:
        """See `Engine`."""
        self._inputs.create_table(name, table)
        if table.num_rows:
            frame = self._session.createDataFrame(table)
        else:  # far away Spark does not take an empty one for its types
            from pyspark.sql.pandas.types import from_arrow_schema

            frame = self._session.createDataFrame([], from_arrow_schema(table.schema))
        frame.createOrReplaceTempView(name)

    @property
    def stage(self) -> Stage:
        """See `Engine`: on a cluster by its executors."""
        return partial(stage_on_executors, self._session) if cluster() else self._inputs.stage

    def create_view(self, name: str, select: str) -> None:
        """See `Engine`."""
        self._session.sql(spark_sql(select)).createOrReplaceTempView(name)
        self._views.add(name)
        with suppress(duckdb.CatalogException):  # what reads what was built is not an input
            self._inputs.create_view(name, select)

    def create_staged(self, name: str, paths: list[str]) -> None:
        """See `Engine`."""
        self._inputs.create_staged(name, paths)
        given = pa.table({"staged_name": [Path(path).name for path in paths], "filename": paths})
        self._session.read.parquet(*self._seen_by_all(paths)).selectExpr(
            "*", "_metadata.file_name as staged_name", "_metadata.row_index as file_row_number"
        ).join(self._session.createDataFrame(given), "staged_name").createOrReplaceTempView(name)

    def _seen_by_all(self, paths: list[str]) -> list[str]:
        """Return where all machines see these staged Parquets; they are put there if need be."""
        if not self._staging:
            return [here(Path(path)) for path in paths]
        there = names_at(self._session, self._staging, ".parquet")
        for path in map(Path, paths):
            if path.name not in there:  # the name tells the content
                put(self._session, path, f"{self._staging}/{path.name}")
        return [f"{self._staging}/{Path(path).name}" for path in paths]

    def build(self, name: str, select: str) -> None:
        """See `Engine`."""
        self._keep(name, spark_sql(select))

    def _keep(self, name: str, select: str) -> None:
        self._session.sql(f"create table {self._name}.`{name}` using parquet as {select}")

    def query(self, select: str) -> list[tuple[object, ...]]:
        """See `Engine`."""
        return [tuple(row) for row in self._session.sql(spark_sql(select)).collect()]

    def local(self, names: Iterable[str]) -> duckdb.DuckDBPyConnection:
        """See `Engine`."""
        for name in names:
            if name in self._views:
                self._keep(name, f"select * from `{name}`")
                self._local.execute(f'drop view if exists "{name}"')
            # Tables of its own: they are read many times, and may be more than the memory holds.
            self._local.execute(
                f'create table "{name}" as select * from read_parquet($paths)',
                {"paths": [str(path) for path in self._files_of(name)]},
            )
        return self._local

    def copy_published(self, workspace: Workspace) -> None:
        """See `Engine`."""
        address = os.environ.get(CURATED)
        if address:
            copy_published(workspace, address, partial(put, self._session))

    def _files_of(self, name: str) -> Iterator[Path]:
        """Yield the Parquets of a table that was built, fetched if they are not on this machine."""
        addresses = sorted(self._session.table(f"{self._name}.`{name}`").inputFiles())
        for number, address in enumerate(addresses):
            parts = urlsplit(address)
            path = Path(unquote(parts.path))
            if parts.scheme != "file" or not path.is_file():
                path = self._scratch / f"{name}-{number}.parquet"
                rows = self._session.read.parquet(unquote(address)).toArrow()
                pq.write_table(rows, path)
            yield path


@contextmanager
def spark_engine(staging: Path) -> Iterator[Spark]:
    """Start Spark, or reach the one that runs, and give it as an engine.

    Raises `CommandError` if there is none.
    """
    scratch = (staging / _SCRATCH).absolute()
    if set("[]{}*?\\") & set(str(scratch)):
        raise CommandError(
            "Apache Spark không đọc được thư mục có các dấu [ ] { } * ? trong tên, như "
            f"«{staging}»: hãy đổi tên thư mục, hoặc chạy không có ENGINE=spark."
        )
    shutil.rmtree(scratch, ignore_errors=True)  # of a run that was killed
    scratch.mkdir(parents=True)
    try:
        with (
            spark_session(staging / "spark.log", scratch) as session,
            # On the disk: it may be more than the memory holds.
            duckdb.connect(scratch / "local.duckdb") as local,
        ):
            local.execute("set enable_progress_bar = false")
            address = os.environ.get(STAGING, "").rstrip("/") or None
            engine = Spark(session, address, scratch, local)
            try:
                yield engine
            finally:
                engine.close()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
