"""What runs the SQL: engines that differ in nothing but what stands behind this interface.

All SQL is written once, in the subset of DuckDB's dialect that every engine runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pyarrow as pa
from duckdb import DuckDBPyConnection

from pipelines.engines.duckdb import duckdb_engine
from pipelines.staging_pool import Stage
from pipelines.workspace import Workspace

DUCKDB, SPARK = "duckdb", "spark"


class Engine(Protocol):
    """Tables by name, made from Arrow tables, from staged Parquets and from SELECTs."""

    @property
    def stage(self) -> Stage:
        """How files are staged for this engine."""

    def create_table(self, name: str, table: pa.Table) -> None:
        """Create the table `name` with the rows of `table`."""

    def create_view(self, name: str, select: str) -> None:
        """Create the view `name` of what `select` gives."""

    def create_staged(self, name: str, paths: list[str]) -> None:
        """Create the view `name` of all rows of the Parquets at `paths`, of which there is one,
        with `filename`, the path as it is given here, and `file_row_number`, from 0 on.
        """

    def build(self, name: str, select: str) -> None:
        """Create the table `name` from what `select` gives."""

    def query(self, select: str) -> list[tuple[object, ...]]:
        """Return the rows of a small result."""

    def local(self, names: Iterable[str]) -> DuckDBPyConnection:
        """Return a connection that has all inputs and of the tables built those of `names`:
        there they are checked and published, whatever built them.
        """

    def copy_published(self, workspace: Workspace) -> None:
        """Copy what is published now to where it is also wanted, if anywhere."""


def copy_wanted(name: str, workspace: Workspace) -> bool:
    """Whether the engine of that name has yet to copy what is published."""
    if name != SPARK:
        return False
    from pipelines.engines.copies import is_copied

    return not is_copied(workspace)


@contextmanager
def open_engine(name: str, staging: Path) -> Iterator[Engine]:
    """Give the engine of that name, `duckdb` or `spark`, and close it at the end.

    What it keeps meanwhile may lie in `staging`. Raises `CommandError` if it is not installed.
    """
    if name == SPARK:
        from pipelines.engines.spark import spark_engine

        with spark_engine(staging) as engine:
            yield engine
    else:
        with duckdb_engine(staging) as engine:
            yield engine
