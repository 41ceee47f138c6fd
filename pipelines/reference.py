"""Reference tables: small CSV under version control, read as text and typed here."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from pipelines.errors import DataError
from pipelines.text import Vocabulary

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(9999, 12, 31)
# Due dates of this span can be counted in working days; no dossier of a one-stop desk is older.
_CALENDAR = (date(1995, 1, 1), date(2060, 12, 31))
# What sql/ compares with; the values stand in thresholds.csv.
_THRESHOLDS = (
    "same_minute_results",
    "same_day_results",
    "same_day_times",
    "night_from_hour",
    "night_to_hour",
    "code_days_apart",
    "one_day_percent",
    "one_day_results",
    "jump_times",
    "jump_dossiers",
    "earlier_periods",
)
# What a column may hold that people add lines to; anything else would be told as broken tables.
_ALLOWED = {
    "statuses": (
        "status_group",
        ("processing", "paused", "resolved", "declined", "withdrawn", "refused"),
    ),
    "channels": ("channel", ("online", "in_person", "postal")),
    "services": ("service", ("full", "partial", "information")),
    "one_stop": ("one_stop", ("true", "false")),
    "units": ("level", ("province", "district", "commune")),
}


def read_csv(folder: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of `<name>.csv` in `folder`, every value stripped text.

    Raises `DataError` if the file is missing, a row has not as many cells as the header, or one of
    `_ALLOWED` holds another value.
    """
    path = folder / f"{name}.csv"
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"Không đọc được bảng tham chiếu {name}.csv: {error}.") from error
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise DataError(f"{name}.csv: dòng {number} không đủ hoặc thừa cột so với tiêu đề.")
    rows = [{column: value.strip() for column, value in row.items()} for row in rows]
    column, allowed = _ALLOWED.get(name, ("", ()))
    for number, row in enumerate(rows if column else [], start=2):
        if row.get(column) not in allowed:
            *others, last = allowed
            raise DataError(
                f"{name}.csv: dòng {number}: «{row.get(column, '')}» không dùng được ở cột "
                f"{column}; hãy ghi {', '.join(others)} hoặc {last}."
            )
    return rows


def day(text: str, otherwise: date, where: str) -> date:
    """Return the ISO date `text`, `otherwise` if it is empty; `where` names it in an error."""
    try:
        return date.fromisoformat(text) if text else otherwise
    except ValueError as error:
        raise DataError(f"{where}: «{text}» không phải ngày dạng 2023-06-05.") from error


def statuses(folder: Path) -> Vocabulary[str]:
    """Return status text → status group (definitions.md, *Status groups*)."""
    return Vocabulary((row["status"], row["status_group"]) for row in read_csv(folder, "statuses"))


def channels(folder: Path) -> Vocabulary[str]:
    """Return channel text → `online`, `in_person` or `postal`."""
    return Vocabulary((row["channel_text"], row["channel"]) for row in read_csv(folder, "channels"))


def levels(folder: Path) -> tuple[pa.Table, Vocabulary[str]]:
    """Return the levels and level text → level.

    Columns: level, label_vi, section_vi (its section's title in Form 06), position.
    """
    rows = read_csv(folder, "levels")
    table = pa.table(
        {
            "level": pa.array([row["level"] for row in rows], pa.string()),
            "label_vi": pa.array([row["label_vi"] for row in rows], pa.string()),
            "section_vi": pa.array([row["section_vi"] for row in rows], pa.string()),
            "position": pa.array([int(row["position"]) for row in rows], pa.int64()),
        }
    )
    texts = [
        (alias, row["level"])
        for row in rows
        for alias in [row["level"], row["label_vi"], *row["aliases"].split("|")]
        if alias
    ]
    return table, Vocabulary(texts)


def calendar(folder: Path) -> pa.Table:
    """Return `calendar_day` and `working_index`: the number of working days up to and with it.

    The difference of two indices is a number of working days. A day is worked from Monday to
    Friday unless `holidays.csv` calls it a holiday, and on a weekend day that it calls a workday.
    Raises `DataError` for a row without a date or with another kind, and for a date told twice.
    """
    kinds: dict[date, str] = {}
    for number, row in enumerate(read_csv(folder, "holidays"), start=2):
        where = f"holidays.csv: dòng {number}"
        on, told = day(row["date"], FIRST_DAY, where), row["kind"]
        if on == FIRST_DAY or told not in ("holiday", "workday"):
            raise DataError(
                f"{where}: «{row['date']},{told}» không hợp lệ; hãy ghi ngày dạng 2023-05-04 và "
                "loại là holiday (ngày nghỉ) hoặc workday (ngày làm bù)."
            )
        if kinds.setdefault(on, told) != told:
            raise DataError(f"{where}: ngày {row['date']} vừa là ngày nghỉ vừa là ngày làm việc.")
    days, indices, index = [], [], 0
    current, last = _CALENDAR
    while current <= last:
        kind = kinds.get(current)
        index += kind == "workday" if current.weekday() >= 5 else kind != "holiday"
        days.append(current)
        indices.append(index)
        current += timedelta(days=1)
    return pa.table(
        {
            "calendar_day": pa.array(days, pa.date32()),
            "working_index": pa.array(indices, pa.int64()),
        }
    )


def thresholds(folder: Path) -> pa.Table:
    """Return one row with a BIGINT column for each threshold of `thresholds.csv`.

    Raises `DataError` if one is missing, unknown, or no whole number from 0 on.
    """
    listed = {row["threshold"]: row["value"] for row in read_csv(folder, "thresholds")}
    if listed.keys() != set(_THRESHOLDS):
        names = ", ".join(sorted(listed.keys() ^ set(_THRESHOLDS)))
        raise DataError(f"thresholds.csv: thiếu hoặc thừa dòng {names}.")
    for name, value in listed.items():
        if not (value.isascii() and value.isdigit()):
            raise DataError(f"thresholds.csv: {name} là «{value}»; hãy ghi một số nguyên.")
    return pa.table({name: pa.array([int(listed[name])], pa.int64()) for name in _THRESHOLDS})
