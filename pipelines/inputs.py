"""The inputs of the SQL: staged files, periods and reference tables, in one engine."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from pipelines import reference
from pipelines.corrections import create_corrections, load_corrections
from pipelines.engines import Engine
from pipelines.exports import snapshot_of_path
from pipelines.periods import Period, calendar_bounds, load_period, previous_period
from pipelines.raw_contract import RawContract, raw_contracts
from pipelines.reference import read_csv
from pipelines.sources import Source
from pipelines.staging_cache import DOSSIERS, PROCEDURES
from pipelines.vocabulary import vocabularies

_TEXT = pa.string()
_EARLIER_PERIODS = 8  # so far back is what was usual
_TYPES = {"code": "varchar", "text": "varchar", "date": "timestamp", "number": "decimal(9, 2)"}


def load_inputs(
    engine: Engine,
    sources: list[Source],
    periods: list[Period],
    folder: Path,
) -> None:
    """Create the tables and views that `sql/` reads; `folder` holds the reference tables."""
    calendar = [calendar_bounds(period.name) for period in periods]
    engine.create_table("source_files", _source_files(sources, folder))
    engine.create_table("header_drift", _header_drift(sources))
    engine.create_table("absent_columns", _absent_columns(sources))
    engine.create_table("needed_columns", _needed_columns())
    for contract in raw_contracts():
        _staged_view(engine, contract, sources)
    engine.create_table(
        "periods",
        pa.table(
            {
                "period": pa.array([period.name for period in periods], _TEXT),
                "period_start": pa.array([period.start for period in periods], pa.date32()),
                "period_end": pa.array([period.end for period in periods], pa.date32()),
                "calendar_start": pa.array([c[0] for c in calendar], pa.date32()),
                "calendar_end": pa.array([c[1] for c in calendar], pa.date32()),
            }
        ),
    )
    engine.create_table("earlier_periods", _earlier_periods(periods, folder))
    engine.create_table("levels", reference.levels(folder)[0])
    engine.create_table("calendar", reference.calendar(folder))
    engine.create_table("measure_labels", _listed(folder, "measures"))
    engine.create_table("definitions", _listed(folder, "definitions"))
    engine.create_table("paper_reasons", _listed(folder, "paper_reasons"))
    engine.create_table("thresholds", reference.thresholds(folder))
    create_corrections(engine, load_corrections(folder))
    for name, table in vocabularies(engine, folder).items():
        engine.create_table(name, table)


def _earlier_periods(periods: list[Period], folder: Path) -> pa.Table:
    """For each period those of the same kind before it, which tell what is usual: their days
    before the period, since an override can begin within the period before it.
    """
    rows = []
    for period in periods:
        name = period.name
        for _ in range(_EARLIER_PERIODS):
            name = previous_period(name)
            earlier = load_period(name, folder)
            last_day = min(earlier.end, period.start - timedelta(days=1))
            rows.append((period.name, name, earlier.start, last_day))
    columns = ("period", "earlier_period", "first_day", "last_day")
    types = (_TEXT, _TEXT, pa.date32(), pa.date32())
    return pa.Table.from_pylist(
        [dict(zip(columns, row, strict=True)) for row in rows],
        schema=pa.schema(zip(columns, types, strict=True)),
    )


def _source_files(sources: list[Source], folder: Path) -> pa.Table:
    """One row per raw file; a workbook that holds two kinds of lists is described by the first."""
    rows = []
    for source in sources:
        staged = source.staged
        first = staged[0] if staged else None
        rows.append(
            {
                "source_file": source.raw.name,
                "sha256": source.raw.sha256,
                "copy_of": source.raw.copy_of,
                "kind": first.kind if first else None,
                "format": first.format if first else None,
                "encoding": first.encoding if first else None,
                "layout": first.layout if first else None,
                "sheets": "; ".join(name for each in staged for name in each.sheets),
                "snapshot_on": snapshot_of(source, folder),
                "rows_above": sum(each.rows_above for each in staged),
                "dropped_columns": "; ".join(
                    sorted({column for each in staged for column in each.dropped_columns})
                ),
                "unmatched_sheets": "; ".join(
                    name for each in staged for name in each.unmatched_sheets
                ),
                "unreadable": source.unreadable,
            }
        )
    schema = pa.schema(
        {
            **dict.fromkeys(
                [
                    "source_file",
                    "sha256",
                    "copy_of",
                    "kind",
                    "format",
                    "encoding",
                    "layout",
                    "sheets",
                ],
                _TEXT,
            ),
            "snapshot_on": pa.date32(),
            "rows_above": pa.int64(),
            "dropped_columns": _TEXT,
            "unmatched_sheets": _TEXT,
            "unreadable": _TEXT,
        }.items()
    )
    return pa.Table.from_pylist(rows, schema=schema)


def _header_drift(sources: list[Source]) -> pa.Table:
    """One row per file and unknown header that resembles an alias of a column not found."""
    columns = ("source_file", "contract", "header", "canonical_column", "alias")
    rows = [
        dict(zip(columns, (source.raw.name, each.kind, *resembling), strict=True))
        for source in sources
        if source.raw.copy_of is None
        for each in source.staged
        for resembling in each.resembling
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema(dict.fromkeys(columns, _TEXT).items()))


def _absent_columns(sources: list[Source]) -> pa.Table:
    """One row per file and column that the figures rest on and that no header stands for, with the
    headers that stand for nothing known; NULL where the file need not have the column.
    """
    columns = ("source_file", "canonical_column", "unknown_headers")
    found = {
        (source.raw.name, *absent): None
        for source in sources
        if source.raw.copy_of is None
        for each in source.staged
        for absent in each.absent
    }
    rows = [dict(zip(columns, row, strict=True)) for row in found]
    return pa.Table.from_pylist(rows, schema=pa.schema(dict.fromkeys(columns, _TEXT).items()))


def _needed_columns() -> pa.Table:
    """One row per column that the figures rest on; of several that will do it is the first."""
    rows = [
        {
            "contract": contract.name,
            "canonical_column": needed.columns[0],
            "header": contract.first_alias(needed.columns[0]),
            "without": needed.without,
            "empty_from": needed.empty_from,
        }
        for contract in raw_contracts()
        for needed in contract.needed
    ]
    texts = dict.fromkeys(("contract", "canonical_column", "header", "without"), _TEXT)
    return pa.Table.from_pylist(
        rows, schema=pa.schema([*texts.items(), ("empty_from", pa.int64())])
    )


def snapshot_of(source: Source, folder: Path) -> date | None:
    """Return the day up to which an export tells: as its titles state, else as its path does."""
    stated = [each.snapshot_on for each in source.staged if each.snapshot_on is not None]
    return max(stated) if stated else snapshot_of_path(source.raw.name, folder)


def _staged_view(engine: Engine, contract: RawContract, sources: list[Source]) -> None:
    """Create `staged_<kind>`: all staged rows of a kind with their file and its snapshot date.

    Copies are left out: a file that is there twice counts once.
    """
    kind = contract.name
    assert kind in (DOSSIERS, PROCEDURES)
    files = [
        {"staged_path": str(each.path), "source_file": source.raw.name, "first_row": each.first_row}
        for source in sources
        if source.raw.copy_of is None
        for each in source.staged
        if each.kind == kind
    ]
    if not files:
        columns = ", ".join(f"cast(null as {_TYPES[c.type]}) as {c.name}" for c in contract.kept)
        engine.create_view(
            f"staged_{kind}",
            f"""select '' as source_file, cast(null as date) as snapshot_on, '' as source_sheet,
                cast(0 as bigint) as source_row, '' as ignored_as, '' as reject_reason,
                '' as reject_column, '' as reject_value, {columns},
                '' as unreadable_dates, '' as unit_context
            where false""",
        )
        return
    schema = pa.schema(
        {"staged_path": _TEXT, "source_file": _TEXT, "first_row": pa.int64()}.items()
    )
    engine.create_table(f"staged_{kind}_files", pa.Table.from_pylist(files, schema=schema))
    engine.create_staged(f"staged_{kind}_rows", [str(file["staged_path"]) for file in files])
    columns = ", ".join(f"rows.{column.name}" for column in contract.kept)
    engine.create_view(
        f"staged_{kind}",
        f"""select
            files.source_file,
            source_files.snapshot_on,
            rows.source_sheet,
            coalesce(rows.source_row, files.first_row + rows.file_row_number) as source_row,
            rows.ignored_as,
            rows.reject_reason,
            rows.reject_column,
            rows.reject_value,
            {columns},
            rows.unreadable_dates,
            rows.unit_context
        from staged_{kind}_rows as rows
        inner join staged_{kind}_files as files on rows.filename = files.staged_path
        inner join source_files on files.source_file = source_files.source_file""",
    )


def _listed(folder: Path, name: str) -> pa.Table:
    """Return a reference table of texts as it stands, empty ones NULL, with `position` in front."""
    rows = read_csv(folder, name)
    columns = list(rows[0]) if rows else []
    return pa.table(
        {
            "position": pa.array(range(len(rows)), pa.int64()),
            **{c: pa.array([row[c] or None for row in rows], _TEXT) for c in columns},
        }
    )
