"""Dossiers late on paper only, against asking every question of every dossier in Python."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from tables_of import REFERENCE, is_worked, plain, rows, tables_of

from pipelines.errors import DataError
from pipelines.periods import Period
from pipelines.reference import thresholds

PERIOD = Period("2023Q3", date(2023, 6, 5), date(2023, 9, 1), "")
UNITS = ["UBND xã Hòa Ân", "UBND xã Phong Phú"]
OVER = ("Có kết quả", "Xin rút")


def _closed(row: dict[str, Any]) -> datetime | None:
    return row["finished"] or row["returned"]


def _resolved_on(row: dict[str, Any]) -> date | None:
    closed = _closed(row)
    if closed is None or row["status"] == "Xin rút" or closed.date() > PERIOD.end:
        return None
    return None if max(closed.date(), row["received"]) < PERIOD.start else closed.date()


def _usual(days: Counter[date]) -> int:
    return sorted(days.values())[(len(days) + 1) // 2 - 1]


def _reasons(
    newest: list[dict[str, Any]], older: list[dict[str, Any]]
) -> dict[tuple[str, str], Any]:
    """(dossier, reason) → how many results came together, where that is the reason."""
    minutes = {unit: Counter[datetime]() for unit in UNITS}
    days = {unit: Counter[date]() for unit in UNITS}
    for row in newest:
        if day := _resolved_on(row):
            days[row["unit"]][day] += 1
            minutes[row["unit"]][_closed(row)] += 1  # type: ignore[index]
    reasons: dict[tuple[str, str], Any] = {}
    for row in newest:
        code, due, closed = row["code"], row["due"], _closed(row)
        coded = datetime.strptime(code.split("-")[1], "%y%m%d").date()
        apart = abs((coded - row["received"]).days) > 31
        if due is None:
            continue
        if closed is None and row["status"] in OVER:
            if due < PERIOD.end and PERIOD.start <= row["received"] <= PERIOD.end:
                reasons[code, "closed_without_date"] = None
                if apart:
                    reasons[code, "code_date_differs"] = None
            continue
        day = _resolved_on(row)
        if day is None:
            is_open = closed is None or closed.date() > PERIOD.end
            waits = closed is None and row["status"] == "Tạm dừng"
            if is_open and not waits and due < PERIOD.end and apart:
                reasons[code, "code_date_differs"] = None
            continue
        if day <= due:
            continue
        assert closed is not None
        has_time = closed.time() != time(0)
        if has_time and (together := minutes[row["unit"]][closed]) >= 10:
            reasons[code, "closed_same_minute"] = together
        usual, that_day = _usual(days[row["unit"]]), days[row["unit"]][day]
        if that_day >= 20 and that_day >= 5 * usual:
            reasons[code, "closed_same_day"] = that_day
        if has_time and (closed.hour >= 20 or closed.hour < 6):
            reasons[code, "closed_at_night"] = None
        if not is_worked(day):
            reasons[code, "closed_on_day_off"] = None
        if row["returned"] and row["returned"].date() <= due:
            reasons[code, "handed_over_in_time"] = None
        if row["finished"] is None:
            reasons[code, "no_result_date"] = None
        if any(o["code"] == code and o["finished"] and o["finished"].date() <= due for o in older):
            reasons[code, "result_in_time_before"] = None
        if apart:
            reasons[code, "code_date_differs"] = None
        if row["status"] in ("Đang xử lý", "Tạm dừng"):
            reasons[code, "status_lags"] = None
    return reasons


def _exports() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    draw = random.Random(12)
    newest, older = [], []
    together = datetime(2023, 7, 20, 9, 15)

    def moment(low: date, days: int) -> datetime:
        at = draw.choice([time(0), time(8, 30), time(5, 59), time(20, 0), time(23, 10), time(6, 0)])
        return datetime.combine(low + timedelta(draw.randint(0, days)), at)

    for number in range(1200):
        received = date(2023, 5, 20) + timedelta(draw.randint(0, 100))
        due = draw.choice([None, received + timedelta(draw.randint(0, 9))])
        finished = draw.choice([None, moment(received, 15)])
        returned = draw.choice([None, moment(received, 15)])
        if number % 25 == 0 and received < together.date():
            finished = together + timedelta(minutes=number % 2)
        if number % 10 == 0 and received < date(2023, 8, 8):
            finished = datetime.combine(date(2023, 8, 8), time(9, number % 60))
        coded = received - timedelta(draw.choice([0, 0, 0, 31, 32]))
        row = plain(
            number, unit=UNITS[number % 20 == 0], received=received, due=due, finished=finished,
            returned=returned, status=draw.choice(["Đang xử lý", "Tạm dừng", *OVER]),
            code=f"H59.18-{coded:%y%m%d}-{number:04d}",
        )  # fmt: skip
        newest.append(row)
        if draw.random() < 0.2:
            older.append({**row, "finished": moment(received, 8), "status": "Có kết quả"})
    return newest, older


def test_every_reason_is_the_plain_calculation(tmp_path: Path) -> None:
    newest, older = _exports()
    wanted = _reasons(newest, older)
    files = {"a-2023-08-20.csv": older, "b-2023-09-20.csv": newest}
    with tables_of(tmp_path, files, [PERIOD]) as connection:
        found = rows(connection, "select * from late_on_paper")
        reasons = rows(connection, "select reason from paper_reasons")
    assert {(r["dossier_code"], r["reason"]): r["results_together"] for r in found} == wanted
    assert len(found) == len(wanted)
    assert {reason for _, reason in wanted} == {row["reason"] for row in reasons}


def test_the_evidence_is_in_the_row(tmp_path: Path) -> None:
    """Result dated 22:15 on a Saturday, four days after it was handed over in time."""
    dossier = plain(
        7, due=date(2023, 6, 8), finished=datetime(2023, 6, 10, 22, 15), returned=date(2023, 6, 6),
        status="Đã trả kết quả",
    )  # fmt: skip
    with tables_of(tmp_path, {"a-2023-09-20.csv": [dossier]}, [PERIOD]) as connection:
        found = rows(connection, "select * from late_on_paper order by reason")
    assert [row["reason"] for row in found] == [
        "closed_at_night",
        "closed_on_day_off",
        "handed_over_in_time",
    ]
    row = found[0]
    assert (
        row["finished_on"],
        row["returned_on"],
        row["effective_due_on"],
        row["closed_time"],
    ) == (
        date(2023, 6, 10),
        date(2023, 6, 6),
        date(2023, 6, 8),
        "22:15",
    )
    assert (row["source_file"], row["source_row"]) == ("a-2023-09-20.csv", 2)


def test_what_happens_after_the_period_is_not_known_in_it(tmp_path: Path) -> None:
    """Overdue at the end of the period, closed on a night thereafter."""
    dossier = plain(1, due=date(2023, 6, 8), finished=datetime(2023, 9, 10, 23, 0))
    with tables_of(tmp_path, {"a-2023-09-20.csv": [dossier]}, [PERIOD]) as connection:
        assert rows(connection, "select outcome from dossiers") == [{"outcome": "pending_overdue"}]
        assert rows(connection, "select * from late_on_paper") == []


def test_thresholds_are_data(tmp_path: Path) -> None:
    folder = tmp_path / "reference"
    shutil.copytree(REFERENCE, folder)
    path = folder / "thresholds.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("night_from_hour,20", "night_from_hour,18"),
        encoding="utf-8",
    )
    dossier = plain(1, due=date(2023, 6, 8), finished=datetime(2023, 6, 9, 18, 30))
    files = {"a-2023-09-20.csv": [dossier]}
    with tables_of(tmp_path / "data", files, [PERIOD], reference=folder) as connection:
        found = rows(connection, "select reason from late_on_paper")
    assert {"reason": "closed_at_night"} in found


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("night_from_hour,20", "night_from_hour,tám giờ", "night_from_hour"),
        ("night_from_hour,20", "night_hour,20", "night_from_hour, night_hour"),
    ],
)
def test_a_wrong_threshold_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    text = (REFERENCE / "thresholds.csv").read_text(encoding="utf-8")
    (tmp_path / "thresholds.csv").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(DataError, match=named):
        thresholds(tmp_path)
