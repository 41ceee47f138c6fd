"""Numbers and dates in the forms of Vietnamese reports (definitions.md, *Wording and numbers*)."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal


def count_text(value: int) -> str:
    """Return a count with `.` between thousands; below 10 with a leading zero: 10.503, 08."""
    return f"{value:02d}" if 0 <= value < 10 else grouped_text(value)


def grouped_text(value: int) -> str:
    """Return a whole number with `.` between thousands and nothing before it: 10.503, 8."""
    return f"{value:,}".replace(",", ".")


def percent_text(value: Decimal | None, places: int = 2) -> str:
    """Return per cent with a decimal comma: 98,59%; whole ones without places; None as a dash."""
    if value is None:
        return "–"
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    whole = rounded == rounded.to_integral_value()
    return f"{rounded.to_integral_value() if whole else rounded}%".replace(".", ",")


def date_text(value: date) -> str:
    """Return dd/mm/yyyy."""
    return f"{value.day:02d}/{value.month:02d}/{value.year}"


def written_date_text(value: date) -> str:
    """Return a date as official documents write it: 05/6/2023, 22/02/2022.

    Days below 10 and the months 1 and 2 carry a zero (Nghị định 30/2020/NĐ-CP, Phụ lục I).
    """
    month = f"{value.month:02d}" if value.month <= 2 else str(value.month)
    return f"{value.day:02d}/{month}/{value.year}"
