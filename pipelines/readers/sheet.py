"""What every reader gives: sheets of text cells, whatever the file was."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyarrow as pa

# So many rows are looked at to find the header.
HEAD_ROWS = 100

Row = list[str | None]


@dataclass(frozen=True)
class Delimited:
    """A regular delimited text file that DuckDB can scan by itself: UTF-8, `columns` wide."""

    path: Path
    delimiter: str
    columns: int
    held: IO[bytes] | None = None  # a file without a name is there as long as it is open


@dataclass(frozen=True)
class Sheet:
    """One sheet: its first rows for finding the header, and all its cells as text.

    `cells` has columns `c0` … `cn` (string) and every row from the sheet's first on, so that
    the position of a row is its number in the file.
    """

    name: str
    head: list[Row]
    cells: pa.Table | Delimited
    hidden: bool = False
    delimited: bool = False  # a cell's column is told only by the delimiters before it
    from_1904: bool = False  # serial numbers of days count from 1904-01-01


@dataclass(frozen=True)
class Export:
    """A file as its reader understood it."""

    format: str
    encoding: str
    sheets: list[Sheet]


def sheet_of_rows(name: str, rows: list[Row]) -> Sheet:
    """Return a sheet of `rows`, which may differ in length."""
    width = max((len(row) for row in rows), default=0)
    columns = {
        f"c{index}": pa.array(
            [row[index] if index < len(row) else None for row in rows], pa.string()
        )
        for index in range(width)
    }
    return Sheet(name, rows[:HEAD_ROWS], pa.table(columns))
