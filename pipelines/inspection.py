"""What the pipeline understands of one file, found by the pipeline's own steps.

The file is staged in a temporary folder and judged by the same SQL as in a run, so that what is
told here is what a run does; nothing else is written.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from pipelines import archives
from pipelines.engines.duckdb import DuckDB
from pipelines.errors import CommandError, UnreadableFile
from pipelines.exports import RawFile, exports_in, snapshot_of_path, snapshot_stated
from pipelines.header import Header, NearHeader, find_header, headers_of, nearest_header
from pipelines.header_words import told
from pipelines.inputs import load_inputs
from pipelines.raw_contract import RawContract, common
from pipelines.readers import read_export
from pipelines.readers.sheet import Sheet
from pipelines.resemblance import Resemblance
from pipelines.sources import Source
from pipelines.staging import stage
from pipelines.staging_cache import Staged
from pipelines.tables import build_tables, statements, with_inputs
from pipelines.workers import in_worker
from pipelines.workspace import Workspace

KEPT, GUARDED, PERSONAL, SECOND, RESEMBLING, NOT_NEEDED, UNKNOWN = (
    *("kept", "guarded", "personal", "second", "resembling", "not_needed", "unknown"),
)
_MASK = "•••"
_ROWS = 3
_TABLES = ("judged_rows", "newest_rows", "unit_choices")
_ACCEPTED_UNKNOWN = """
select kind, text, advice, count(*) as times from (
    select 'status' as kind, judged.status as text, advice.advice
    from judged_rows as judged
    inner join text_advice as advice on advice.kind = 'status' and judged.status = advice.text
    where judged.verdict = 'accepted'
    union all
    select 'channel' as kind, judged.channel as text, advice.advice
    from judged_rows as judged
    inner join text_advice as advice on advice.kind = 'channel' and judged.channel = advice.text
    where judged.verdict = 'accepted'
    union all
    select 'unit' as kind, coalesce(nullif(newest.unit, ''), newest.unit_context) as text,
        advice.advice
    from newest_rows as newest
    inner join unit_advice as advice
        on coalesce(newest.unit, '') = advice.unit and newest.unit_context = advice.unit_context
    left join unit_choices as chosen
        on coalesce(newest.unit, '') = chosen.unit
            and newest.unit_context = chosen.unit_context
            and cast(newest.received_at as date) = chosen.received_on
            and coalesce(newest.snapshot_on, date '1900-01-01') = chosen.snapshot_on
    where chosen.unit_code is null and coalesce(newest.stated_group, '') <> 'refused'
) as unknown_texts
group by kind, text, advice
order by kind desc, times desc, text
"""


@dataclass(frozen=True)
class ColumnFacts:
    """One column of a sheet: what its header is taken for, and its first cells."""

    position: int  # from 0
    header: str
    meaning: str  # KEPT … UNKNOWN
    column: str | None  # canonical name, of a resembling header too
    alias: str | None  # the header that it resembles or that is taken instead
    cells: list[str]


@dataclass(frozen=True)
class SheetFacts:
    """One sheet: its header and columns, or what comes nearest to a header."""

    name: str
    hidden: bool
    header: Header | None
    near: NearHeader | None
    headers: list[str]  # of a sheet without a header: the row that looks most like one
    columns: list[ColumnFacts]
    row_numbers: list[int]  # of the cells shown


@dataclass(frozen=True)
class Unrecognised:
    """A text of the file that no reference table has, and what to add."""

    kind: str  # status, channel or unit
    text: str
    times: int
    advice: str


@dataclass(frozen=True)
class FileFacts:
    """All that is understood of one file; `reason` says why if it could not be read."""

    name: str
    format: str = ""
    encoding: str = ""
    reason: str | None = None
    sheets: list[SheetFacts] = field(default_factory=list)
    snapshot_on: date | None = None
    snapshot_from: str = ""  # title, name or folder
    accepted: int = 0
    rejected: dict[str, int] = field(default_factory=dict)  # reason → rows
    ignored: dict[str, int] = field(default_factory=dict)  # kind → rows
    unrecognised: list[Unrecognised] = field(default_factory=list)

    @property
    def resembling(self) -> list[tuple[RawContract, Resemblance]]:
        """The headers that may stand for a column which the file lacks, each once."""
        found: dict[tuple[str, Resemblance], RawContract] = {}
        for sheet in self.sheets:
            place = sheet.header or sheet.near
            if place is not None:
                for each in place.resembling:
                    found[place.contract.name, each] = place.contract
        return [(contract, each) for (_, each), contract in found.items()]


def files_at(path: Path, workspace: Workspace) -> list[RawFile]:
    """Return the exports in the file at `path`: itself, or every member of an archive.

    The path of one member alone, as the summary of a run names it, is understood too. Raises
    `CommandError` if there is no such file.
    """
    for outer in (path, *path.parents):
        if outer.is_file():
            name = _name(outer, workspace)
            found = [RawFile(n, outer, sha, member) for n, sha, member in exports_in(name, outer)]
            wanted = [raw for raw in found if outer == path or raw.name == _name(path, workspace)]
            if not wanted:
                break
            return wanted
    if path.is_dir():
        raise CommandError(f"«{path}» là một thư mục; hãy ghi tên từng tệp trong đó.")
    raise CommandError(f"Không có tệp «{path}»; hãy kiểm tra lại đường dẫn.")


def _name(path: Path, workspace: Workspace) -> str:
    """Return a file's name as a run would have it: below `raw/`, else as it was given."""
    try:
        return path.resolve().relative_to(workspace.raw.resolve()).as_posix()
    except ValueError:
        return path.as_posix()


def inspect(raw: RawFile, workspace: Workspace) -> FileFacts:
    """Return what the pipeline understands of `raw`, read by a worker process within the limits of
    staging; writes nothing but a temporary folder.
    """
    with tempfile.TemporaryDirectory(prefix="igate-") as folder:
        facts = in_worker(raw, partial(understood, workspace=workspace, scratch=Path(folder)))
    return FileFacts(raw.name, reason=str(facts)) if isinstance(facts, UnreadableFile) else facts


def understood(raw: RawFile, workspace: Workspace, scratch: Path) -> FileFacts:
    """Return what is understood of `raw`; staged in the folder `scratch`. Raises `UnreadableFile`
    if its format cannot be read.
    """
    with archives.opened(raw, scratch) as path:
        export = read_export(path, scratch)
        reason: str | None = None
        staged: tuple[Staged, ...] = ()
        try:
            staged = tuple(stage(raw, scratch / "staging"))
        except UnreadableFile as error:
            reason = str(error)
        judged: dict[str, Any] = _judged(raw, staged, workspace.reference) if staged else {}
        sheets = [_sheet(sheet, staged, judged) for sheet in export.sheets]
    snapshot_on, snapshot_from = _snapshot(raw.name, staged, workspace.reference)
    return FileFacts(
        raw.name,
        export.format,
        export.encoding,
        reason,
        sheets,
        snapshot_on,
        snapshot_from,
        judged.get("accepted", 0),
        judged.get("rejected", {}),
        judged.get("ignored", {}),
        judged.get("unrecognised", []),
    )


def _snapshot(name: str, staged: tuple[Staged, ...], reference: Path) -> tuple[date | None, str]:
    titles = [each.snapshot_on for each in staged if each.snapshot_on]
    if titles:
        return max(titles), "title"
    of_path = snapshot_of_path(name, reference)
    in_name = snapshot_stated(name.rsplit("/", maxsplit=1)[-1], common().file_name_patterns)
    return of_path, "" if of_path is None else "name" if of_path == in_name else "folder"


def _judged(raw: RawFile, staged: tuple[Staged, ...], reference: Path) -> dict[str, Any]:
    """Return where the rows went, what is not recognised, and the first rows by sheet."""
    with duckdb.connect() as connection:
        load_inputs(DuckDB(connection), [Source(raw, staged, None)], [], reference)
        build_tables(DuckDB(connection), with_inputs(statements(), _TABLES))
        rows = connection.execute(
            """select verdict, coalesce(reject_reason, ignored_as, '') as why, count(*)
            from (
                select verdict, reject_reason, ignored_as from judged_rows
                union all
                select case when ignored_as is not null then 'ignored'
                    when reject_reason is not null then 'rejected' else 'accepted' end,
                    reject_reason, ignored_as
                from staged_procedures
            ) as rows_judged
            group by all order by count(*) desc, why"""
        ).fetchall()
        unrecognised = connection.execute(_ACCEPTED_UNKNOWN).fetchall()
        first = {each.kind: _first_rows(connection, each.kind) for each in staged}
    ignored = {why: times for verdict, why, times in rows if verdict == "ignored"}
    above = sum(each.rows_above for each in staged)
    return {
        "accepted": sum(times for verdict, _, times in rows if verdict == "accepted"),
        "rejected": {why: times for verdict, why, times in rows if verdict == "rejected"},
        "ignored": ({"above": above} if above else {}) | ignored,
        "unrecognised": [
            Unrecognised(k, text, times, advice) for k, text, advice, times in unrecognised
        ],
        "first": first,
    }


def _first_rows(connection: duckdb.DuckDBPyConnection, kind: str) -> list[dict[str, Any]]:
    found = connection.execute(
        f"""select * from staged_{kind} where ignored_as is null
        qualify row_number() over (partition by source_sheet order by source_row) <= {_ROWS}
        order by source_sheet, source_row"""
    )
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _sheet(sheet: Sheet, staged: tuple[Staged, ...], judged: dict[str, Any]) -> SheetFacts:
    header = find_header(sheet)
    if header is None:
        near = nearest_header(sheet)
        headers = [told(text) for text in (near.headers if near else headers_of(sheet))]
        return SheetFacts(sheet.name, sheet.hidden, None, near, headers, [], [])
    rows = [
        row
        for row in judged.get("first", {}).get(header.contract.name, ())
        if row["source_sheet"] == sheet.name
    ]
    columns = list(_columns(sheet, header, rows))
    numbers = [row["source_row"] for row in rows]
    return SheetFacts(sheet.name, sheet.hidden, header, None, header.headers, columns, numbers)


def _columns(sheet: Sheet, header: Header, rows: list[dict[str, Any]]) -> Iterator[ColumnFacts]:
    contract = header.contract
    by_position = {position: name for name, position in header.columns.items()}
    personal = {column.name for column in contract.columns if column.personal}
    alike = {each.header: each for each in header.resembling}
    for position, text in enumerate(header.headers):
        if not text:
            continue
        name = by_position.get(position)
        known = contract.headers.get(text)
        alias: str | None = None
        if name is not None:
            meaning = GUARDED if name in header.guarded else KEPT
        elif text in alike:
            meaning, name, alias = RESEMBLING, alike[text].column, alike[text].alias
        elif known is not None and known.column in personal:
            meaning = PERSONAL
        elif known is not None:
            meaning, alias = SECOND, header.headers[header.columns[known.column]]
        else:
            meaning = NOT_NEEDED if contract.is_not_needed(text) else UNKNOWN
        shown = name if meaning == KEPT else None
        cells = [_cell(sheet, row, position, shown) for row in rows]
        shown_header = text if meaning == RESEMBLING else told(text)
        yield ColumnFacts(position, shown_header, meaning, name, alias, cells)


def _cell(sheet: Sheet, row: dict[str, Any], position: int, shown: str | None) -> str:
    """Return a cell as it was understood; one that does not leave the reader, or stands in a row
    that was rejected, only says whether there is anything in it.
    """
    value = row[shown] if shown else None
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y}" if value.time() == time() else f"{value:%d/%m/%Y %H:%M}"
    if value is not None:
        return str(value)
    number = row["source_row"]
    line = sheet.head[number - 1] if number <= len(sheet.head) else []
    return _MASK if position < len(line) and (line[position] or "").strip() else ""
