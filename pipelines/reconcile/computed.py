"""Holding a report against the computed figures of a published period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipelines.numbers import count_text, percent_text
from pipelines.quarter import published_table
from pipelines.reconcile import verdicts
from pipelines.reconcile.arithmetic import (
    rate_fits,
    rate_line,
    stated_rates,
    sum_lines,
    unchecked_note,
)
from pipelines.reconcile.figures import Figure
from pipelines.reconcile.measures import LATE_CARRIED_OVER, LATE_OR_OVERDUE, OFFLINE
from pipelines.reconcile.quantities import PROCEDURE
from pipelines.reconcile.rates import ROUNDED, Fit, Rate, fit, percent
from pipelines.reconcile.readings import Group, measures_of
from pipelines.reconcile.tokens import COUNT, PERCENT
from pipelines.reconcile.verdicts import Line
from pipelines.workspace import Workspace

# How a report may have counted; the likely way first.
_WAYS = {
    "received": "hồ sơ tiếp nhận trong kỳ",
    "flow": "gồm cả hồ sơ kỳ trước chuyển sang",
    "form_06": "theo Biểu 06",
}
_UNSAID = {
    "withdrawn": "rút, trả lại",
    "paused": "chờ bổ sung",
    "pending_overdue": "đang giải quyết quá hạn",
    "undetermined": "chưa xác định",
    "carried_over": "kỳ trước chuyển sang",
}
_RATE_OF = ("handled", "resolved", "received", "in_scope")


_Way = tuple[str, str]  # scope, way of counting


@dataclass(frozen=True)
class Facts:
    """The computed figures of a period.

    `counts` is (scope, way of counting) → measure → count, a scope being a level or a unit;
    `procedures` is level → measure → count.
    """

    counts: Mapping[tuple[str, str], Mapping[str, int]]
    procedures: Mapping[str, Mapping[str, int]]
    provisional: bool


def load_facts(workspace: Workspace, period: str) -> Facts:
    """Return what is published for `period`."""
    folder = f"period={period}"
    counts: dict[tuple[str, str], Mapping[str, int]] = {}
    levels = published_table(workspace, folder, "counts_by_level").to_pylist()
    units = published_table(workspace, folder, "counts_by_unit").to_pylist()
    carried = _late_carried_over(workspace, folder)
    for row, scope in [
        *((row, row["level"]) for row in levels),
        *((row, unit_scope(row)) for row in units),
    ]:
        measured = row | {
            OFFLINE: row["received"] - row["received_online"],
            LATE_OR_OVERDUE: row["late"] + row["pending_overdue"],
        }
        counts[scope, row["basis"]] = measured
        if row["basis"] == "flow":
            measured[LATE_CARRIED_OVER] = carried.get(scope, 0)
            counts[scope, "form_06"] = _as_form_06(measured)
    catalogue = published_table(workspace, folder, "procedure_catalogue").to_pylist()
    provisional = any(row["provisional"] for row in levels)
    return Facts(counts, {row["level"]: row for row in catalogue}, provisional)


def _late_carried_over(workspace: Workspace, folder: str) -> Mapping[str, int]:
    """Return scope → how many of its late or overdue dossiers were carried over."""
    late = published_table(workspace, folder, "late_dossiers").to_pylist()
    return Counter(
        scope
        for row in late
        if not row["received_in_period"]
        for scope in ("all", row["level"], unit_scope(row))
    )


def unit_names(workspace: Workspace, period: str) -> list[tuple[str, str]]:
    """Return (name, scope) of every unit that is published, as reports name it."""
    rows = published_table(workspace, f"period={period}", "counts_by_unit").to_pylist()
    return sorted({(row["unit_name"], unit_scope(row)) for row in rows})


def unit_scope(row: Mapping[str, Any]) -> str:
    """Return the scope of a unit's row: its name, which is also what the notes call it."""
    return str(row["unit_name"])


def _as_form_06(row: Mapping[str, Any]) -> dict[str, int]:
    """Return the counts of basis flow as the columns of Form 06 put them together."""
    returned = row["withdrawn"] + row["undetermined"]
    return {
        **{name: row[name] for name in ("in_scope", "carried_over", "received", "received_online")},
        OFFLINE: row[OFFLINE],
        "received_in_person": row[OFFLINE],
        "resolved": row["resolved"] + returned,
        "early": row["early"],
        "on_due_date": row["on_due_date"] + returned,
        "on_time": row["on_time"] + returned,
        "late": row["late"],
        "in_progress": row["in_progress"],
        "pending_in_time": row["pending_in_time"] + row["paused"],
        "pending_overdue": row["pending_overdue"],
        "withdrawn": row["withdrawn"],
    }


def report_against(facts: Facts, groups: Sequence[Group], figures: Sequence[Figure]) -> list[Line]:
    """Return the lines of a report held against `facts` and against itself."""
    settled = measures_of(groups)
    ways = {id(group): _way(group, figures, facts) for group in groups}
    rates = stated_rates(groups, figures)
    fitted = rate_fits(rates, figures)
    lines = []
    for index, figure in enumerate(figures):
        if figure.unit == PROCEDURE:
            lines.append(_procedure_line(figure, facts))
        elif index in settled:
            measure, group = settled[index]
            lines.append(_count_line(figure, measure, group, ways[id(group)], facts))
        elif index in rates:
            rate, measure, group = rates[index]
            line = rate_line(figure, rate, fitted[index])
            lines.append(
                _rate_against(line, figure, measure, fitted[index], ways[id(group)], facts)
            )
        elif figure.kind == PERCENT and figure.candidates:
            lines.append(_lone_rate(figure, facts))
        else:
            note = unchecked_note(figure)
            lines.append(
                Line(figure.phrase, figure.printed, "", verdicts.UNCHECKED, note, figure.where)
            )
    return lines + sum_lines(groups, figures, lambda group: _unsaid(ways[id(group)], facts))


def _unsaid(way: _Way, facts: Facts) -> str:
    """Return the computed counts that explain what a report leaves unsaid."""
    counts = facts.counts.get(way, {})
    said = [
        f"{label} {count_text(counts[name])}" for name, label in _UNSAID.items() if counts.get(name)
    ]
    return f"; theo số liệu tính được: {', '.join(said)}" if said else ""


def _way(group: Group, figures: Sequence[Figure], facts: Facts) -> _Way:
    """Return the scope and the way of counting that most counts of `group` agree with.

    Only a level that the report leaves unsaid is open; what it says is what it is held to.
    """
    said = any(figures[index].level for index in group.measures.values())
    scopes = [group.level] if said else ["all", "district", "commune", "province"]
    ways = [way for way in _WAYS if way != "received" or not group.basis]
    choices = [(scope, way) for scope in scopes for way in ways if (scope, way) in facts.counts]

    def agreeing(choice: _Way) -> int:
        counts = facts.counts[choice]
        return sum(
            counts.get(name) == figures[index].value for name, index in group.measures.items()
        )

    return max(choices, key=agreeing, default=("", ""))  # of equals the first


def _count_line(figure: Figure, measure: str, group: Group, way: _Way, facts: Facts) -> Line:
    computed = facts.counts.get(way, {}).get(measure)
    if computed is None:
        note = (
            "không có số liệu tính được cho mục này"
            if way[0]
            else f"không có số liệu của {group.level}"
        )
        return Line(figure.phrase, figure.printed, "", verdicts.UNCHECKED, note, figure.where)
    note = "" if way[1] == "received" else _WAYS[way[1]]
    return _compared(figure, computed, note)


def _compared(figure: Figure, computed: int, note: str = "") -> Line:
    gap = int(figure.value) - computed
    text = count_text(computed)
    if not gap:
        return Line(figure.phrase, figure.printed, text, verdicts.AGREES, note, figure.where)
    said = f"{'nhiều' if gap > 0 else 'ít'} hơn {count_text(abs(gap))}"
    note = f"{said}; {note}" if note else said
    return Line(figure.phrase, figure.printed, text, verdicts.DIFFERS, note, figure.where)


def _procedure_line(figure: Figure, facts: Facts) -> Line:
    row = facts.procedures.get(figure.level or "all", {})
    measure = figure.candidates[0] if figure.candidates else ""
    if measure not in row:
        note = unchecked_note(figure)
        return Line(figure.phrase, figure.printed, "", verdicts.UNCHECKED, note, figure.where)
    if figure.kind == COUNT:
        return _compared(figure, row[measure])
    rate = _rate(figure, row[measure], {"procedures": row["procedures"]})
    return _judged(figure, rate, "procedures" if fit(rate, "procedures") else None)


def _lone_rate(figure: Figure, facts: Facts) -> Line:
    """Judge a per cent whose numerator the report does not state."""
    scope = figure.level or "all"
    for way in _WAYS:
        counts = facts.counts.get((scope, way), {})
        for measure in figure.candidates:
            if measure in counts:
                named = {name: counts[name] for name in _RATE_OF if name in counts}
                rate = _rate(figure, counts[measure], named)
                fitting = next((name for name in named if fit(rate, name) == ROUNDED), None)
                if fitting or way == "form_06":
                    return _judged(figure, rate, fitting)
    note = unchecked_note(figure)
    return Line(figure.phrase, figure.printed, "", verdicts.UNCHECKED, note, figure.where)


def _rate(figure: Figure, numerator: int, denominators: Mapping[str, int]) -> Rate:
    named = {name: Decimal(count) for name, count in denominators.items()}
    return Rate(figure.value, figure.places, Decimal(numerator), named, figure.about)


def _judged(figure: Figure, rate: Rate, fitting: str | None) -> Line:
    return rate_line(figure, rate, Fit(fitting, fit(rate, fitting)) if fitting else None)


def _rate_against(
    line: Line, figure: Figure, measure: str, found: Fit | None, way: _Way, facts: Facts
) -> Line:
    """Hold a rate that the report's own counts bear out against the computed counts too."""
    counts = facts.counts.get(way, {})
    name = found.denominator if found else "handled"
    if measure not in counts or not counts.get(name):
        return line
    right = percent(Decimal(counts[measure]), Decimal(counts[name]), figure.places)
    text = percent_text(right, figure.places)
    if line.wrong or figure.about:
        return line
    rate = _rate(figure, counts[measure], {name: counts[name]})
    if fit(rate, name):
        return line
    note = f"{line.note}; theo số liệu tính được là {text}"
    return Line(line.phrase, line.stated, text, verdicts.RATE, note, line.where)
