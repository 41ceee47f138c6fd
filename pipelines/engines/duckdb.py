"""DuckDB: the engine within the process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa

from pipelines import limits
from pipelines.sql_text import literal
from pipelines.staging_pool import Stage, stage_many
from pipelines.workspace import Workspace

# From so many bytes of staged Parquet on, some 2.5 million rows, the tables lie in a file: there
# DuckDB keeps them compressed, at a price that only pays once they would fill the memory.
_MUCH = 100 << 20
# Each table that reads the staged rows opens every Parquet, at 0.4 ms: from so many on that are so
# small, they are put into one first.
_MANY, _SMALL = 32, 128 << 10


class DuckDB:
    """An `Engine` on one connection, which stays the caller's to close.

    Large tables lie in the folder `scratch`, if there is one.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, scratch: Path | None = None) -> None:
        self._connection = connection
        self._scratch = scratch

    @property
    def stage(self) -> Stage:
        """See `Engine`: in worker processes of this machine."""
        return stage_many

    def create_table(self, name: str, table: pa.Table) -> None:
        """See `Engine`."""
        self._connection.register("incoming", table)
        self._connection.execute(f'create table "{name}" as select * from incoming')
        self._connection.unregister("incoming")

    def create_view(self, name: str, select: str) -> None:
        """See `Engine`."""
        self._connection.execute(f'create view "{name}" as {select}')

    def create_staged(self, name: str, paths: list[str]) -> None:
        """See `Engine`."""
        size = sum(Path(path).stat().st_size for path in paths)
        scratch = self._scratch
        if scratch and size > _MUCH:
            self._to_disk(scratch)
        # The paths stand in a variable: in the text of the view thousands would be read each time.
        self._connection.execute(f"set variable {name}_paths = $paths", {"paths": paths})
        select = (
            f"select * from read_parquet(getvariable('{name}_paths'),"
            " filename = true, file_row_number = true)"
        )
        if scratch and len(paths) > _MANY and size < len(paths) * _SMALL:
            merged = literal(str(scratch / f"{name}.parquet"))
            self._connection.execute(
                f"copy ({select}) to {merged} (format parquet, compression snappy)"
            )
            select = f"select * from read_parquet({merged})"
        self.create_view(name, select)

    def _to_disk(self, scratch: Path) -> None:
        """Have what is created from now on in a file; what is there already is found as before."""
        self._scratch = None
        self._connection.execute(f"attach {literal(str(scratch / 'work.duckdb'))} as work")
        self._connection.execute("set search_path = 'work.main,memory.main'")

    def build(self, name: str, select: str) -> None:
        """See `Engine`."""
        self._connection.execute(f'create table "{name}" as {select}')

    def query(self, select: str) -> list[tuple[object, ...]]:
        """See `Engine`."""
        return self._connection.execute(select).fetchall()

    def local(self, names: Iterable[str]) -> duckdb.DuckDBPyConnection:
        """See `Engine`: everything is here."""
        return self._connection

    def copy_published(self, workspace: Workspace) -> None:
        """See `Engine`: nowhere else."""


@contextmanager
def duckdb_engine(staging: Path) -> Iterator[DuckDB]:
    """Give the engine, within the limit of memory; what is too much for it lies in `staging`."""
    staging.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory(prefix=".staging-", dir=staging) as scratch,
        duckdb.connect(
            config={"memory_limit": limits.database_memory(), "temp_directory": scratch}
        ) as connection,
    ):
        connection.execute("set enable_progress_bar = false")
        yield DuckDB(connection, Path(scratch))
