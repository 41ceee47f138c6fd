"""Staging: each export becomes one typed Parquet, kept under its content's hash.

It holds every row of the file below its header: accepted, rejected or ignored. What the file as a
whole states stands in the Parquet's own metadata under the key `igate`. Where the Parquets are
kept: `pipelines/staging_cache.py`.
"""

from __future__ import annotations

import json
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import date
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines import archives, limits, typing_sql
from pipelines.errors import TryAgain, UnreadableFile
from pipelines.exports import RawFile, snapshot_stated, stat_mark
from pipelines.header import Header, NearHeader, find_header, headers_of, nearest_header
from pipelines.header_words import told
from pipelines.raw_contract import common
from pipelines.readers import delimited, read_export
from pipelines.readers.sheet import Delimited, Sheet
from pipelines.staging_cache import Staged, keep, staged_already, vouched_by
from pipelines.text import clean, key

_BATCH = 1 << 14
# Where another part of a title begins, and where within a part a person may.
_PARTS = re.compile(r"\s+[-–—]\s+|[,:;|()]|\s[-–—]|[-–—]\s")
_PERSON = re.compile(
    r"\b(?:người|ông|bà|anh|chị|cán bộ|công chức|họ tên|họ và tên)\b"
    r"|\b(?:điện thoại|đt|sđt|tel|email|thư)\b"
    r"|\S*@|[+(]?\d[\d. ]{6,}",
    re.IGNORECASE,
)


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    """One in-memory connection per process, with the macros that judge cells."""
    # Beyond its limit it fails: on disk it would leave cells behind that no one may keep.
    connection = duckdb.connect(
        config={"memory_limit": f"{limits.file_memory() * 3 // 4 >> 20}MiB", "temp_directory": ""}
    )
    connection.execute("set enable_progress_bar = false")
    for macro in typing_sql.macros():
        connection.execute(macro)
    return connection


def stage(
    raw: RawFile, folder: Path, procedure_names: frozenset[str] | None = None
) -> list[Staged]:
    """Return the staged Parquets of `raw`, made now unless they are there already.

    `procedure_names` are the names of the catalogue in the form of `text.key`: free text
    that is none of them does not leave the reader. As long as they are not known (None), any
    staged copy will do, and a new one is made without free text. Raises `UnreadableFile`.
    """
    cached = staged_already(raw, folder, procedure_names)
    if cached:
        return cached
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".staging-", dir=folder) as scratch:
        before = raw.mark or stat_mark(raw.path)
        try:
            with archives.opened(raw, Path(scratch)) as path:
                staged = _stage(path, Path(scratch), raw.sha256, procedure_names)
        finally:
            # Its content may not be that of the hash under which it would be kept.
            if stat_mark(raw.path) != before:
                raise TryAgain("tệp thay đổi trong lúc đang đọc; hãy chạy lại khi chép xong")
        return keep(raw, staged, folder)


def _stage(
    path: Path, scratch: Path, sha256: str, known_names: frozenset[str] | None
) -> list[Staged]:
    procedure_names, vouched = known_names or frozenset(), vouched_by(known_names)
    export = read_export(path, scratch)
    headers = {index: find_header(sheet) for index, sheet in enumerate(export.sheets)}
    matched = [(export.sheets[i], header) for i, header in headers.items() if header is not None]
    unmatched = [export.sheets[i] for i, header in headers.items() if header is None]
    drifted = [near for near in map(nearest_header, unmatched) if near and near.is_drifted]
    if drifted:
        raise UnreadableFile(drifted_header(drifted[0]))
    if not matched:
        raise UnreadableFile(_no_header(export.sheets))
    kinds = sorted({header.contract.name for _, header in matched})
    staged = []
    for kind in kinds:
        of_kind = [(sheet, header) for sheet, header in matched if header.contract.name == kind]
        # Rows of sheets without a header are counted once, with the first kind.
        rest = unmatched if kind == kinds[0] else []
        scanned = len(of_kind) == 1 and isinstance(of_kind[0][0].cells, Delimited)
        above = sum(header.first_row + header.rows for _, header in of_kind)
        facts = Staged(
            path=scratch / f"{kind}.parquet",
            sha256=sha256,
            kind=kind,
            kinds=kinds,
            format=export.format,
            encoding=export.encoding,
            layout=of_kind[0][1].layout,
            sheets=[sheet.name for sheet, _ in of_kind if sheet.name],
            snapshot_on=_snapshot(of_kind),
            rows_above=above + sum(_height(sheet) for sheet in rest),
            first_row=above + 1 if scanned else None,
            dropped_columns=sorted({told(text) for _, h in of_kind for text in h.dropped}),
            unmatched_sheets=[sheet.name for sheet in rest if _height(sheet)],
            resembling=[
                list(each)
                for each in sorted(
                    {(r.header, r.column, r.alias) for _, h in of_kind for r in h.resembling}
                )
            ],
            vouched=vouched if any(header.guarded for _, header in of_kind) else "",
        )
        if not (scanned and _scan(facts, of_kind[0], procedure_names)):
            facts = replace(facts, first_row=None)
            _write(facts, [(_slowly(s), header) for s, header in of_kind], procedure_names)
        staged.append(facts)
    return staged


def _no_header(sheets: list[Sheet]) -> str:
    return (
        "không tìm thấy dòng tiêu đề có cột mã hồ sơ và ngày tiếp nhận; dòng giống tiêu đề nhất "
        f"có: {shown_headers([text for sheet in sheets for text in headers_of(sheet)])}. "
        "Nếu đúng là tệp xuất hồ sơ, hãy thêm tên cột vào schemas/raw/dossiers.yml"
    )


def drifted_header(near: NearHeader) -> str:
    """Return what to do about a header in which a required column is only resembled."""
    advice = "; ".join(
        f"thêm «{each.header}» vào aliases của cột {each.column} nếu cột đó là «{each.alias}»"
        for each in near.resembling
        if each.column in near.missing
    )
    return (
        f"dòng {near.first_row + 1} giống dòng tiêu đề nhưng thiếu cột bắt buộc; các cột có: "
        f"{shown_headers(near.headers)}. Hãy sửa schemas/raw/{near.contract.name}.yml ({advice}) "
        "rồi chạy lại"
    )


def shown_headers(texts: list[str]) -> str:
    """Return header texts as a message shows them: without what may name a person."""
    return (
        "; ".join(f"«{told(text)[:40]}»" for text in texts[:20]) or "không có dòng nào chỉ gồm chữ"
    )


def _height(sheet: Sheet) -> int:
    return len(sheet.head) if isinstance(sheet.cells, Delimited) else sheet.cells.num_rows


def _scan(facts: Staged, only: tuple[Sheet, Header], procedure_names: frozenset[str]) -> bool:
    """Write the Parquet by DuckDB's scan; return whether every row has its place in it."""
    sheet, header = only
    above = sheet.head[: header.first_row + header.rows]
    if any("\n" in (cell or "") for row in above for cell in row):
        return False  # `skip` counts lines, not rows
    assert isinstance(sheet.cells, Delimited)
    with ThreadPoolExecutor(1) as beside:  # counting takes a quarter as long as the scan itself
        lines = beside.submit(delimited.lines_ended_alike, sheet.cells)
        try:
            rows = _write(facts, [only], procedure_names)
        except duckdb.Error:
            return False
        return lines.result() == len(above) + rows


def _slowly(sheet: Sheet) -> Sheet:
    """Return the sheet with its cells in memory, read one by one where DuckDB would scan."""
    return delimited.read_exactly(sheet.cells) if isinstance(sheet.cells, Delimited) else sheet


def _snapshot(sheets: list[tuple[Sheet, Header]]) -> date | None:
    """Return the newest date that the titles state, sheet by sheet."""
    stated = [
        snapshot_stated(" \n ".join(_titles(sheet, header)), common().snapshot_patterns)
        for sheet, header in sheets
    ]
    return max((each for each in stated if each is not None), default=None)


def _titles(sheet: Sheet, header: Header) -> list[str]:
    return [clean(cell) for row in sheet.head[: header.first_row] for cell in row if cell]


def _unit_context(sheet: Sheet, header: Header) -> str:
    """Return what the titles and the sheet's name say of a unit, parts separated by ` | `.

    Only text from a word that begins a unit's name on is kept, up to where something else begins:
    a title may go on with who made the list, and how to reach them.
    """
    parts = []
    for part in (part for title in _titles(sheet, header) for part in _PARTS.split(title)):
        words = part.lower()
        starts = [
            position
            for word in common().unit_words
            for position in [f" {words}".find(f" {word} ")]
            if position >= 0
        ]
        if starts:
            named = part[min(starts) :]
            parts.append(_PERSON.split(named)[0].strip())
    return " | ".join([*parts, sheet.name] if sheet.name else parts)


def _write(
    facts: Staged, sheets: list[tuple[Sheet, Header]], procedure_names: frozenset[str]
) -> int:
    """Write one Parquet from all sheets of one kind, in one pass; return its number of rows."""
    connection = _connection()
    connection.execute("create or replace temp table vouched (text varchar)")
    selects: list[str] = []
    parameters: dict[str, str] = {}
    for number, (sheet, header) in enumerate(sheets):
        if header.guarded:
            _vouch(connection, sheet, header, procedure_names)
        source, row_number = _source(connection, sheet, header, number, parameters)
        columns = [] if isinstance(sheet.cells, Delimited) else sheet.cells.column_names
        beyond = columns[len(header.headers) :] if sheet.delimited else []
        select = typing_sql.typed_rows(header, source, row_number, sheet.from_1904, beyond)
        names = header.contract
        own = {
            "sheet": sheet.name,
            "unit_context": _unit_context(sheet, header),
            "identity_header": _header_key(header, names.identity),
            "anchor_header": _header_key(header, names.anchor),
        }
        for name, value in own.items():
            select = select.replace(f"${name}", f"${name}_{number}")
            parameters[f"{name}_{number}"] = value
        selects.append(f"({select})")
    stated = asdict(facts)
    del stated["path"]
    parameters["facts"] = json.dumps(stated, ensure_ascii=False, default=str)
    parameters["target"] = str(facts.path)
    copied = connection.execute(
        f"copy ({' union all '.join(selects)}) to $target "
        # A cache: time counts, not size.
        "(format parquet, compression snappy, kv_metadata {igate: $facts})",
        parameters,
    ).fetchone()
    return int(copied[0]) if copied else 0


def _header_key(header: Header, column: str) -> str:
    return clean(header.headers[header.columns[column]]).lower()


def _source(
    connection: duckdb.DuckDBPyConnection,
    sheet: Sheet,
    header: Header,
    number: int,
    parameters: dict[str, str],
) -> tuple[str, str]:
    """Return the FROM clause over the rows below the header and the SQL of a row's number."""
    below = header.first_row + header.rows
    if isinstance(sheet.cells, Delimited):
        columns = ", ".join(f"c{index}: 'varchar'" for index in range(sheet.cells.columns))
        parameters[f"path_{number}"] = str(sheet.cells.path)
        parameters[f"delimiter_{number}"] = sheet.cells.delimiter
        return (
            f"read_csv($path_{number}, delim = $delimiter_{number}, quote = '\"', escape = '\"', "
            f"header = false, skip = {below}, auto_detect = false, null_padding = true, "
            f"columns = {{{columns}}})",
            "null",
        )
    rows = sheet.cells.slice(below)
    # Not `pa.array(range(…))`, which imports pandas to ask whether it was given a series of it.
    numbers = pa.arange(below + 1, below + 1 + rows.num_rows)
    # DuckDB gives each core a batch at a time, and a reader gives the whole sheet as one.
    numbered = rows.append_column("row_number", numbers)
    batches = numbered.to_batches(max_chunksize=_BATCH)
    connection.register(f"sheet_{number}", pa.Table.from_batches(batches, numbered.schema))
    return f"sheet_{number}", "row_number"


def _vouch(
    connection: duckdb.DuckDBPyConnection,
    sheet: Sheet,
    header: Header,
    procedure_names: frozenset[str],
) -> None:
    """Add to the table `vouched(text)` those free texts that are a known procedure's name."""
    cells = _slowly(sheet).cells
    assert isinstance(cells, pa.Table)
    for column in header.guarded:
        texts = cells[f"c{header.columns[column]}"].unique().to_pylist()
        known = [text for text in texts if text and key(text) in procedure_names]
        connection.register("known_texts", pa.table({"text": pa.array(known, pa.string())}))
        connection.execute("insert into vouched select text from known_texts")
        connection.unregister("known_texts")
