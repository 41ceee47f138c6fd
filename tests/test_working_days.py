"""Working days late, and due dates computed from the catalogue, against counting day by day."""

from __future__ import annotations

import math
import random
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tables_of import REFERENCE, is_worked, plain, procedure, rows, tables_of, working_days

from pipelines.errors import DataError
from pipelines.periods import Period
from pipelines.reference import calendar

YEARS = Period("2023Y", date(2022, 1, 1), date(2024, 12, 31), "")


# Due, closed, days late, working days late.
LATE = [
    # Tết 2023: off from Friday 20 January to Thursday 26 January.
    ("2023-01-19", "2023-01-26", 7, 0),
    ("2023-01-19", "2023-01-27", 8, 1),
    ("2023-01-24", "2023-01-30", 6, 2),
    # 2024: Monday 29 April off, Saturday 4 May worked in its stead.
    ("2024-04-26", "2024-05-02", 6, 1),
    ("2024-05-03", "2024-05-04", 1, 1),
    ("2024-05-04", "2024-05-06", 2, 1),
    ("2024-05-04", "2024-05-05", 1, 0),
    # Closed on a weekend: late, but by no working day.
    ("2023-06-09", "2023-06-10", 1, 0),
    ("2023-06-10", "2023-06-11", 1, 0),
    ("2023-06-09", "2023-06-12", 3, 1),
]


def test_named_cases(tmp_path: Path) -> None:
    dossiers = [
        plain(
            number, received=date(2022, 12, 1), due=date.fromisoformat(due),
            finished=date.fromisoformat(closed), status="Có kết quả",
        )
        for number, (due, closed, _, _) in enumerate(LATE)
    ]  # fmt: skip
    with tables_of(tmp_path, {"a-2025-01-05.csv": dossiers}, [YEARS]) as connection:
        found = rows(connection, "select * from dossiers where outcome = 'late' order by 2")
    told = [
        (str(r["due_on"]), str(r["closed_on"]), r["days_late"], r["working_days_late"])
        for r in found
    ]
    assert told == LATE


def test_any_due_and_closing_day(tmp_path: Path) -> None:
    draw = random.Random(4)
    dossiers, wanted = [], {}
    for number in range(1, 600):
        due = date(2022, 1, 10) + timedelta(draw.randint(0, 1000))
        closed = draw.choice([due + timedelta(draw.randint(1, 60)), None])
        dossiers.append(
            plain(number, received=date(2022, 1, 3), due=due, finished=closed)
        )  # fmt: skip
        until = min(closed or YEARS.end, YEARS.end)
        wanted[dossiers[-1]["code"]] = working_days(due, until) if until > due else None
    with tables_of(tmp_path, {"a-2025-01-05.csv": dossiers}, [YEARS]) as connection:
        found = rows(connection, "select dossier_code, working_days_late from dossiers")
    assert {row["dossier_code"]: row["working_days_late"] for row in found} == wanted


def _reference_with(folder: Path, *lines: str) -> Path:
    shutil.copytree(REFERENCE, folder)
    with (folder / "holidays.csv").open("a", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
    return folder


def test_a_make_up_saturday_is_added_by_hand(tmp_path: Path) -> None:
    """Friday 7 July off for Saturday 8 July: two lines in holidays.csv, and the count follows."""
    folder = _reference_with(
        tmp_path / "reference",
        "2023-07-07,holiday,Ngày nghỉ (thay cho ngày 08/07/2023),Quyết định của tỉnh",
        "2023-07-08,workday,Ngày làm việc (thay cho ngày 07/07/2023),Quyết định của tỉnh",
    )
    dossiers = [
        plain(number, due=date(2023, 7, 6), finished=date(2023, 7, 7 + number))
        for number in (0, 1, 2, 3)
    ]
    files = {"a-2023-09-05.csv": dossiers}
    with tables_of(tmp_path / "data", files, [YEARS], reference=folder) as connection:
        found = rows(connection, "select working_days_late from dossiers order by dossier_code")
    assert [row["working_days_late"] for row in found] == [0, 1, 1, 2]


@pytest.mark.parametrize(
    "line",
    [
        "2023-07-08,làm bù,Ngày làm bù,",
        ",workday,Ngày làm bù,",
        "08/07/2023,workday,Ngày làm bù,",
        "2023-09-01,workday,Ngày làm bù,",
    ],
)
def test_a_line_that_is_wrong_is_named(tmp_path: Path, line: str) -> None:
    folder = _reference_with(tmp_path / "reference", line)
    last = len((folder / "holidays.csv").read_text(encoding="utf-8").splitlines())
    with pytest.raises(DataError, match=f"holidays.csv: dòng {last}"):
        calendar(folder)


def _computed_due_on(received: date, days: float) -> date:
    """The day of receipt does not count, and the last day is one that is worked."""
    due, left = received, math.ceil(days)
    while left > 0 or not is_worked(due):
        due += timedelta(1)
        left -= is_worked(due)
    return due


def _computed_outcome(closed: date | None, due: date, status: str, end: date) -> str:
    if closed is not None and closed <= end:
        if status == "Xin rút":
            return "withdrawn"
        return "early" if closed < due else "late" if closed > due else "on_due_date"
    if closed is None and status in ("Có kết quả", "Xin rút"):
        return "undetermined"
    if closed is None and status == "Tạm dừng":
        return "paused"
    return "pending_overdue" if due < end else "pending_in_time"


CATALOGUE = [
    procedure("1.000001", "Cấp xã", 0),
    procedure("1.000002", "Cấp xã", 3),
    procedure("1.000002", "Cấp huyện", 20),  # the commune's own time decides
    procedure("1.000003", "Cấp huyện", "2,5 ngày"),  # the one time that is stated anywhere
    procedure("1.000004", "Cấp huyện", 5),
    procedure("1.000004", "Cấp tỉnh", 7),  # two times, neither the commune's
    procedure("1.000005", "Cấp xã", "Trong ngày"),  # no number of days
]
TIMES = {"1.000001": 0, "1.000002": 3, "1.000003": 2.5}


def test_computed_due_dates_are_counted_day_by_day(tmp_path: Path) -> None:
    draw = random.Random(5)
    period = Period("2023Y", date(2023, 1, 1), date(2024, 5, 5), "")
    dossiers, wanted = [], {}
    for number in range(1, 900):
        received = draw.choice([date(2023, 1, 14), date(2024, 4, 18), date(2024, 2, 1)])
        received += timedelta(draw.randint(0, 18))
        code = f"1.00000{draw.randint(1, 6)}"
        due = draw.choice([None, None, received + timedelta(4)])
        closed = draw.choice([None, received + timedelta(draw.randint(0, 9))])
        status = draw.choice(["Đang xử lý", "Tạm dừng", "Có kết quả", "Xin rút"])
        made = plain(
            number, received=received, due=due, finished=closed, status=status, procedure_code=code
        )
        dossiers.append(made)
        if due is None and code in TIMES and received <= period.end:
            computed = _computed_due_on(received, TIMES[code])
            reached = _computed_outcome(closed, computed, status, period.end)
            wanted[made["code"]] = (computed, reached)
    with tables_of(tmp_path, {"a-2024-06-01.csv": dossiers}, [period], CATALOGUE) as connection:
        found = rows(connection, "select * from computed_due_dates")
        promised = rows(connection, "select dossier_code, due_on, effective_due_on from dossiers")
    assert {r["dossier_code"]: (r["computed_due_on"], r["computed_outcome"]) for r in found} == (
        wanted
    )
    assert {outcome for _, outcome in wanted.values()} >= {"early", "late", "pending_overdue"}
    assert all(
        (row["due_on"] is None) == (row["effective_due_on"] is None)
        and not (row["dossier_code"] in wanted and row["due_on"])
        for row in promised
    ), "a computed date stands among the promised ones"


# Received, processing time, computed due date.
COMPUTED = [
    ("2023-06-05", 3, "2023-06-08"),
    ("2023-06-08", 3, "2023-06-13"),
    ("2023-01-19", 1, "2023-01-27"),  # over Tết
    ("2024-05-03", 1, "2024-05-04"),  # the worked Saturday
    ("2023-06-10", 0, "2023-06-12"),  # at once, but received on a Saturday
    ("2023-06-09", 0, "2023-06-09"),
    ("2023-06-09", 0.5, "2023-06-12"),
]


def test_computed_due_dates_by_name(tmp_path: Path) -> None:
    dossiers = [
        plain(number, received=date.fromisoformat(received), procedure_code=f"1.00000{number}")
        for number, (received, _, _) in enumerate(COMPUTED)
    ]
    catalogue = [
        procedure(f"1.00000{number}", "Cấp xã", days)
        for number, (_, days, _) in enumerate(COMPUTED)
    ]
    with tables_of(tmp_path, {"a-2025-01-05.csv": dossiers}, [YEARS], catalogue) as connection:
        found = rows(connection, "select * from computed_due_dates order by dossier_code")
    told = [(str(r["received_on"]), r["working_days"], str(r["computed_due_on"])) for r in found]
    assert told == COMPUTED
    assert {row["outcome"] for row in found} == {"pending_in_time"}


def test_without_a_catalogue_nothing_is_computed(tmp_path: Path) -> None:
    with tables_of(tmp_path, {"a-2023-09-05.csv": [plain(1)]}, [YEARS]) as connection:
        found: list[dict[str, Any]] = rows(connection, "select * from computed_due_dates")
        times = rows(connection, "select * from promised_times")
    assert found == times == []
