"""Lives of dossiers for the tests of figures: as the exports of one day show them, as the plain
calculation reads them, and, where the readers are not what is tested, as staged rows at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import build
import duckdb
import oracle
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.checks import check_selects
from pipelines.engines.duckdb import DuckDB
from pipelines.exports import RawFile, snapshot_of_path
from pipelines.inputs import load_inputs
from pipelines.periods import Period
from pipelines.sources import Source
from pipelines.staging import stage
from pipelines.staging_cache import Staged
from pipelines.tables import build_tables, statements, tables_read
from pipelines.workspace import Workspace

Life = Mapping[str, Any]  # by the keys of `build.dossier`, dates as dates or None
Files = Mapping[str, Iterable[Life]]

REFERENCE = Workspace(Path("/nowhere")).reference
MEASURES = [
    "received",
    "received_online",
    "received_in_person",
    "received_postal",
    "received_unknown_channel",
    "carried_over",
    "in_scope",
    "early",
    "on_due_date",
    "on_time",
    "late",
    "resolved",
    "withdrawn",
    "paused",
    "pending_in_time",
    "pending_overdue",
    "in_progress",
    "undetermined",
    "handled",
    "on_time_rate",
    "on_time_share",
    "late_share",
]
GROUPS = {
    "Đang xử lý": "processing",
    "Dừng xử lý": "paused",
    "Đã trả kết quả": "resolved",
    "Từ chối giải quyết": "declined",
    "Rút hồ sơ": "withdrawn",
    "Không được tiếp nhận": "refused",
}
LEVELS = {
    "UBND xã Hòa Ân": "commune",
    "UBND xã Ninh Thới": "commune",
    "Phòng Tư pháp": "district",
    "UBND huyện Tiểu Cần": "district",
    "Sở Tư pháp": "province",
}
CHANNELS = {"Trực tuyến": "online", "Tại một cửa": "in_person", "BCCI": "postal"}


def exported(lives: Iterable[Life], day: date) -> list[dict[str, Any]]:
    """What an export of the day shows of lives that went on: besides the keys of an export, a life
    has `granted`, the day of its extension, and `paused`, the first and last day of its pause.
    """
    shown = []
    for life in lives:
        if life["received"] > day:
            continue
        closed = life["finished"] is not None and life["finished"] <= day
        first, last = life["paused"]
        now = "Dừng xử lý" if first <= day <= last else "Đang xử lý"
        shown.append(
            {
                **life,
                "finished": life["finished"] if closed else None,
                "status": life["status"] if closed else now,
                "extended": life["extended"]
                if life["granted"] and life["granted"] <= day
                else None,
            }
        )
    return shown


def oracle_rows(files: Files) -> list[oracle.DossierRow]:
    """What an auditor reads in the exports; rows that cannot be placed are none."""
    return [
        row
        for name, lives in files.items()
        for place, life in enumerate(lives, start=2)
        if (row := _oracle_row(name, place, life)) is not None
    ]


def _oracle_row(name: str, place: int, life: Life) -> oracle.DossierRow | None:
    group = GROUPS.get(life["status"])
    if life["received"] is None and group != "refused":
        return None
    closed = life["finished"] or life["returned"]
    snapshot = snapshot_of_path(name, REFERENCE)
    assert snapshot is not None
    return oracle.DossierRow(
        code=life["code"],
        level=LEVELS.get(life["unit"], "unknown"),
        unit_name=life["unit"],
        field=life["field"],
        procedure_code=life["procedure_code"],
        channel=CHANNELS.get(life["channel"] or "", "unknown"),
        status_group=group or ("resolved" if closed else "processing"),
        received_on=_day(life["received"]),
        due_on=_day(life["due"]),
        extended_due_on=_day(life["extended"]),
        finished_on=_day(life["finished"]),
        returned_on=_day(life["returned"]),
        snapshot=(snapshot, name, "", place),
    )


def _day(value: date | datetime | None) -> date | None:
    return value.date() if isinstance(value, datetime) else value


def staged_sources(folder: Path, files: Files) -> list[Source]:
    """The exports as staging would give them, with no file read: for tests with many examples."""
    folder.mkdir(parents=True, exist_ok=True)
    like, schema = _staged_like()
    sources = []
    for number, (name, lives) in enumerate(files.items()):
        path = folder / f"{number}.parquet"
        rows = [_staged_row(place, life) for place, life in enumerate(lives, start=2)]
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
        raw = RawFile(name, path, f"{number:064d}")
        sources.append(Source(raw, (replace(like, path=path),), None))
    return sources


@cache
def _staged_like() -> tuple[Staged, pa.Schema]:
    with TemporaryDirectory() as name:
        path = build.write_csv(Path(name) / "a.csv", build.lines([build.dossier()]))
        (staged,) = stage(build.raw_file(path), Path(name))
        return replace(staged, first_row=None), pq.read_schema(staged.path).remove_metadata()


def _staged_row(place: int, life: Life) -> dict[str, object]:
    unplaced = life["received"] is None
    dates = {
        f"{column}_at": datetime.combine(day, datetime.min.time()) if day else None
        for column, day in (
            ("received", life["received"]),
            ("due", life["due"]),
            ("extended_due", life["extended"]),
            ("finished", life["finished"]),
            ("returned", life["returned"]),
        )
    }
    return {
        "source_sheet": "",
        "source_row": place,
        "reject_reason": "received_at_missing" if unplaced else None,
        "dossier_code": life["code"],
        "unit_context": "",
        **{
            column: life[column] or None
            for column in ("procedure_code", "procedure_name", "field", "unit", "channel", "status")
        },
        **dates,
    }


@contextmanager
def counted(
    folder: Path, files: Files, periods: Iterable[Period], wanted: Iterable[str]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the tables `wanted` over these exports, and those that they are made of."""
    selects = statements() | check_selects()
    needed: set[str] = set()
    found = set(wanted)
    while found:
        needed |= found
        found = {table for name in found for table in tables_read(selects[name])}
        found = (found & selects.keys()) - needed
    with duckdb.connect() as connection:
        load_inputs(DuckDB(connection), staged_sources(folder, files), list(periods), REFERENCE)
        build_tables(DuckDB(connection), {name: selects[name] for name in needed})
        yield connection
