"""Working days per procedure, against sorting and counting in plain Python."""

from __future__ import annotations

import math
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import oracle
from tables_of import plain, procedure, rows, tables_of, working_days

from pipelines.periods import Period

PERIOD = Period("2023Q3", date(2023, 6, 5), date(2023, 9, 1), "")
MEASURES = [
    "resolved",
    "median_working_days",
    "p90_working_days",
    "longest_working_days",
    "catalogue_working_days",
    "within_catalogue",
    "within_catalogue_share",
]


def _statistics(times: list[int], stated: int | None) -> dict[str, Any]:
    """Nearest rank: the value at rank ⌈p · n⌉ of the sorted values."""
    times = sorted(times)
    within = sum(each <= stated for each in times) if stated is not None else None
    return {
        "resolved": len(times),
        "median_working_days": times[math.ceil(len(times) * 0.5) - 1],
        "p90_working_days": times[-(-len(times) * 9 // 10) - 1],
        "longest_working_days": times[-1],
        "catalogue_working_days": stated,
        "within_catalogue": within,
        "within_catalogue_share": None if within is None else oracle.percent(within, len(times)),
    }


def test_percentiles_are_the_nearest_ranks(tmp_path: Path) -> None:
    draw = random.Random(9)
    stated = {"1.000001": 0, "1.000002": 5, "1.000003": None}
    written: list[dict[str, object]] = []
    times: dict[str, list[int]] = {}
    for number in range(1, 500):
        code = draw.choice(list(stated))
        received = PERIOD.start + timedelta(draw.randint(-30, 80))
        closed = draw.choice([None, received + timedelta(draw.randint(-1, 30))])
        status = draw.choice(["Có kết quả", "Từ chối giải quyết", "Xin rút"])
        written.append(
            plain(number, received=received, finished=closed, procedure_code=code, status=status)
        )
        counts = received >= PERIOD.start or (closed is not None and closed >= PERIOD.start)
        if counts and status != "Xin rút" and closed is not None and closed <= PERIOD.end:
            times.setdefault(code, []).append(working_days(received, closed))
    catalogue = [procedure(code, "Cấp xã", days) for code, days in stated.items()]
    files = {"a-2023-09-20.csv": written}
    with tables_of(tmp_path, files, [PERIOD], catalogue) as connection:
        found = rows(connection, "select * from processing_times")
    assert {r["procedure_code"]: {m: r[m] for m in MEASURES} for r in found} == {
        code: _statistics(each, stated[code]) for code, each in times.items()
    }
    assert len(found) == 3


RANKS = {1: (1, 1), 2: (1, 2), 3: (2, 3), 9: (5, 9), 10: (5, 9), 11: (6, 10), 20: (10, 18)}


def test_ranks_by_count(tmp_path: Path) -> None:
    """Procedures of n dossiers that took 1, 2, … n working days: n → median, 90th percentile."""
    days = [d for d in (date(2023, 6, 5) + timedelta(n) for n in range(60)) if d.weekday() < 5]
    written = [
        plain(100 * count + n, finished=days[n], status="Có kết quả", procedure_code=f"1.{count}")
        for count in RANKS
        for n in range(1, count + 1)
    ]
    with tables_of(tmp_path, {"a-2023-09-20.csv": written}, [PERIOD]) as connection:
        found = rows(connection, "select * from processing_times")
    assert {
        r["resolved"]: (r["median_working_days"], r["p90_working_days"]) for r in found
    } == RANKS
    for row in found:
        assert row["longest_working_days"] == row["resolved"]
        assert row["catalogue_working_days"] is row["within_catalogue_share"] is None
