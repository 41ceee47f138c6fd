"""The reference lists as they lie in the repository, cell by cell."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

REFERENCE = Path(__file__).resolve().parent.parent / "data" / "reference"


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as stream:
        return tuple(tuple(row) for row in csv.reader(stream, strict=True))
