"""Builds every table from dossiers given as dicts, without publishing: quick, and all in SQL.

Also the working days of `data/reference/holidays.csv`, counted day by day.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import build
import duckdb

from pipelines import checks
from pipelines.engines.duckdb import DuckDB
from pipelines.exports import find_exports
from pipelines.inputs import load_inputs
from pipelines.periods import Period
from pipelines.sources import Source
from pipelines.staging import stage
from pipelines.tables import build_tables, statements
from pipelines.workspace import Workspace

REFERENCE = Workspace(Path("/nowhere")).reference
COLUMNS = {
    "code": "Mã hồ sơ",
    "procedure_code": "Mã TTHC",
    "procedure_name": "Tên thủ tục hành chính",
    "field": "Lĩnh vực",
    "unit": "Đơn vị giải quyết",
    "channel": "Hình thức nộp",
    "received": "Ngày tiếp nhận",
    "due": "Ngày hẹn trả",
    "extended": "Ngày gia hạn",
    "finished": "Ngày có kết quả",
    "returned": "Ngày trả kết quả",
    "status": "Trạng thái",
}
_EMPTY = {"due": None, "extended": None, "finished": None, "returned": None, "channel": None}

Rows = list[dict[str, Any]]


def plain(number: int, **changes: object) -> dict[str, object]:
    """A dossier of Hòa Ân in processing, received on 2023-06-05, with no other date."""
    return build.dossier(
        number, **{**_EMPTY, "received": date(2023, 6, 5), "status": "Đang xử lý", **changes}
    )


def procedure(code: str, level: str, working_days: object) -> dict[str, object]:
    """A line of the catalogue."""
    return {
        "number": 1,
        "procedure_code": code,
        "procedure_name": f"Thủ tục {code}",
        "field": "Hộ tịch",
        "level": level,
        "online_service": "Toàn trình",
        "working_days": working_days,
        "one_stop": "Có",
    }


@contextmanager
def tables_of(
    folder: Path,
    files: Mapping[str, Iterable[Mapping[str, object]]],
    periods: Sequence[Period],
    catalogue: Iterable[Mapping[str, object]] = (),
    reference: Path = REFERENCE,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with every table over these exports: file name → its dossiers, by the keys
    of `build.dossier`. `catalogue`: procedures by the keys of layout E, none if empty.
    """
    workspace = Workspace(folder)
    workspace.raw.mkdir(parents=True, exist_ok=True)
    for name, dossiers in files.items():
        path = workspace.raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [[_written(row.get(key)) for key in COLUMNS] for row in dossiers]
        build.write_csv(path, [list(COLUMNS.values()), *lines])
    if procedures := build.lines(catalogue, "E")[1:]:
        build.write_csv(workspace.raw / "danh-muc.csv", [build.headers("E"), *procedures])
    sources = [
        Source(raw, tuple(stage(raw, workspace.staging)), None)
        for raw in find_exports(workspace).files
    ]
    with duckdb.connect() as connection:
        load_inputs(DuckDB(connection), sources, list(periods), reference)
        connection.execute("create table run_options as select 0.01::double as max_rejected")
        build_tables(DuckDB(connection), statements() | checks.check_selects())
        yield connection


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> Rows:
    """The rows of a query as dicts."""
    result = connection.execute(query)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _written(value: object) -> object:
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y %H:%M")
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else value


@cache
def _kinds() -> dict[date, str]:
    with (REFERENCE / "holidays.csv").open(encoding="utf-8") as file:
        return {date.fromisoformat(row["date"]): row["kind"] for row in csv.DictReader(file)}


def is_worked(day: date) -> bool:
    """Monday to Friday but for holidays, and the weekend days that the list calls workdays."""
    kind = _kinds().get(day)
    return kind == "workday" if day.weekday() >= 5 else kind != "holiday"


def working_days(after: date, until: date) -> int:
    """How many days are worked after the one day, up to and with the other."""
    count = 0
    while after < until:
        after += timedelta(1)
        count += is_worked(after)
    return count
