"""What a file is staged from: its sheets with their headers, and the cells below those."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pyarrow as pa

from pipelines.header import Header
from pipelines.readers import delimited
from pipelines.readers.sheet import Delimited, Sheet
from pipelines.staging_cache import Staged
from pipelines.text import key


@dataclass(frozen=True)
class Placed:
    """A sheet of which the header is found."""

    sheet: Sheet
    header: Header

    @property
    def above(self) -> int:
        """How many rows the sheet has down to its header, that one too."""
        return self.header.first_row + self.header.rows


@dataclass(frozen=True)
class Part:
    """What becomes one Parquet: the sheets of one kind of one file, and what the file states."""

    facts: Staged
    sheets: list[Placed]

    @property
    def scanned(self) -> Placed | None:
        """Its only sheet, if DuckDB can scan it: delimited text, without free text in it, and with
        a line for each row down to the header, since `skip` counts lines.
        """
        first, *others = self.sheets
        if others or first.header.guarded or not isinstance(first.sheet.cells, Delimited):
            return None
        above = first.sheet.head[: first.above]
        return None if any("\n" in (cell or "") for row in above for cell in row) else first


@dataclass(frozen=True)
class Held:
    """A part with its cells in memory: of each sheet the rows below its header."""

    part: Part
    rows: list[pa.Table]


def exactly(part: Part, procedure_names: frozenset[str]) -> Held:
    """Return the part with its cells in memory, read one by one where DuckDB would scan."""
    sheets = [
        replace(placed, sheet=delimited.read_exactly(placed.sheet.cells))
        if isinstance(placed.sheet.cells, Delimited)
        else placed
        for placed in part.sheets
    ]
    return Held(
        Part(part.facts, sheets), [_exact_rows(placed, procedure_names) for placed in sheets]
    )


def _exact_rows(placed: Placed, procedure_names: frozenset[str]) -> pa.Table:
    cells = placed.sheet.cells
    assert isinstance(cells, pa.Table)
    rows = cells.select(needed(placed)).slice(placed.above)
    # Not `pa.array(range(…))`, which imports pandas to ask whether it was given a series of it.
    numbers = pa.arange(placed.above + 1, placed.above + 1 + rows.num_rows)
    for position in _guarded(placed):
        texts = cells[f"c{position}"].slice(placed.above)
        rows = rows.append_column(f"v{position}", _vouched(texts, procedure_names))
    return rows.append_column("row_number", numbers)


def needed(placed: Placed) -> list[str]:
    """Return the columns of the sheet that the SELECT over it reads; no other leaves the reader."""
    positions = {0, *placed.header.columns.values()} - ({*_guarded(placed)} - {0})
    return [*(f"c{position}" for position in sorted(positions)), *beyond(placed)]


def _guarded(placed: Placed) -> list[int]:
    return sorted(placed.header.columns[name] for name in placed.header.guarded)


def _vouched(texts: pa.ChunkedArray, procedure_names: frozenset[str]) -> pa.Array:
    """Return those free texts that are a known procedure's name; the others may name a person.

    Here and not in SQL, where a join may put the rows into another order.
    """
    parts = texts.combine_chunks().dictionary_encode()
    known = [t if t and key(t) in procedure_names else None for t in parts.dictionary.to_pylist()]
    words = pa.array(known, parts.dictionary.type)
    return pa.DictionaryArray.from_arrays(parts.indices, words).cast(words.type)


def beyond(placed: Placed) -> list[str]:
    """Return the columns right of the header, where their place is told by delimiters alone."""
    cells = placed.sheet.cells
    if isinstance(cells, Delimited) or not placed.sheet.delimited:
        return []
    return list(cells.column_names[len(placed.header.headers) :])


def scan_of(placed: Placed) -> str:
    """Return the FROM clause by which DuckDB scans the rows below the header."""
    source = placed.sheet.cells
    assert isinstance(source, Delimited)
    columns = ", ".join(f"c{index}: 'varchar'" for index in range(source.columns))
    return (
        "read_csv($path, delim = $delimiter, quote = '\"', escape = '\"', header = false, "
        f"skip = {placed.above}, auto_detect = false, null_padding = true, columns = {{{columns}}})"
    )


def scan_parameters(source: Delimited) -> dict[str, str | list[str]]:
    """Return the parameters of `scan_of`."""
    return {"path": str(source.path), "delimiter": source.delimiter}
