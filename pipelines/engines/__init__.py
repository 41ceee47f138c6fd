"""What runs the SQL: engines that differ in nothing but what stands behind this interface.

All SQL is written once, in the subset of DuckDB's dialect that every engine runs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import duckdb
import pyarrow as pa


class Engine(Protocol):
    """Tables by name, made from Arrow tables, from staged Parquets and from SELECTs."""

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

    def local(self, names: Iterable[str]) -> duckdb.DuckDBPyConnection:
        """Return a connection that has all inputs and of the tables built those of `names`:
        there they are checked and published, whatever built them.
        """
