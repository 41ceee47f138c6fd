"""What a statistician would doubt: silent units, jumps, all results on one day; per period."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import oracle
import pytest
from sample_rows import read_sample
from tables_of import plain, rows, tables_of

from pipelines.checks import data_checks
from pipelines.findings import CheckResult, period_findings
from pipelines.periods import Period
from pipelines.quarter import published_table
from pipelines.workspace import Workspace

START, END = date(2023, 6, 5), date(2023, 9, 1)
PERIOD = Period("2023Q3", START, END, "")
# The quarters before it by the rule of Nghị định 09/2019/NĐ-CP, the latest first; that one ends
# on 14 June, after the period has begun.
EARLIER = [
    (date(2023, 3, 15), date(2023, 6, 4)),
    (date(2022, 12, 15), date(2023, 3, 14)),
    (date(2022, 9, 15), date(2022, 12, 14)),
    (date(2022, 6, 15), date(2022, 9, 14)),
    (date(2022, 3, 15), date(2022, 6, 14)),
]
COMMUNES = {
    "UBND xã Hòa Ân": "29311",
    "UBND xã Châu Điền": "29314",
    "UBND xã An Phú Tân": "29317",
    "UBND xã Ninh Thới": "29323",
}


def _dossiers(unit: str, count: int, low: date, high: date, first: int) -> list[dict[str, Any]]:
    """So many dossiers, received evenly over the days and closed the day after."""
    days = (high - low).days
    made = []
    for number in range(count):
        received = low + timedelta(number * days // count)
        made.append(
            plain(
                first + number, unit=unit, received=received, due=received + timedelta(2),
                finished=received + timedelta(1), status="Có kết quả",
            )
        )  # fmt: skip
    return made


def _history(dossiers: list[dict[str, Any]], unit: str, measure: str) -> tuple[int, list[int]]:
    """What the unit counted in the period, and in each earlier quarter that the data cover."""
    day_of = {"received": "received", "resolved": "finished", "late": "finished"}[measure]

    def counts(row: dict[str, Any]) -> bool:
        if row["unit"] != unit or row[day_of] is None:
            return False
        if measure == "received":
            return True
        if row["status"] == "Xin rút":
            return False
        return measure == "resolved" or (row["due"] is not None and row["finished"] > row["due"])

    resolved = [r["finished"] for r in dossiers if r["finished"] and r["status"] != "Xin rút"]
    covered = [
        (low, high)
        for low, high in EARLIER
        if min(resolved) <= low and any(low <= day <= high for day in resolved)
    ]
    days = [row[day_of] for row in dossiers if counts(row)]

    def within(low: date, high: date) -> int:
        return sum(low <= day <= high for day in days)

    return within(START, END), [within(low, high) for low, high in covered]


def test_a_units_history_is_the_plain_count(tmp_path: Path) -> None:
    draw = random.Random(3)
    dossiers = []
    for number in range(1500):
        unit = draw.choice(list(COMMUNES))
        received = date(2022, 5, 1) + timedelta(draw.randint(0, 500))
        if unit == "UBND xã Ninh Thới" and received >= date(2023, 6, 1):
            received -= timedelta(120)
        finished = draw.choice([None, received + timedelta(draw.randint(0, 30))])
        dossiers.append(
            plain(
                number, unit=unit, received=received, finished=finished,
                due=draw.choice([None, received + timedelta(8)]),
                status=draw.choice(["Có kết quả", "Xin rút", "Đang xử lý"]),
            )
        )  # fmt: skip
    with tables_of(tmp_path, {"a-2023-10-05.csv": dossiers}, [PERIOD]) as connection:
        found = rows(connection, "select * from unit_history")
        silent = rows(connection, "select * from check_silent_unit")
    wanted = {}
    for unit, code in COMMUNES.items():
        for measure in ("received", "resolved", "late"):
            own, before = _history(dossiers, unit, measure)
            usual = sorted(before)[(len(before) + 1) // 2 - 1]
            wanted[code, measure] = (own, len(before), min(before), usual)
    columns = ("dossiers", "earlier_periods", "least_before", "usual")
    assert {(r["unit_code"], r["measure"]): tuple(r[c] for c in columns) for r in found} == wanted
    assert {before for _, before, _, _ in wanted.values()} == {4}, "the fifth is not covered whole"
    (only,) = silent
    assert "Xã Ninh Thới (29323)" in only["sample"]


def _before(unit: str, counts: list[int]) -> list[dict[str, Any]]:
    """Dossiers of the quarters before, the latest first; the data begin a quarter earlier.

    Closed within their quarter, and another unit's beside them.
    """
    made = _dossiers("UBND xã Phong Phú", 30, EARLIER[len(counts)][0], END - timedelta(2), 9000)
    for place, ((low, high), count) in enumerate(zip(EARLIER, counts, strict=False)):
        made += _dossiers(unit, count, low, high - timedelta(2), 1000 * (place + 1))
    return made


@pytest.mark.parametrize(
    ("before", "now", "snapshot", "expected"),
    [
        ([10, 10, 10], 0, "2023-09-05", {"silent_unit"}),
        ([10, 10, 0], 0, "2023-09-05", set()),  # it did not always report
        ([10], 0, "2023-09-05", set()),  # one period makes no rule
        ([10, 12, 11], 56, "2023-09-05", {"figure_jumps"}),
        ([10, 12, 11], 55, "2023-09-05", set()),  # five times is not beyond it
        ([3, 3, 3], 19, "2023-09-05", set()),  # few
        ([100, 101, 102], 20, "2023-09-05", {"figure_jumps"}),
        ([100, 100, 100], 20, "2023-09-05", set()),
        ([100, 101, 102], 20, "2023-08-05", set()),  # the period is not over
        ([30, 30, 30], 30, "2023-09-05", set()),
    ],
)
def test_named_cases(
    tmp_path: Path, before: list[int], now: int, snapshot: str, expected: set[str]
) -> None:
    unit = "UBND xã Hòa Ân"
    dossiers = [*_before(unit, before), *_dossiers(unit, now, START, date(2023, 7, 30), 1)]
    with tables_of(tmp_path, {f"a-{snapshot}.csv": dossiers}, [PERIOD]) as connection:
        found = {
            name
            for name in ("silent_unit", "figure_jumps")
            for row in rows(connection, f"select * from check_{name}")
            if "Xã Hòa Ân" in row["sample"]
        }
    assert found == expected


def test_results_on_one_day(tmp_path: Path) -> None:
    """Per unit: results on that day, results on others. From 80 % of 20 on it is doubted."""
    day = date(2023, 7, 20)
    units = dict(zip(COMMUNES, [(16, 4), (15, 5), (15, 0), (40, 0)], strict=True))
    dossiers = [
        plain(
            100 * place + n, unit=unit, status="Có kết quả",
            finished=day if n < that_day else day + timedelta(n),
        )
        for place, (unit, (that_day, others)) in enumerate(units.items())
        for n in range(that_day + others)
    ]  # fmt: skip
    with tables_of(tmp_path, {"a-2023-09-05.csv": dossiers}, [PERIOD]) as connection:
        found = rows(connection, "select sample from check_results_on_one_day order by sample desc")
    assert [row["sample"] for row in found] == [
        "2023Q3, Xã Ninh Thới: 40 trong 40 kết quả vào ngày 20/07/2023",
        "2023Q3, Xã Hòa Ân: 16 trong 20 kết quả vào ngày 20/07/2023",
    ]


def test_a_merged_commune_has_its_predecessors_history(tmp_path: Path) -> None:
    """Xã Cầu Kè of 2025-07-01 is silent where the three it was made of always reported."""
    period = Period("2025Q4", date(2025, 9, 15), date(2025, 12, 14), "")
    quarters = [date(2024, 10, 1), date(2025, 1, 5), date(2025, 4, 1)]
    old = ["Thị trấn Cầu Kè", "UBND xã Hòa Ân", "UBND xã Châu Điền"]
    dossiers = [
        row
        for place, (unit, low) in enumerate(zip(old, quarters, strict=True))
        for row in _dossiers(unit, 30, low, low + timedelta(60), 100 * place)
    ]
    other = _dossiers("UBND xã Phong Thạnh", 5, date(2024, 7, 1), date(2025, 12, 1), 900)
    with tables_of(tmp_path, {"a-2025-12-20.csv": [*dossiers, *other]}, [period]) as connection:
        found = rows(connection, "select * from unit_history where measure = 'received'")
    told = {row["unit_name"]: row for row in found}["Xã Cầu Kè"]
    # Of the last four quarters the third one before has none.
    assert (told["dossiers"], told["least_before"], told["usual"]) == (0, 0, 30)


@pytest.fixture
def two_periods(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    july = Period("2023M07", date(2023, 6, 15), date(2023, 7, 14), "")
    august = Period("2023M08", date(2023, 7, 15), date(2023, 8, 14), "")
    dossiers = [
        plain(1, received=date(2023, 6, 20), status="Có kết quả"),  # July alone: undetermined
        plain(2, received=date(2023, 7, 20), status="Có kết quả"),  # August alone, code apart
        plain(3, received=date(2023, 6, 21), finished=date(2023, 7, 20)),  # lags in both
        plain(4, received=date(2023, 9, 1), status="Có kết quả"),  # in neither
        plain(5, received=date(2023, 6, 22), status="Lạ"),
        plain(6, received=date(2023, 6, 23), status="Lạ"),
    ]
    with tables_of(tmp_path, {"a-2023-09-05.csv": dossiers}, [july, august]) as connection:
        yield connection


def test_findings_are_told_for_each_period(two_periods: duckdb.DuckDBPyConnection) -> None:
    results = [
        CheckResult(f"check_{name}", name, check.severity, check.title, check.message, False, 1, "")
        for name, check in data_checks().items()
    ]
    found = period_findings(two_periods, results).to_pylist()
    counts = {(row["period"], row["check_id"]): row["count"] for row in found}
    assert counts == {
        ("2023M07", "closed_without_date"): 1,
        ("2023M08", "closed_without_date"): 1,
        ("2023M08", "code_date_differs"): 1,
        ("2023M07", "status_lags"): 1,
        ("2023M08", "status_lags"): 1,
        ("2023M07", "unknown_status"): 2,
        ("2023M08", "unknown_status"): 2,
    }
    samples = {(row["period"], row["check_id"]): row["sample"] for row in found}
    assert samples["2023M07", "closed_without_date"] == "H59.18-230605-0001 («Có kết quả»)"
    assert samples["2023M08", "unknown_status"].endswith(" × 2")


def test_what_a_run_did_not_find_is_in_no_period(two_periods: duckdb.DuckDBPyConnection) -> None:
    found = CheckResult("check_status_lags", "status_lags", "warning", "", "", True, 0, "")
    assert period_findings(two_periods, [found]).num_rows == 0


def test_the_samples_findings_are_recounted(published_sample: Workspace) -> None:
    in_scope = [r for r in oracle.newest(read_sample().rows) if oracle.outcome(r, START, END)]
    over = ("resolved", "declined", "withdrawn")
    wanted = Counter(
        "closed_without_date" if oracle.closed_on(row) is None else "status_lags"
        for row in in_scope
        if (oracle.closed_on(row) is None) == (row.status_group in over)
    )
    found = published_table(published_sample, "period=2023Q3", "period_findings").to_pylist()
    assert {r["check_id"]: r["count"] for r in found if r["check_id"] in wanted} == wanted
    assert len(wanted) == 2
