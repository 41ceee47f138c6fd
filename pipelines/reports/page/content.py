"""What the page knows: a period's published tables as compact JSON."""

from __future__ import annotations

from datetime import date
from typing import Any

from pipelines.notices import unread_text
from pipelines.periods import previous_period
from pipelines.reports.names import capitalized, title_of
from pipelines.reports.office import Office
from pipelines.reports.report import Report, Row

OUTCOMES = (
    "early",
    "on_due_date",
    "late",
    "pending_in_time",
    "paused",
    "pending_overdue",
    "withdrawn",
    "undetermined",
)
# Parts of a bar: label, colour (told apart by the colour-blind too), outcomes.
PARTS = (
    ("Đúng hạn", "#2a6fb0", ("early", "on_due_date")),
    ("Trễ hạn", "#d1530b", ("late",)),
    ("Đang giải quyết, trong hạn", "#86a9c9", ("pending_in_time", "paused")),
    ("Đang giải quyết, quá hạn", "#7d2c06", ("pending_overdue",)),
    ("Chưa xác định", "#c2a13a", ("undetermined",)),
    ("Rút hồ sơ", "#a3abb7", ("withdrawn",)),
)
# Measures that the page compares with the period before.
COMPARED = ("received", "in_scope", "handled", "on_time", "late")
# Columns of dossiers whose texts repeat; a procedure is shown by its name.
_LISTED = ("field", "procedure_name", "status", "source_file", "source_sheet")

# Text or unit → its place in a list, in the order of first use.
Places = dict[Any, int]


def page_content(report: Report) -> dict[str, Any]:
    """Return what the page is made of, ready for `json.dumps`.

    Days are counted from the period's first, so that they take few characters. A table is one
    list per column; what repeats is a place in a list: of `units`, of `outcomes`, or of the
    list of the column's name in `texts`. The same published tables give the same content.
    """
    units: Places = {}
    texts: dict[str, Places] = {name: {} for name in _LISTED}
    due = report.rows("due_soon")
    content = {
        "period": {
            "start": report.start.isoformat(),
            "end": report.end.isoformat(),
            "provisional": report.provisional,
            "revision": report.revision,
            "newest": report.exported_on and report.exported_on.isoformat(),
            "unread": unread_text(report.unread),
        },
        "levels": _levels(report, due),
        "outcomes": OUTCOMES,
        "parts": PARTS,
        "dossiers": _dossiers(report.rows("dossiers"), report.start, units, texts),
        "due": _common(due, report.start, units, texts)
        | {"left": [row["working_days_left"] for row in due]},
        "before": _before(report, units),
    }
    return content | {
        "units": [list(unit) for unit in units],
        "texts": {name: list(places) for name, places in texts.items()},
    }


def office_name(report: Report) -> str:
    """Return the name of the office whose figures these are, empty if it is not known."""
    return "" if report.office.name == Office.name else report.office.name


def unit_of(row: Row) -> tuple[str, str, str]:
    """Return what tells a unit from every other on the page: level, code and name."""
    return row["level"], row["unit_code"] or "", row["unit_name"]


def _place(places: Places, entry: Any) -> int:
    return places.setdefault(entry, len(places))


def _levels(report: Report, due: list[Row]) -> list[list[str]]:
    """Return key and label of each level that has a place on the page, highest first."""
    present = {row["level"] for row in [*report.rows("counts_by_level"), *due]}
    return [
        [level, capitalized(label)]
        for level, label in report.level_labels.items()
        if level in present and level != "all"
    ]


def _dossiers(
    found: list[Row], start: date, units: Places, texts: dict[str, Places]
) -> dict[str, Any]:
    late = [number for number, row in enumerate(found) if row["days_late"] is not None]
    return {
        **_common(found, start, units, texts),
        "received": _days(found, "received_on", start),
        "closed": _days(found, "closed_on", start),
        "outcome": [OUTCOMES.index(row["outcome"]) for row in found],
        "carried": [n for n, row in enumerate(found) if not row["received_in_period"]],
        "late": [
            [number, found[number]["days_late"], found[number]["working_days_late"]]
            for number in late
        ],
    }


def _common(
    found: list[Row], start: date, units: Places, texts: dict[str, Places]
) -> dict[str, Any]:
    return {
        "code": [row["dossier_code"] for row in found],
        "unit": [_place(units, unit_of(row)) for row in found],
        "due": _days(found, "effective_due_on", start),
        **{
            name: [_place(places, row[name] or "") for row in found]
            for name, places in texts.items()
        },
        "source_row": [row["source_row"] for row in found],
    }


def _days(found: list[Row], column: str, start: date) -> list[int | None]:
    return [None if row[column] is None else (row[column] - start).days for row in found]


def _before(report: Report, units: Places) -> dict[str, Any]:
    """Return the counts of the period before per basis, level and unit, if it is published.

    The counts of a whole level, `all` included, stand under its name, those of a unit under
    its place; a unit without a dossier now has none.
    """
    title = title_of(previous_period(report.period))
    if report.previous is None:
        return {"title": title, "counts": None}
    levels = report.previous_rows("counts_by_level")
    counts: dict[str, dict[str, list[int]]] = {row["basis"]: {} for row in levels}
    for row in levels:
        counts[row["basis"]][row["level"]] = [row[name] for name in COMPARED]
    for row in report.previous_rows("counts_by_unit"):
        if unit_of(row) in units:
            counts[row["basis"]][str(units[unit_of(row)])] = [row[name] for name in COMPARED]
    return {
        "title": title,
        "start": levels[0]["period_start"].isoformat(),
        "end": levels[0]["period_end"].isoformat(),
        "provisional": any(row["provisional"] for row in levels),
        "measures": COMPARED,
        "counts": counts,
    }
