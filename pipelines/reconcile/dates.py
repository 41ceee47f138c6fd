"""The period and the date that a report states, held against the run's period."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from pipelines.numbers import date_text
from pipelines.periods import Period
from pipelines.reconcile import verdicts
from pipelines.reconcile.tokens import DATE, tokens
from pipelines.reconcile.verdicts import Line

# The head of a report: its number, place and date, and title.
_HEAD = 15
_DAY = r"(\d{1,2})\s?[/.-]\s?(\d{1,2})(?:\s?[/.-]\s?(\d{4}))?"
_SPAN = re.compile(
    rf"từ\s(?:ngày\s)?{_DAY}\s(?:đến|tới)\s(?:hết\s)?(?:ngày\s)?{_DAY}", re.IGNORECASE
)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}
_NAMES = (
    (re.compile(r"quý\s(IV|I{1,3}|[1-4])\s?(?:[/-]|năm)?\s?(\d{4})", re.IGNORECASE), "Q"),
    (re.compile(r"(6)\stháng\s(?:đầu\s)?năm\s(\d{4})", re.IGNORECASE), "H"),
    (re.compile(r"(9)\stháng\s(?:đầu\s)?năm\s(\d{4})", re.IGNORECASE), "N"),
)


def period_lines(
    paragraphs: Sequence[tuple[str, str]], places: set[str], period: Period | None
) -> list[Line]:
    """Return the verdicts on the period and the date of a report.

    `places` are the paragraphs with figures: a span of dates counts if it stands in one of them, in
    the two before, or is called "số liệu". Without a `period` only the report's date is judged.
    """
    lines = []
    spans = _spans(paragraphs, places)
    if period:
        lines += [
            _span_line(phrase, start, end, where, period) for phrase, start, end, where in spans
        ]
        lines += _name_line(paragraphs, period)
    ends = [period.end] if period else [end for _, _, end, _ in spans]
    return lines + (_date_line(paragraphs, max(ends)) if ends else [])


def _spans(
    paragraphs: Sequence[tuple[str, str]], places: set[str]
) -> list[tuple[str, date, date, str]]:
    found = []
    for index, (text, where) in enumerate(paragraphs):
        near = any(place in places for _, place in paragraphs[index : index + 3])
        for match in _SPAN.finditer(text):
            if not near and "số liệu" not in text.lower():
                continue
            days = _days(match)
            if days:
                found.append((match.group(), *days, where))
    return found


def _days(match: re.Match[str]) -> tuple[date, date] | None:
    day, month, year, last_day, last_month, last_year = match.groups()
    if not last_year:
        return None
    try:
        end = date(int(last_year), int(last_month), int(last_day))
        start = date(int(year or last_year), int(month), int(day))
    except ValueError:
        return None
    return start, end


def _span_line(phrase: str, start: date, end: date, where: str, period: Period) -> Line:
    computed = f"{date_text(period.start)} – {date_text(period.end)}"
    stated = f"{date_text(start)} – {date_text(end)}"
    agrees = (start, end) == (period.start, period.end)
    verdict = verdicts.AGREES if agrees else verdicts.PERIOD
    note = "" if agrees else f"kỳ {period.name} tính theo data/reference/periods.csv"
    return Line(phrase, stated, computed, verdict, note, where)


def _name_line(paragraphs: Sequence[tuple[str, str]], period: Period) -> list[Line]:
    """Return the verdict on the first period that the report's head names."""
    for text, where in paragraphs[:_HEAD]:
        for pattern, letter in _NAMES:
            match = pattern.search(text)
            if match:
                part, year = match.groups()
                number = {"H": 1, "N": 9}.get(letter) or _ROMAN.get(part.upper()) or int(part)
                agrees = f"{year}{letter}{number}" == period.name
                verdict = verdicts.AGREES if agrees else verdicts.PERIOD
                note = "" if agrees else f"lệnh được chạy cho kỳ {period.name}"
                return [Line(match.group(), match.group(), period.name, verdict, note, where)]
    return []


def _date_line(paragraphs: Sequence[tuple[str, str]], end: date) -> list[Line]:
    for text, where in paragraphs[:_HEAD]:
        for token in tokens(text):
            written_out = token.kind == DATE and "tháng" in token.text.lower()
            if written_out and token.day is not None:
                if token.day >= end:
                    return []
                note = (
                    f"báo cáo lập trước ngày cuối kỳ {date_text(end)}: số liệu khi đó là tạm tính"
                )
                return [
                    Line(
                        token.text, date_text(token.day), date_text(end), verdicts.DATE, note, where
                    )
                ]
    return []
