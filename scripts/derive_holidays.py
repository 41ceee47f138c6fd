"""Derive ``data/reference/holidays.csv`` again (development only; nothing imports this script).

Run it from the root of the checkout with the development environment, which pins the package::

    .venv/bin/python scripts/derive_holidays.py            # writes the file
    .venv/bin/python scripts/derive_holidays.py --check    # only compares; status 1 = differs

In: PyPI ``holidays`` 0.109 (MIT), and ``holidays_overrides.csv``, kept by hand: a row there
replaces the derived row of its date or adds one, and states the document that decreed the day.
Out: ``date,kind,name,document``, one row per date at most, from 2015 to 2027. ``kind`` is
``holiday`` (a day off on Monday to Friday) or ``workday`` (a Saturday or Sunday worked in
exchange for a day off). Holidays that fall on a weekend are left out: they change nothing.

``document`` is the decision found for the day, else the statute. It begins with ``EXPECTED``
where the day follows the usual pattern but no decision was found when this was written.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import holidays

PACKAGE_VERSION = "0.109"
FIRST_YEAR, LAST_YEAR = 2015, 2027
# The government decides each autumn which days next to Tết and National Day are off; the
# latest year whose decision was seen.
LAST_DECIDED_YEAR = 2026
EXPECTED = "Dự kiến"
LABOUR_CODE_2019_IN_FORCE = date(2021, 1, 1)
SATURDAY = 5
SWAP = re.compile(r"^Ngày nghỉ \(thay cho ngày (\d\d)/(\d\d)/(\d{4})\)$")


class Day(NamedTuple):
    """One row: an ISO date, ``holiday`` or ``workday``, a name and the document behind it."""

    date: str
    kind: str
    name: str
    document: str


def document_for(day: date, name: str) -> str:
    """Return the statute that makes ``day`` a day off, marked if it still awaits a decision.

    Sources: Bộ luật Lao động 2012, art. 115; 2019, art. 112; Nghị quyết 80-NQ/TW for 24 November,
    which states the intention and leaves the day off to a law.
    """
    if (day.month, day.day) == (11, 24):
        return f"{EXPECTED}: Nghị quyết 80-NQ/TW ngày 07/01/2026 của Bộ Chính trị"
    if day < LABOUR_CODE_2019_IN_FORCE:
        return "Bộ luật Lao động 2012, Điều 115"
    statute = "Bộ luật Lao động 2019, Điều 112"
    chosen = "Tết" in name and "Dương lịch" not in name
    chosen |= day.month == 9 and day.day != 2 and "nghỉ bù" not in name
    return f"{EXPECTED}: {statute}" if chosen and day.year > LAST_DECIDED_YEAR else statute


def derived() -> list[Day]:
    """Return the package's days off on weekdays and the weekend days worked for them."""
    calendar = holidays.country_holidays(
        "VN", years=range(FIRST_YEAR - 1, LAST_YEAR + 2), language="vi"
    )
    days = []
    for day, name in calendar.items():
        if day.weekday() < SATURDAY:
            days.append(Day(day.isoformat(), "holiday", name, document_for(day, name)))
        if swap := SWAP.match(name):
            worked = date(int(swap[3]), int(swap[2]), int(swap[1]))
            label = f"Ngày làm việc (thay cho ngày {day:%d/%m/%Y})"
            days.append(Day(worked.isoformat(), "workday", label, document_for(worked, label)))
    return days


def merged(base: Iterable[Day], overrides: Iterable[Day]) -> list[Day]:
    """Return ``base`` with the rows of ``overrides`` in place of its own, within the years."""
    by_date = {day.date: day for day in base} | {day.date: day for day in overrides}
    first, last = f"{FIRST_YEAR}-01-01", f"{LAST_YEAR}-12-31"
    return sorted(day for day in by_date.values() if first <= day.date <= last)


def read_days(path: Path) -> list[Day]:
    """Read a file of days; an absent file has none. Raises ``SystemExit`` on a wrong header."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    if not rows or tuple(rows[0]) != Day._fields:
        sys.exit(f"{path.name}: the header must be {','.join(Day._fields)}.")
    return [Day(*row) for row in rows[1:]]


def to_csv(days: Iterable[Day]) -> str:
    """Return ``days`` as CSV text with the header and LF line ends."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(Day._fields)
    writer.writerows(days)
    return buffer.getvalue()


def main() -> int:
    """Write (or with ``--check`` compare) the file; return the exit status."""
    parser = argparse.ArgumentParser(description="Derive the reference list of holidays again.")
    parser.add_argument(
        "--reference",
        type=Path,
        default=Path(__file__).resolve().parent.parent / "data" / "reference",
        help="folder of the reference files (default: the repository's own)",
    )
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    arguments = parser.parse_args()
    if version("holidays") != PACKAGE_VERSION:
        sys.exit(f"holidays {PACKAGE_VERSION} is needed, found: {version('holidays')}.")
    path = arguments.reference / "holidays.csv"
    overrides = read_days(arguments.reference / "holidays_overrides.csv")
    days = merged(derived(), overrides)
    before = set(read_days(path))
    for day in sorted(before ^ set(days)):
        print(f"  {'-' if day in before else '+'} {','.join(day)}")
    print(f"holidays.csv: {len(days)} rows, {len(before ^ set(days))} differ from the file on disk")
    text = to_csv(days).encode()
    differs = not path.exists() or path.read_bytes() != text
    if not arguments.check:
        path.write_bytes(text)
    return 1 if differs and arguments.check else 0


if __name__ == "__main__":
    sys.exit(main())
