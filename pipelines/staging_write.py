"""Writing staged Parquets: one file alone straight from its SELECT, many small files together.

Most of what a small file costs is that DuckDB binds the SELECT that types its cells. So sheets
whose SELECT reads the same are laid under one another, a column `part` telling them apart, and it
is bound once for all of them.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from functools import cache

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines import limits, typing_sql
from pipelines.header import Header
from pipelines.readers import delimited
from pipelines.readers.sheet import Delimited
from pipelines.staging_cache import Staged
from pipelines.staging_parts import (
    Held,
    Part,
    Placed,
    beyond,
    exactly,
    needed,
    scan_of,
    scan_parameters,
)
from pipelines.text import clean
from pipelines.titles import unit_context

_BATCH = 1 << 14
# What stands in a SELECT for the relation with the cells, that of equal sheets be the same text.
_CELLS = "{cells}"


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


def write(part: Part, procedure_names: frozenset[str]) -> Staged:
    """Write the Parquet of a file that is alone; return what is stated in it."""
    placed = part.scanned
    if placed is not None:
        facts = replace(part.facts, first_row=placed.above + 1)
        if _scan(facts, placed):
            return facts
    held = exactly(part, procedure_names)
    sheets = held.part.sheets
    groups: list[tuple[str, list[pa.Table]]] = []
    for select, rows in zip(_selects(sheets), _numbered(held.rows), strict=True):
        if groups and groups[-1][0] == select and groups[-1][1][-1].schema == rows.schema:
            groups[-1][1].append(rows)
        else:
            groups.append((select, [rows]))
    connection = _connection()
    selects = []
    for number, (select, tables) in enumerate(groups):
        # DuckDB gives each core a batch at a time, and a reader gives the whole sheet as one.
        rows = pa.concat_tables(tables)
        batches = rows.to_batches(max_chunksize=_BATCH)
        connection.register(f"cells_{number}", pa.Table.from_batches(batches, rows.schema))
        selects.append(f"({select.replace(_CELLS, f'cells_{number}')})")
    try:
        _copy(connection, " union all ".join(selects), part.facts, _constants(sheets))
    finally:
        for number in range(len(groups)):
            connection.unregister(f"cells_{number}")
    return part.facts


def held(part: Part, procedure_names: frozenset[str]) -> Held:
    """Return the part with its cells in memory, read as `write` would read them."""
    placed = part.scanned
    if placed is None:
        return exactly(part, procedure_names)
    assert isinstance(placed.sheet.cells, Delimited)
    connection = _connection()
    columns = ", ".join(needed(placed))
    try:
        rows = connection.sql(
            f"select {columns}, null::bigint as row_number from {scan_of(placed)}",
            params=scan_parameters(placed.sheet.cells),
        ).to_arrow_table()
    except duckdb.Error:
        return exactly(part, procedure_names)
    if delimited.lines_ended_alike(placed.sheet.cells) != placed.above + rows.num_rows:
        return exactly(part, procedure_names)
    return Held(Part(replace(part.facts, first_row=placed.above + 1), part.sheets), [rows])


def write_together(parts: list[Held]) -> None:
    """Write the Parquets of many small files; raises `duckdb.Error` if any of them cannot be."""
    sheets = [placed for each in parts for placed in each.part.sheets]
    rows = _numbered([table for each in parts for table in each.rows])
    groups: dict[tuple[str, pa.Schema], list[int]] = {}
    for number, select in enumerate(_selects(sheets)):
        groups.setdefault((select, rows[number].schema), []).append(number)
    connection = _connection()
    constants = _constants(sheets)
    typed: dict[int, pa.Table] = {}
    for (select, _), numbers in groups.items():
        # In one piece: a batch of rows for each sheet would cost more than its cells.
        cells = pa.concat_tables([rows[number] for number in numbers]).combine_chunks()
        connection.register("cells", cells)
        try:
            found = connection.sql(
                select.replace(_CELLS, "cells"), params=constants
            ).to_arrow_table()
        finally:
            connection.unregister("cells")
        # Every row comes out where it went in.
        assert found.num_rows == cells.num_rows
        found, start = found.combine_chunks(), 0
        for number in numbers:
            typed[number] = found.slice(start, rows[number].num_rows)
            start += rows[number].num_rows
    number = 0
    for each in parts:
        own = [typed[n] for n in range(number, number + len(each.part.sheets))]
        number += len(own)
        _write_arrow(pa.concat_tables(own), each.part.facts)


def _write_arrow(rows: pa.Table, facts: Staged) -> None:
    """Write a Parquet as DuckDB would: a COPY for each of many files costs it three times that."""
    with pq.ParquetWriter(
        facts.path,
        rows.schema,
        compression="snappy",
        write_statistics=False,
        store_schema=False,  # else the columns would be read as what Arrow has, not Parquet
        store_decimal_as_integer=True,
    ) as writer:
        writer.write_table(rows)
        writer.add_key_value_metadata({"igate": _stated(facts)})


def _stated(facts: Staged) -> str:
    stated = asdict(facts)
    del stated["path"]
    return json.dumps(stated, ensure_ascii=False, default=str)


def _copy(
    connection: duckdb.DuckDBPyConnection,
    select: str,
    facts: Staged,
    parameters: dict[str, str | list[str]],
) -> int:
    """Write one Parquet straight from a SELECT; return its number of rows."""
    copied = connection.execute(
        f"copy ({select}) to $target "
        # A cache: time counts, not size.
        "(format parquet, compression snappy, kv_metadata {igate: $facts})",
        {**parameters, "facts": _stated(facts), "target": str(facts.path)},
    ).fetchone()
    return int(copied[0]) if copied else 0


def _scan(facts: Staged, placed: Placed) -> bool:
    """Write the Parquet by DuckDB's scan; return whether every row has its place in it."""
    source = placed.sheet.cells
    assert isinstance(source, Delimited)
    connection = _connection()
    select = typing_sql.typed_rows(placed.header, scan_of(placed), "null", "1")
    with ThreadPoolExecutor(1) as beside:  # counting takes a quarter as long as the scan itself
        lines = beside.submit(delimited.lines_ended_alike, source)
        try:
            rows = _copy(connection, select, facts, _constants([placed]) | scan_parameters(source))
        except duckdb.Error:
            return False
        return lines.result() == placed.above + rows


def _numbered(tables: list[pa.Table]) -> list[pa.Table]:
    """Return the tables with a column `part`: 1 in the first, 2 in the second."""
    return [
        table.append_column("part", _repeated(number, table.num_rows))
        for number, table in enumerate(tables, start=1)
    ]


def _repeated(number: int, times: int) -> pa.Array:
    # Not `pa.repeat`, whose scalar imports pandas to ask whether it is one of its own.
    content = pa.py_buffer(array("i", [number]) * times)
    return pa.Array.from_buffers(pa.int32(), times, [None, content])


def _selects(sheets: list[Placed]) -> Iterator[str]:
    for placed in sheets:
        yield typing_sql.typed_rows(
            placed.header, _CELLS, "row_number", "part", placed.sheet.from_1904, beyond(placed)
        )


def _constants(sheets: list[Placed]) -> dict[str, str | list[str]]:
    """Return the parameters of `typed_rows`: of each what it is in the first part, the second."""
    return {
        "sheets": [placed.sheet.name for placed in sheets],
        "unit_contexts": [unit_context(placed.sheet, placed.header) for placed in sheets],
        "identity_headers": [_key(each.header, each.header.contract.identity) for each in sheets],
        "anchor_headers": [_key(each.header, each.header.contract.anchor) for each in sheets],
    }


def _key(header: Header, column: str) -> str:
    return clean(header.headers[header.columns[column]]).lower()
