"""The calendar of days off holds together.

Expected numbers are facts about the country (how many paid days off the Labour Code grants),
stated here independently of how the list was derived.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

import pytest
from reference_lists import rows


class Day(NamedTuple):
    date: str
    kind: str
    name: str
    document: str


@cache
def days(name: str = "holidays.csv") -> tuple[Day, ...]:
    assert rows(name)[0] == Day._fields
    return tuple(Day(*row) for row in rows(name)[1:])


def test_calendar_rows_are_well_formed_and_sorted() -> None:
    dates = [day.date for day in days()]
    assert dates == sorted(set(dates))
    for day in days():
        assert day.name and day.document, day
        weekend = date.fromisoformat(day.date).weekday() >= 5
        assert day.kind == ("workday" if weekend else "holiday"), day


def test_2023_has_249_working_days() -> None:
    marked = {day.date: day.kind for day in days()}
    year = [date(2023, 1, 1) + timedelta(days=offset) for offset in range(365)]
    working = [
        day
        for day in year
        if marked.get(day.isoformat(), "workday" if day.weekday() < 5 else "") == "workday"
    ]
    assert len(working) == 249


def test_every_swapped_day_off_has_its_worked_day() -> None:
    """Both rows of an exchange name each other; one worked day of 2014 lies before the list."""
    swap = re.compile(r"Ngày (nghỉ|làm việc) \(thay cho ngày (\d\d)/(\d\d)/(\d{4})\)")
    pairs = {}
    for day in days():
        if match := swap.fullmatch(day.name):
            assert (match[1] == "làm việc") == (day.kind == "workday"), day
            pairs[day.date] = f"{match[4]}-{match[3]}-{match[2]}"
        else:
            assert day.kind == "holiday", day
    assert pairs.pop("2015-01-02") == "2014-12-27"
    assert {other: day for day, other in pairs.items()} == pairs
    assert (pairs["2026-01-02"], pairs["2024-04-29"]) == ("2026-01-10", "2024-05-04")


@pytest.mark.parametrize("year", range(2015, 2028))
def test_each_year_grants_the_days_off_of_the_labour_code(year: int) -> None:
    """Ten paid days until 2020, eleven from 2021 (National Day has two), twelve from 2026."""
    granted = [
        day
        for day in days()
        if day.date.startswith(f"{year}-") and day.kind == "holiday" and "thay cho" not in day.name
    ]
    assert len(granted) == (10 if year < 2021 else 11 if year < 2026 else 12)


def test_overrides_stand_in_the_calendar_word_for_word() -> None:
    assert set(days("holidays_overrides.csv")) <= set(days())
    by_date = {day.date: day.document for day in days()}
    assert by_date["2026-01-02"] == "Công văn 12729/VPCP-KGVX ngày 25/12/2025"
