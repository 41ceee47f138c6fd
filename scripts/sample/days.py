"""The working calendar of April to September 2023."""

from datetime import date, timedelta
from functools import cache

PERIOD_START = date(2023, 6, 5)
PERIOD_END = date(2023, 9, 1)
EXPORT_DAY = date(2023, 9, 5)
EARLIER_EXPORT_DAY = date(2023, 8, 7)
LAST_WORKING_DAY = date(2023, 8, 31)

HOLIDAYS = frozenset(
    {
        date(2023, 4, 29),  # Giỗ Tổ Hùng Vương
        date(2023, 4, 30),
        date(2023, 5, 1),
        date(2023, 5, 2),  # in lieu of 29 April, a Saturday
        date(2023, 5, 3),  # in lieu of 30 April, a Sunday
        date(2023, 9, 1),  # Quốc khánh, two days
        date(2023, 9, 2),
        date(2023, 9, 4),  # in lieu of 2 September, a Saturday
    }
)
_SATURDAY, _SUNDAY = 5, 6


def is_working_day(day: date) -> bool:
    """Monday to Friday, holidays apart."""
    return day.weekday() < _SATURDAY and day not in HOLIDAYS


@cache
def working_days(first: date, last: date) -> tuple[date, ...]:
    """The working days of the closed interval, in order."""
    span = (last - first).days + 1
    days = (first + timedelta(days=n) for n in range(span))
    return tuple(day for day in days if is_working_day(day))


@cache
def desk_days(first: date, last: date) -> tuple[tuple[date, ...], tuple[int, ...]]:
    """The days on which the one-stop desk takes dossiers, and how busy each is.

    Mondays are the busiest; a few Saturday mornings are staffed; Sundays and holidays never.
    """
    busy = {0: 24, 1: 21, 2: 20, 3: 19, 4: 17, _SATURDAY: 2}
    span = (last - first).days + 1
    days = tuple(
        day
        for day in (first + timedelta(days=n) for n in range(span))
        if day.weekday() != _SUNDAY and day not in HOLIDAYS
    )
    return days, tuple(busy[day.weekday()] for day in days)


@cache
def add_working_days(day: date, count: int) -> date:
    """The date `count` working days after `day`; `day` itself for 0."""
    while count > 0:
        day += timedelta(days=1)
        if is_working_day(day):
            count -= 1
    return day
