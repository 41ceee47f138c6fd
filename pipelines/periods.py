"""Reporting periods: a name such as `2023Q3` becomes a closed interval of dates.

Source: definitions.md, *Period* (Nghị định 09/2019/NĐ-CP). `data/reference/periods.csv`
holds the cut-off rule (the row `*`: first and last day of the month) and the overrides.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from pipelines.errors import CommandError, DataError
from pipelines.numbers import count_text, date_text
from pipelines.reference import read_csv

_NAME = re.compile(r"(\d{4})(?:Q([1-4])|M(0[1-9]|1[0-2])|H([12])|(N9)|(Y))")


@dataclass(frozen=True)
class Period:
    """A named closed interval `[start, end]` of dates and the legal ground it stands on.

    `by_rule` is false where `periods.csv` sets its dates.
    """

    name: str
    start: date
    end: date
    legal_basis: str
    by_rule: bool = True


def _months(name: str, typed: str = "") -> tuple[int, int, int]:
    """Return year, first and last month that `name`, as it was `typed`, covers."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise CommandError(
            f"Kỳ báo cáo «{typed or name}» không hợp lệ: hãy ghi như 2023Q3 (quý), "
            "2023M10 (tháng), 2023H1 (6 tháng), 2023N9 (9 tháng) hoặc 2023Y (năm)."
        )
    year, quarter, month, half, nine, _ = match.groups()
    if quarter:
        return int(year), int(quarter) * 3 - 2, int(quarter) * 3
    if month:
        return int(year), int(month), int(month)
    if half:
        return int(year), int(half) * 6 - 5, int(half) * 6
    return int(year), 1, 9 if nine else 12


def _cut_off(name: str, first_day: int, last_day: int) -> tuple[date, date]:
    """Apply the rule "from `first_day` of the month before to `last_day` of the last month".

    A rule that starts on day 1 means whole calendar months.
    """
    year, first, last = _months(name)

    def on(in_year: int, month: int, day: int) -> date:
        return date(in_year, month, min(day, calendar.monthrange(in_year, month)[1]))

    if first_day == 1:
        return date(year, first, 1), on(year, last, last_day)
    before = (year - 1, 12) if first == 1 else (year, first - 1)
    return on(*before, first_day), on(year, last, last_day)


def calendar_bounds(name: str) -> tuple[date, date]:
    """Return first and last day of the calendar months that a period's name covers."""
    return _cut_off(name, 1, 31)


def load_period(name: str, reference: Path) -> Period:
    """Return the period `name` by `periods.csv` in `reference`: an override, else the rule.

    Raises `CommandError` if the name is not of a known form, `DataError` if the file
    lacks the rule or holds an entry that is not an interval.
    """
    wanted = name.strip().upper()
    _months(wanted, name)
    listed = read_csv(reference, "periods")
    try:
        rows = {row["period"].upper(): row for row in listed}
        if wanted in rows:
            row = rows[wanted]
            start, end = date.fromisoformat(row["start"]), date.fromisoformat(row["end"])
        else:
            row = rows["*"]
            start, end = _cut_off(wanted, int(row["start"]), int(row["end"]))
        legal_basis = row["legal_basis"]
    except (KeyError, ValueError) as error:
        raise DataError(
            f"periods.csv: dòng của kỳ «{wanted}» không đọc được ({error}); "
            "hãy ghi ngày dạng 2023-06-05."
        ) from error
    if end < start:
        raise DataError(f"periods.csv: kỳ «{wanted}» có ngày cuối {end} trước ngày đầu {start}.")
    return Period(wanted, start, end, legal_basis, by_rule=wanted not in rows)


def previous_period(name: str) -> str:
    """Return the period of the same length before `name`: 2023Q1 → 2022Q4, 2023H2 → 2023H1.

    Nine months and years are held against those of the year before.
    """
    year, first, last = _months(name)
    kind = name[4]
    if kind in "NY":
        return f"{year - 1}{name[4:]}"
    length = last - first + 1
    number = (first - 1) // length or 12 // length
    return (
        f"{year - (first == 1)}{kind}{number:02d}"
        if kind == "M"
        else (f"{year - (first == 1)}{kind}{number}")
    )


def next_period(name: str) -> str:
    """Return the period after `name`, as `previous_period` does the one before."""
    year, first, last = _months(name)
    kind = name[4]
    if kind in "NY":
        return f"{year + 1}{name[4:]}"
    length = last - first + 1
    number = 1 if last == 12 else last // length + 1
    return (
        f"{year + (last == 12)}{kind}{number:02d}"
        if kind == "M"
        else (f"{year + (last == 12)}{kind}{number}")
    )


def periods_of(year: int) -> list[str]:
    """Return the names of a year's periods of every kind: quarters, months, longer ones."""
    return [
        *(f"{year}Q{number}" for number in range(1, 5)),
        *(f"{year}M{number:02d}" for number in range(1, 13)),
        f"{year}H1",
        f"{year}H2",
        f"{year}N9",
        f"{year}Y",
    ]


def listed_periods(reference: Path) -> list[str]:
    """Return the names of the periods whose dates `periods.csv` sets itself."""
    return [row["period"].upper() for row in read_csv(reference, "periods") if row["period"] != "*"]


def seams(period: Period, reference: Path) -> list[str]:
    """Return, in Vietnamese, where a period overlaps the ones before and after it, and where days
    between them belong to neither. Nine months never tile, so nothing is said of them.
    """
    if period.name[4] == "N":
        return []
    said = []
    before = load_period(previous_period(period.name), reference)
    after = load_period(next_period(period.name), reference)
    for one, two, other in ((before, period, before), (period, after, after)):
        days = (two.start - one.end).days - 1
        if days < 0:
            span = f"{date_text(two.start)}–{date_text(one.end)}"
            said.append(f"trùng {count_text(-days)} ngày với kỳ {other.name} ({span})")
        elif days > 0:
            first, last = one.end + timedelta(days=1), two.start - timedelta(days=1)
            span = date_text(first) + (f"–{date_text(last)}" if days > 1 else "")
            said.append(f"cách kỳ {other.name} {count_text(days)} ngày không thuộc kỳ nào ({span})")
    return said
