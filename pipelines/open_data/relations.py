"""The cells of the open tables and every sum that ties them: what an attacker could solve.

Only basis `flow` is opened. Both bases together would give away their difference, the dossiers
carried over, cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

# whole = its parts; in every row of every table (definitions.md, *Measures* and *Identities*).
SUMS = {
    "received": (
        "received_online",
        "received_in_person",
        "received_postal",
        "received_unknown_channel",
    ),
    "on_time": ("early", "on_due_date"),
    "resolved": ("on_time", "late"),
    "in_progress": ("paused", "pending_in_time", "pending_overdue"),
    "handled": ("resolved", "in_progress", "undetermined"),
}
# in_scope is split in two ways.
_IN_SCOPE = (("received", "carried_over"), ("handled", "withdrawn"))
MEASURES = (
    *("received", "received_online", "received_in_person", "received_postal"),
    *("received_unknown_channel", "carried_over", "in_scope", "early", "on_due_date", "on_time"),
    *("late", "resolved", "withdrawn", "paused", "pending_in_time", "pending_overdue"),
    *("in_progress", "undetermined", "handled"),
)
RATES = {
    "on_time_rate": ("on_time", "resolved"),
    "on_time_share": ("on_time", "handled"),
    "late_share": ("late", "handled"),
}


class Cell(NamedTuple):
    """One count of one row: `table` level, unit or field; `row` its key, the level first."""

    table: str
    row: tuple[str | None, ...]
    measure: str


Equation = Mapping[Cell, int]  # the sum of coefficient × value is zero
KEYS = {
    "level": ("level",),
    "unit": ("level", "unit_code", "unit_name"),
    "field": ("level", "field"),
}


def cells_of(tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> dict[Cell, int]:
    """Return the value of every cell of `tables`: `level`, `unit`, `field` → rows, basis flow."""
    return {
        Cell(name, tuple(row[key] for key in KEYS[name]), measure): row[measure]
        for name, rows in tables.items()
        for row in rows
        for measure in MEASURES
    }


def equations_of(cells: Iterable[Cell]) -> list[Equation]:
    """Return every sum that ties the cells: within rows, up to the level, up to all levels."""
    rows = list(dict.fromkeys((cell.table, cell.row) for cell in cells))
    equations: list[Equation] = []
    for table, row in rows:
        splits = [*SUMS.items(), *(("in_scope", parts) for parts in _IN_SCOPE)]
        equations += [
            {Cell(table, row, whole): -1} | {Cell(table, row, part): 1 for part in parts}
            for whole, parts in splits
        ]
    levels = [row for table, row in rows if table == "level"]
    for measure in MEASURES:
        for level in levels:
            whole = Cell("level", level, measure)
            for detail in ("unit", "field"):
                parts = [
                    Cell(detail, row, measure)
                    for table, row in rows
                    if table == detail and row[0] == level[0]
                ]
                if level != ("all",) or parts:
                    equations.append({whole: -1} | dict.fromkeys(parts, 1))
        if ("all",) in levels:
            parts = [Cell("level", level, measure) for level in levels if level != ("all",)]
            equations.append({Cell("level", ("all",), measure): -1} | dict.fromkeys(parts, 1))
    return equations
