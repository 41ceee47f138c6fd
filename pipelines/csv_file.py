"""CSV that a spreadsheet opens as it is meant."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

# A cell that begins so is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Replace `path` by a header and `rows` with one rename, and return how many rows there are.

    The file begins with a byte order mark, by which spreadsheets know that it is UTF-8; text that
    one would take for a formula is written as text. Numbers are written as they are, None as
    nothing.
    """
    count = 0
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([_as_text(name) for name in header])
            for row in rows:
                writer.writerow([_as_text(cell) for cell in row])
                count += 1
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return count


def _as_text(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
