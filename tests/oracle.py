"""The figures, calculated a second time and another way.

Plain loops over plain objects, written from `definitions.md` alone and sharing no line with
the pipeline: slow, and meant to be read beside the definitions. Each function names the rule
it follows. What it disagrees with the pipeline about is wrong in one of the two.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Value = int | Decimal | None
Counts = dict[str, Value]

OUTCOMES = (
    "early",
    "on_due_date",
    "late",
    "withdrawn",
    "paused",
    "pending_in_time",
    "pending_overdue",
    "undetermined",
)
LEVELS_ALWAYS_SHOWN = ("province", "district", "commune")
CHANNELS = {
    "online": "received_online",
    "in_person": "received_in_person",
    "postal": "received_postal",
    "unknown": "received_unknown_channel",
}


@dataclass(frozen=True)
class DossierRow:
    """One row of one export, already understood.

    `level` is province, district, commune or unknown; `channel` online, in_person, postal or
    unknown; `status_group` one of the six groups. `snapshot` orders the rows of one code: it
    is compared whole, and the greatest is the newest (snapshot date, path, sheet, row).
    """

    code: str
    level: str
    unit_name: str
    field: str | None
    procedure_code: str | None
    channel: str
    status_group: str
    received_on: date | None
    due_on: date | None
    extended_due_on: date | None
    finished_on: date | None
    returned_on: date | None
    snapshot: tuple[date, str, str, int]


# Snapshots


def newest(rows: Iterable[DossierRow]) -> list[DossierRow]:
    """Rule "Snapshots": for one dossier code the row from the newest snapshot wins."""
    winners: dict[str, DossierRow] = {}
    for row in rows:
        rival = winners.get(row.code)
        if rival is None or row.snapshot > rival.snapshot:
            winners[row.code] = row
    return [winners[code] for code in sorted(winners)]


# Dates of a dossier


def closed_on(row: DossierRow) -> date | None:
    """Rule: closed_on = coalesce(finished_on, returned_on)."""
    if row.finished_on is not None:
        return row.finished_on
    return row.returned_on


def effective_due_on(row: DossierRow) -> date | None:
    """Rule: effective_due_on = coalesce(extended_due_on, due_on)."""
    if row.extended_due_on is not None:
        return row.extended_due_on
    return row.due_on


# Outcome


def outcome(row: DossierRow, period_start: date, period_end: date) -> str | None:
    """Rule "Outcome of a dossier in a period"; None if it is in scope on neither basis."""
    if not in_scope(row, period_start, period_end, "flow"):
        return None
    return _outcome_as_of(row, period_end)


def _outcome_as_of(row: DossierRow, period_end: date) -> str:
    closed = closed_on(row)
    due = effective_due_on(row)

    if closed is None:
        # Said to be over, but nothing says when.
        if row.status_group in ("resolved", "declined", "withdrawn"):
            return "undetermined"
        if row.status_group == "paused":
            return "paused"
        return _pending(due, period_end)

    # Rule "As of": what was closed after the period was in progress at its end, and a later
    # status says nothing about a pause.
    if closed > period_end:
        return _pending(due, period_end)

    if row.status_group == "withdrawn":
        return "withdrawn"
    # A closing date with a status that still says processing counts as closed.
    if due is None or closed == due:
        return "on_due_date"
    if closed < due:
        return "early"
    return "late"


def _pending(due: date | None, period_end: date) -> str:
    if due is None or due >= period_end:
        return "pending_in_time"
    return "pending_overdue"


# Basis


def was_received_in(row: DossierRow, period_start: date, period_end: date) -> bool:
    """Received within the closed interval; a refused dossier was never received."""
    if row.status_group == "refused" or row.received_on is None:
        return False
    return period_start <= row.received_on <= period_end


def was_carried_over(row: DossierRow, period_start: date, period_end: date) -> bool:
    """Rule "flow": received before the period and not closed before it (từ kỳ trước)."""
    if row.status_group == "refused" or row.received_on is None:
        return False
    if row.received_on >= period_start:
        return False
    closed = closed_on(row)
    if closed is not None and closed < period_start:
        return False
    # An undetermined dossier is in scope only of the period in which it was received.
    return _outcome_as_of(row, period_end) != "undetermined"


def in_scope(row: DossierRow, period_start: date, period_end: date, basis: str) -> bool:
    """Rule "Basis: which dossiers are in scope"."""
    if basis not in ("received", "flow"):
        raise ValueError(f"no such basis: {basis}")
    if was_received_in(row, period_start, period_end):
        return True
    return basis == "flow" and was_carried_over(row, period_start, period_end)


# Measures


def percent(numerator: int, denominator: int) -> Decimal | None:
    """Per cent to two decimals, half away from zero, from the exact fraction; None over 0."""
    if denominator == 0:
        return None
    hundredths, remainder = divmod(numerator * 10_000, denominator)
    if 2 * remainder >= denominator:
        hundredths += 1
    return Decimal(hundredths) / 100


def measures(dossiers: Iterable[DossierRow], start: date, end: date, basis: str) -> Counts:
    """Rule "Measures": every measure of `counts_by_level` over the newest rows given."""
    count = dict.fromkeys(
        ("received", *CHANNELS.values(), "carried_over", "in_scope", *OUTCOMES), 0
    )
    for row in dossiers:
        if not in_scope(row, start, end, basis):
            continue
        count["in_scope"] += 1
        count[_outcome_as_of(row, end)] += 1
        if was_received_in(row, start, end):
            count["received"] += 1
            count[CHANNELS[row.channel]] += 1
        else:
            count["carried_over"] += 1

    count["on_time"] = count["early"] + count["on_due_date"]
    count["resolved"] = count["on_time"] + count["late"]
    count["in_progress"] = count["paused"] + count["pending_in_time"] + count["pending_overdue"]
    count["handled"] = count["in_scope"] - count["withdrawn"]
    rates = {
        "on_time_rate": percent(count["on_time"], count["resolved"]),
        "on_time_share": percent(count["on_time"], count["handled"]),
        "late_share": percent(count["late"], count["handled"]),
    }
    return {**count, **rates}


def counts(rows: Iterable[DossierRow], start: date, end: date, basis: str) -> dict[str, Counts]:
    """`counts_by_level`: level → measure → value, from rows of any number of snapshots.

    Province, district and commune are always there, `unknown` only if a dossier in scope has
    it, `all` always.
    """
    dossiers = newest(rows)
    levels = list(LEVELS_ALWAYS_SHOWN)
    for row in dossiers:
        if row.level not in levels and in_scope(row, start, end, basis):
            levels.append(row.level)
    table: dict[str, Counts] = {}
    for level in levels:
        table[level] = measures([row for row in dossiers if row.level == level], start, end, basis)
    table["all"] = measures(dossiers, start, end, basis)
    return table


def counts_by(
    rows: Iterable[DossierRow],
    start: date,
    end: date,
    basis: str,
    key: Callable[[DossierRow], Hashable],
) -> dict[tuple[str, Hashable], Counts]:
    """The same measures per level and `key`, for the groups that have a dossier in scope.

    `key` is for instance `lambda row: row.field`. There are no rows for level `all`.
    """
    groups: dict[tuple[str, Hashable], list[DossierRow]] = {}
    for row in newest(rows):
        if in_scope(row, start, end, basis):
            groups.setdefault((row.level, key(row)), []).append(row)
    return {group: measures(members, start, end, basis) for group, members in groups.items()}


def counts_by_day(
    rows: Iterable[DossierRow], start: date, end: date
) -> dict[tuple[str, date], dict[str, int]]:
    """`counts_by_day`: per level and day what was received and what was resolved on that day.

    From the dossiers in scope on basis flow. Receipts stand on the day of receipt, results on
    the day of closing (of receipt, where that comes after); only days of the period, and only those on which something happened.
    """
    table: dict[tuple[str, date], dict[str, int]] = {}

    def add(level: str, day: date, measure: str) -> None:
        if start <= day <= end:
            for each in (level, "all"):
                empty = dict.fromkeys(("received", "resolved", "on_time", "late"), 0)
                table.setdefault((each, day), empty)[measure] += 1

    for row in newest(rows):
        reached = outcome(row, start, end)
        if reached is None:
            continue
        if row.received_on is not None:
            add(row.level, row.received_on, "received")
        closed = closed_on(row)
        if closed is not None and reached in ("early", "on_due_date", "late"):
            resolved = max(closed, row.received_on or closed)
            add(row.level, resolved, "resolved")
            add(row.level, resolved, "late" if reached == "late" else "on_time")
    return table


# Form 06


def form_06(flow: Counts) -> dict[str, int]:
    """Rule "Form 06": columns 3 to 13 from the measures of one line on basis flow."""

    def number(measure: str) -> int:
        value = flow[measure]
        if not isinstance(value, int):
            raise TypeError(f"{measure} is not a count: {value}")
        return value

    columns = {
        "c4": number("received_online"),
        "c5": number("received") - number("received_online"),
        "c6": number("carried_over"),
        "c8": number("early"),
        "c9": number("on_due_date") + number("withdrawn") + number("undetermined"),
        "c10": number("late"),
        "c12": number("pending_in_time") + number("paused"),
        "c13": number("pending_overdue"),
    }
    columns["c3"] = columns["c4"] + columns["c5"] + columns["c6"]
    columns["c7"] = columns["c8"] + columns["c9"] + columns["c10"]
    columns["c11"] = columns["c12"] + columns["c13"]
    return columns
