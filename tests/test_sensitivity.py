"""The figures under the other definitions in use, against a plain calculation of each."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import oracle
from tables_of import is_worked, plain, procedure, rows, tables_of

from pipelines.periods import Period
from pipelines.quarter import published_table
from pipelines.workspace import Workspace

PERIOD = Period("2023Q3", date(2023, 6, 5), date(2023, 9, 1), "")
CALENDAR = (date(2023, 7, 1), date(2023, 9, 30))
COUNTS = [
    "received",
    "carried_over",
    "resolved",
    "on_time",
    "late",
    "withdrawn",
    "paused",
    "pending_in_time",
    "pending_overdue",
    "undetermined",
]
RATES = ["on_time_rate", "on_time_share", "late_share"]
STATUSES = [
    ("Đang xử lý", "processing"),
    ("Tạm dừng", "paused"),
    ("Có kết quả", "resolved"),
    ("Từ chối giải quyết", "declined"),
    ("Xin rút", "withdrawn"),
]
UNITS = [("UBND xã Hòa Ân", "commune"), ("Phòng Tư pháp huyện Cầu Kè", "district")]


@dataclass(frozen=True)
class Life:
    """A dossier with its moments; one without a time of day stands at midnight."""

    level: str
    group: str
    procedure: str
    received: datetime
    due: datetime | None
    extended: datetime | None
    finished: datetime | None
    returned: datetime | None


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _closed(life: Life) -> datetime | None:
    return life.finished or life.returned


def _due(life: Life) -> datetime | None:
    return life.extended or life.due


def _outcome(life: Life, closed: date | None, due: date | None, end: date) -> str:
    """The rule of definitions.md, with the dates that a definition looks at."""
    if closed is None and life.group in ("resolved", "declined", "withdrawn"):
        return "undetermined"
    if closed is not None and closed <= end:
        if life.group == "withdrawn":
            return "withdrawn"
        return "late" if due is not None and closed > due else "on_time"
    if closed is None and life.group == "paused":
        return "paused"
    return "pending_overdue" if due is not None and due < end else "pending_in_time"


def _ours(life: Life, end: date) -> str:
    return _outcome(life, _day(_closed(life)), _day(_due(life)), end)


def _by_time(life: Life, end: date) -> str:
    due, closed, reached = _due(life), _closed(life), _ours(life, end)
    if due is None or due.time() == time(0):
        return reached
    if reached == "on_time" and closed is not None and closed > due:
        return "late"
    if reached == "pending_in_time" and due.date() <= end:
        return "pending_overdue"
    return reached


def _withdrawn_on_time(life: Life, end: date) -> str:
    reached = _ours(life, end)
    return "on_time" if reached == "withdrawn" else reached


def _handed_over(life: Life, end: date) -> str:
    returned = _day(life.returned)
    closed = returned if returned is not None and returned <= end else _day(_closed(life))
    return _outcome(life, closed, _day(_due(life)), end)


def _first_due_date(life: Life, end: date) -> str:
    return _outcome(life, _day(_closed(life)), _day(life.due), end)


def _computed(life: Life, end: date) -> str:
    due = _day(_due(life))
    if due is None and life.procedure == "1.000002":
        due, left = life.received.date(), 3
        while left > 0:
            due += timedelta(1)
            left -= is_worked(due)
    return _outcome(life, _day(_closed(life)), due, end)


JUDGES: dict[str, Callable[[Life, date], str]] = {
    "ours": _ours,
    "by_time": _by_time,
    "with_due_date_only": _ours,
    "withdrawn_on_time": _withdrawn_on_time,
    "handed_over": _handed_over,
    "first_due_date": _first_due_date,
    "decision_766": _ours,
    "calendar_period": _ours,
    "computed_due_date": _computed,
}


def _figures(lives: list[Life], definition: str) -> dict[str, Any]:
    start, end = CALENDAR if definition == "calendar_period" else (PERIOD.start, PERIOD.end)
    count = dict.fromkeys(COUNTS, 0)
    for life in lives:
        if not start <= life.received.date() <= end:
            continue
        if definition == "with_due_date_only" and _due(life) is None:
            continue
        count["received"] += 1
        count[JUDGES[definition](life, end)] += 1
    count["resolved"] = count["on_time"] + count["late"]
    handled = count["received"] - count["withdrawn"]
    on_time = oracle.percent(count["on_time"], count["resolved"])
    if definition == "decision_766":
        on_time = oracle.percent(count["on_time"] + count["pending_in_time"], count["received"])
    return {
        **count,
        "on_time_rate": on_time,
        "on_time_share": oracle.percent(count["on_time"], handled),
        "late_share": oracle.percent(count["late"], handled),
    }


def _lives(count: int) -> tuple[list[Life], list[dict[str, object]]]:
    draw = random.Random(7)

    def moment(low: date, days: int) -> datetime:
        at = draw.choice([time(0), time(8, 30), time(11, 0), time(16, 30)])
        return datetime.combine(low + timedelta(draw.randint(0, days)), at)

    lives, written = [], []
    for number in range(1, count):
        (status, group), (unit, level) = draw.choice(STATUSES), draw.choice(UNITS)
        received = moment(date(2023, 5, 20), 135)
        due = draw.choice([None, moment(received.date(), 9)])
        life = Life(
            level, group, draw.choice(["1.000001", "1.000002"]), received, due,
            draw.choice([None, None, moment(due.date(), 9)]) if due else None,
            draw.choice([None, moment(received.date(), 12)]),
            draw.choice([None, moment(received.date(), 20)]),
        )  # fmt: skip
        lives.append(life)
        written.append(
            plain(
                number, unit=unit, status=status, procedure_code=life.procedure, received=received,
                due=due, extended=life.extended, finished=life.finished, returned=life.returned,
            )
        )  # fmt: skip
    return lives, written


def test_every_definition_is_the_plain_calculation(tmp_path: Path) -> None:
    lives, written = _lives(1500)
    catalogue = [procedure("1.000002", level, 3) for level in ("Cấp xã", "Cấp huyện")]
    wanted = {
        (level, definition): _figures(
            [life for life in lives if level in ("all", life.level)], definition
        )
        for definition in JUDGES
        for level in ("commune", "district", "province", "all")
    }
    files = {"a-2023-09-20.csv": written}
    with tables_of(tmp_path, files, [PERIOD], catalogue) as connection:
        found = rows(connection, "select * from sensitivity")
        flow = rows(connection, "select * from counts_by_level where basis = 'flow'")
    told = {(r["level"], r["definition"]): {c: r[c] for c in COUNTS + RATES} for r in found}
    assert {key: told[key] for key in wanted} == wanted
    distinct = {tuple(wanted["all", definition].values()) for definition in JUDGES}
    assert len(distinct) == len(JUDGES), "two definitions that these dossiers do not tell apart"
    for row in flow:
        assert told[row["level"], "flow"] == {c: row[c] for c in COUNTS + RATES}
    assert len(told) == len(found) == 4 * (len(JUDGES) + 1)
    # The export of 20 September covers the period, but not the calendar quarter.
    assert {r["definition"] for r in found if r["provisional"]} == {"calendar_period"}


# What a dossier received on 5 June has, and what it is under a definition.
CASES: list[tuple[dict[str, object], str, str]] = [
    ({"due": datetime(2023, 6, 12, 11), "finished": datetime(2023, 6, 12, 14)}, "by_time", "late"),
    # A date alone lasts until midnight; a closing day alone is not after any hour of it.
    ({"due": date(2023, 6, 12), "finished": datetime(2023, 6, 12, 23)}, "by_time", "on_time"),
    ({"due": datetime(2023, 6, 12, 11), "finished": date(2023, 6, 12)}, "by_time", "on_time"),
    ({"due": datetime(2023, 9, 1, 11)}, "by_time", "pending_overdue"),
    ({"due": datetime(2023, 9, 1, 11)}, "ours", "pending_in_time"),
    ({"due": date(2023, 6, 8), "finished": date(2023, 6, 8), "returned": date(2023, 6, 9)}, "handed_over", "late"),
    # Handed over after the period: as of its end there is a result.
    ({"due": date(2023, 8, 31), "finished": date(2023, 8, 31), "returned": date(2023, 9, 4)}, "handed_over", "on_time"),
    ({"due": date(2023, 6, 8), "extended": date(2023, 6, 20), "finished": date(2023, 6, 9)}, "first_due_date", "late"),
    ({"due": date(2023, 6, 8), "finished": date(2023, 6, 9), "status": "Xin rút"}, "withdrawn_on_time", "on_time"),
]  # fmt: skip


def test_named_cases(tmp_path: Path) -> None:
    for definition in {definition for _, definition, _ in CASES}:
        cases = [(changes, measure) for changes, name, measure in CASES if name == definition]
        written = [plain(number, **changes) for number, (changes, _) in enumerate(cases)]
        files = {"a-2023-09-20.csv": written}
        with tables_of(tmp_path / definition, files, [PERIOD]) as connection:
            query = f"select * from sensitivity where level = 'all' and definition = '{definition}'"
            (found,) = rows(connection, query)
        counts = set(COUNTS) - {"received", "carried_over", "resolved"}
        assert +Counter({count: found[count] for count in counts}) == Counter(
            measure for _, measure in cases
        )


def test_the_samples_rate_of_decision_766(published_sample: Workspace) -> None:
    """The seed's district: (630 on time + 1 not yet due) / 641 received."""
    found = published_table(published_sample, "period=2023Q3", "sensitivity").to_pylist()
    rates = {r["definition"]: r["on_time_rate"] for r in found if r["level"] == "district"}
    assert rates["decision_766"] == oracle.percent(631, 641)
    assert rates["ours"] == oracle.percent(630, 638)
