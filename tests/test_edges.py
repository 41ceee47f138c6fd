"""Both bases at the edges of a period: named cases, each against the plain-Python calculation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import oracle
import pytest
from lives import MEASURES, REFERENCE, oracle_rows
from tables_of import plain, rows, tables_of

from pipelines.periods import load_period

PERIODS = {name: load_period(name, REFERENCE) for name in ("2024Q1", "2024Q2", "2024Q3")}
FIRST, LAST = PERIODS["2024Q2"].start, PERIODS["2024Q2"].end
FILE = "a-2024-12-31.csv"
DONE, OPEN, PAUSED = "Đã trả kết quả", "Đang xử lý", "Dừng xử lý"
DECLINED, WITHDRAWN = "Từ chối giải quyết", "Rút hồ sơ"


def first(days: int) -> date:
    return FIRST + timedelta(days)


def last(days: int) -> date:
    return LAST + timedelta(days)


def evening(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time()).replace(hour=23, minute=59)


# Name → what the export shows, and the outcome in 2024Q1, Q2 and Q3, None where it is not in scope
# on either basis. `*`: received within the period, so in scope of basis received too.
CASES: dict[str, tuple[dict[str, Any], tuple[str | None, str | None, str | None]]] = {
    "received on the first day": (
        {"received": first(0), "due": first(5), "finished": first(3), "status": DONE},
        (None, "early*", None),
    ),
    "received on the day before the first": (
        {"received": first(-1), "due": first(5), "finished": first(3), "status": DONE},
        ("pending_in_time*", "early", None),
    ),
    "received on the last day": (
        {"received": last(0), "due": last(5)},
        (None, "pending_in_time*", "pending_overdue"),
    ),
    "received on the last day in the evening, closed at once": (
        {"received": evening(last(0)), "due": last(9), "finished": evening(last(0)), "status": DONE},
        (None, "early*", None),
    ),
    "received on the day after the last": (
        {"received": last(1), "due": last(5), "finished": last(5), "status": DONE},
        (None, None, "on_due_date*"),
    ),
    "closed on the first day": (
        {"received": first(-9), "due": first(0), "finished": first(0), "status": DONE},
        ("pending_in_time*", "on_due_date", None),
    ),
    "closed on the day before the first": (
        {"received": first(-9), "due": first(0), "finished": first(-1), "status": DONE},
        ("early*", None, None),
    ),
    "closed on the last day": (
        {"received": first(9), "due": last(0), "finished": last(0), "status": DONE},
        (None, "on_due_date*", None),
    ),
    "due on the last day and closed on it in the evening": (
        {"received": first(9), "due": last(0), "finished": evening(last(0)), "status": DONE},
        (None, "on_due_date*", None),
    ),
    "due on the last day and open": (
        {"received": first(9), "due": last(0)},
        (None, "pending_in_time*", "pending_overdue"),
    ),
    "due on the day before the last and open": (
        {"received": first(9), "due": last(-1)},
        (None, "pending_overdue*", "pending_overdue"),
    ),
    "due on the last day and closed on the day after": (
        {"received": first(9), "due": last(0), "finished": last(1), "status": DONE},
        (None, "pending_in_time*", "late"),
    ),
    "closed on the day after the end": (
        {"received": first(9), "due": last(3), "finished": last(1), "status": DONE},
        (None, "pending_in_time*", "early"),
    ),
    "received before and closed inside": (
        {"received": first(-20), "due": first(-5), "finished": first(30), "status": DONE},
        ("pending_overdue*", "late", None),
    ),
    "open through three quarters": (
        {"received": first(-40), "due": first(-1)},
        ("pending_in_time*", "pending_overdue", "pending_overdue"),
    ),
    "open through three quarters and closed after them": (
        {"received": first(-40), "due": first(20), "finished": date(2024, 11, 1), "status": DONE},
        ("pending_in_time*", "pending_overdue", "pending_overdue"),
    ),
    "no due date, closed": (
        {"received": first(1), "finished": last(-1), "status": DONE},
        (None, "on_due_date*", None),
    ),
    "no due date, open": (
        {"received": first(1)},
        (None, "pending_in_time*", "pending_in_time"),
    ),
    "closed after the promised date and before the extended one": (
        {"received": first(1), "due": first(5), "extended": first(9), "finished": first(8), "status": DONE},
        (None, "early*", None),
    ),
    "closed on the extended date": (
        {"received": first(1), "due": first(5), "extended": first(9), "finished": first(9), "status": DONE},
        (None, "on_due_date*", None),
    ),
    "closed after the extended date": (
        {"received": first(1), "due": first(5), "extended": first(9), "finished": first(10), "status": DONE},
        (None, "late*", None),
    ),
    "extended beyond the end of the period": (
        {"received": first(1), "due": first(5), "extended": last(1)},
        (None, "pending_in_time*", "pending_overdue"),
    ),
    "closed before received": (
        {"received": first(5), "due": first(9), "finished": first(2), "status": DONE},
        (None, "early*", None),
    ),
    "closed before received, in the period before": (
        {"received": first(2), "due": first(9), "finished": first(-3), "status": DONE},
        (None, "early*", None),
    ),
    "undetermined": (
        {"received": first(5), "due": first(9), "status": DONE},
        (None, "undetermined*", None),
    ),
    "withdrawn and without a date": (
        {"received": first(5), "due": first(9), "status": WITHDRAWN},
        (None, "undetermined*", None),
    ),
    "withdrawn after the due date": (
        {"received": first(-5), "due": first(-2), "finished": first(4), "status": WITHDRAWN},
        ("pending_overdue*", "withdrawn", None),
    ),
    "declined after the due date": (
        {"received": first(5), "due": first(9), "finished": first(10), "status": DECLINED},
        (None, "late*", None),
    ),
    "paused and past its due date": (
        {"received": first(5), "due": first(9), "status": PAUSED},
        (None, "paused*", "paused"),
    ),
    "paused once, closed in the next period": (
        {"received": first(5), "due": first(9), "finished": last(9), "status": PAUSED},
        (None, "pending_overdue*", "late"),
    ),
    "closed by its date, in progress by its status": (
        {"received": first(5), "due": first(9), "finished": first(7), "status": OPEN},
        (None, "early*", None),
    ),
    "only the day of return is known": (
        {"received": first(5), "due": first(9), "returned": first(9), "status": DONE},
        (None, "on_due_date*", None),
    ),
    "finished on time, returned late": (
        {"received": first(5), "due": first(9), "finished": first(9), "returned": last(5), "status": DONE},
        (None, "on_due_date*", None),
    ),
    "never received": (
        {"received": first(5), "due": first(9), "status": "Không được tiếp nhận"},
        (None, None, None),
    ),
}  # fmt: skip
LIVES = {name: plain(number, **shown) for number, (name, (shown, _)) in enumerate(CASES.items())}


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("edges")
    with tables_of(folder, {FILE: LIVES.values()}, list(PERIODS.values())) as connection:
        yield connection


@pytest.mark.parametrize("name", CASES)
def test_the_case(tables: duckdb.DuckDBPyConnection, name: str) -> None:
    code, expected = LIVES[name]["code"], CASES[name][1]
    (row,) = oracle_rows({FILE: [LIVES[name]]})
    for period, wanted in zip(PERIODS.values(), expected, strict=True):
        outcome = oracle.outcome(row, period.start, period.end)
        received = oracle.in_scope(row, period.start, period.end, "received")
        assert wanted == (f"{outcome}*" if received else outcome), f"plain, {period.name}"
        found = tables.execute(
            "select outcome || case when received_in_period then '*' else '' end from dossiers "
            "where period = $1 and dossier_code = $2",
            [period.name, code],
        ).fetchall()
        assert found == ([] if wanted is None else [(wanted,)]), f"SQL, {period.name}"


@pytest.mark.parametrize("basis", ["received", "flow"])
@pytest.mark.parametrize("period", PERIODS)
def test_together_they_are_counted_as_the_plain_calculation_counts_them(
    tables: duckdb.DuckDBPyConnection, period: str, basis: str
) -> None:
    counts = oracle.counts(
        oracle_rows({FILE: LIVES.values()}), PERIODS[period].start, PERIODS[period].end, basis
    )
    found = rows(
        tables,
        f"select * from counts_by_level where period = '{period}' and basis = '{basis}'",
    )
    assert {row["level"]: {m: row[m] for m in MEASURES} for row in found} == {
        level: {m: measures[m] for m in MEASURES} for level, measures in counts.items()
    }
    assert sum(row["in_scope"] for row in found) > 0


def test_what_was_closed_before_it_was_received_is_a_finding(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    found = tables.execute("select sample from check_closed_before_received").fetchall()
    wanted = [
        str(LIVES[name]["code"]) for name in CASES if name.startswith("closed before received")
    ]
    assert sorted(str(sample).split()[0] for (sample,) in found) == wanted


def test_what_has_no_closing_date_is_a_finding(tables: duckdb.DuckDBPyConnection) -> None:
    found = tables.execute("select sample from check_closed_without_date").fetchall()
    wanted = [str(LIVES[name]["code"]) for name in ("undetermined", "withdrawn and without a date")]
    assert sorted(str(sample).split()[0] for (sample,) in found) == wanted
