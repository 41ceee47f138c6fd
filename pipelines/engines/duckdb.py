"""DuckDB: the engine within the process."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.exports import RawFile
from pipelines.staging_pool import Result, stage_many
from pipelines.workspace import Workspace


class DuckDB:
    """An `Engine` on one connection, which stays the caller's to close."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def stage(
        self,
        files: list[RawFile],
        folder: Path,
        procedure_names: frozenset[str] | None,
        done: Callable[[str], None],
    ) -> dict[str, Result]:
        """See `Engine`."""
        return stage_many(files, folder, procedure_names, done)

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
        # The paths stand in a variable: in the text of the view thousands would be read each time.
        self._connection.execute(f"set variable {name}_paths = $paths", {"paths": paths})
        self.create_view(
            name,
            f"select * from read_parquet(getvariable('{name}_paths'),"
            " filename = true, file_row_number = true)",
        )

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
