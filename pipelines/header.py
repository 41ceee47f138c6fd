"""Finding a sheet's header and what each of its columns means, by the raw contracts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.raw_contract import Alias, Needed, RawContract, raw_contracts
from pipelines.readers.sheet import Row, Sheet
from pipelines.resemblance import Resemblance, resemblance
from pipelines.text import clean

_MOST_HEADER_ROWS = 3
# Headers are compared letter by letter with all known ones; a cell of a megabyte would take hours.
_LONGEST = 200
# A row with a date in a cell of its own is data, or a title; no header holds one.
_DATE = re.compile(r"\s*\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}\b")
# Nor a year, a code or a phone number.
_LONG_NUMBER = re.compile(r"\d{4}")


@dataclass(frozen=True)
class Header:
    """Where a sheet's header stands and how its columns map to a contract."""

    contract: RawContract
    first_row: int  # position of the header's first row, from 0
    rows: int  # how many rows it takes
    columns: dict[str, int]  # canonical name → column position, personal columns left out
    guarded: frozenset[str]  # canonical names whose text is free and must be vouched for
    headers: list[str]  # the texts, column by column
    dropped: list[str]  # headers of the columns that do not leave the reader
    resembling: list[Resemblance]  # those of them that may stand for a column not found

    @property
    def absent(self) -> dict[Needed, bool]:
        """What the figures rest on and has no column here, and whether it is missed: not where the
        layout never has it, nor where a header resembles it.
        """
        alike = {each.column for each in self.resembling}
        return {
            each: self.contract.has(self.layout, each) and not alike & set(each.columns)
            for each in self.contract.needed
            if not self.columns.keys() & set(each.columns)
        }

    @property
    def unknown(self) -> list[tuple[int, str]]:
        """Position, from 0, and text of the headers that are unknown and resemble nothing."""
        alike = {each.header for each in self.resembling}
        return [
            (index, text)
            for index, text in enumerate(self.headers)
            if text
            and text not in alike
            and index not in self.columns.values()
            and self.contract.headers.get(text) is None
            and not self.contract.is_not_needed(text)
        ]

    @property
    def layout(self) -> str:
        """The known layout that the headers resemble."""
        return self.contract.layout_of(self.headers)


def find_header(sheet: Sheet) -> Header | None:
    """Return the header that maps the most columns of any contract, or None.

    A header is one to three rows (groups above, names below) in which every required
    column of a contract is found. Of equals the shorter wins (a title above is no part of
    it), then the higher.
    """
    best: tuple[tuple[int, int], Header] | None = None
    dated = [any(cell and _DATE.match(cell) for cell in row) for row in sheet.head]
    for first in range(len(sheet.head)):
        for rows in range(1, _MOST_HEADER_ROWS + 1):
            block = sheet.head[first : first + rows]
            if len(block) < rows or not any(block[0]) or any(dated[first : first + rows]):
                break
            texts = _column_texts(block)
            for contract in raw_contracts():
                header, known = _match(contract, texts, first, rows)
                score = (known, -rows)
                if header is not None and (best is None or score > best[0]):
                    best = (score, header)
    return best[1] if best else None


@dataclass(frozen=True)
class NearHeader:
    """The rows of a sheet that come closest to a header, and what they lack of one."""

    contract: RawContract
    first_row: int
    headers: list[str]
    missing: list[str]  # canonical names of required columns
    resembling: list[Resemblance]

    @property
    def is_drifted(self) -> bool:
        """Whether every required column that is missing is resembled by a header."""
        return {each.column for each in self.resembling} >= set(self.missing)

    @property
    def has_required(self) -> bool:
        """Whether a required column is there, so that the rows are likely a header that lacks the
        others.
        """
        return any(c.required and c.name not in self.missing for c in self.contract.columns)


def nearest_header(sheet: Sheet) -> NearHeader | None:
    """Return what comes closest to a header in a sheet that has none, or None if no header of
    any contract stands in it.
    """
    best: tuple[tuple[bool, int, int, int], NearHeader] | None = None
    of_data = [any(_LONG_NUMBER.search(cell or "") for cell in row) for row in sheet.head]
    blocks = [
        (first, rows, _column_texts(sheet.head[first : first + rows]))
        for first in range(len(sheet.head))
        for rows in range(1, min(_MOST_HEADER_ROWS, len(sheet.head) - first) + 1)
        if not any(of_data[first : first + rows])
    ]
    for contract in raw_contracts():
        for first, rows, texts in blocks:
            chosen, known = _chosen(contract, texts)
            if not known:
                continue
            missing = [c.name for c in contract.columns if c.required and c.name not in chosen]
            resembling = _resembling(contract, texts, chosen)
            near = NearHeader(contract, first, [t[0] for t in texts if t[0]], missing, resembling)
            score = (near.is_drifted, known + len(resembling), -len(missing), -rows)
            if best is None or score > best[0]:
                best = (score, near)
    return best[1] if best else None


def headers_of(sheet: Sheet) -> list[str]:
    """Return the texts of the row that looks most like a header, for a message: the fullest one
    without a long number, since a row with dates, codes or phones is a row of data.
    """
    rows = [row for row in sheet.head if not any(_LONG_NUMBER.search(cell or "") for cell in row)]
    fullest = max(rows, key=lambda row: sum(cell is not None for cell in row), default=[])
    return [clean(cell[:_LONGEST]) for cell in fullest if cell]


def _column_texts(block: list[Row]) -> list[list[str]]:
    """Return for each column the texts by which it may be known, the most telling first:
    its lowest text, and group and name together.
    """
    width = max(len(row) for row in block)
    columns: list[list[str]] = []
    groups = [""] * len(block)
    for index in range(width):
        cells = [clean((row[index] or "")[:_LONGEST]) if index < len(row) else "" for row in block]
        for level, cell in enumerate(cells):
            # A horizontally merged group has its text in its first column only; it ends where
            # the row has a text again, or where a column has no name below.
            if cell:
                groups[level] = cell
                groups[level + 1 :] = [""] * (len(block) - level - 1)
        lowest = next((cell for cell in reversed(cells) if cell), "")
        last = max((level for level, cell in enumerate(cells) if cell), default=-1)
        together = [cell or group for group, cell in zip(groups, cells, strict=True)][: last + 1]
        columns.append([lowest, " ".join(text for text in together if text)] if lowest else [""])
    return columns


def _chosen(
    contract: RawContract, texts: list[list[str]]
) -> tuple[dict[str, tuple[Alias, int]], int]:
    """Return the columns found, each with alias and position, and how many headers are known."""
    chosen: dict[str, tuple[Alias, int]] = {}
    known = 0
    for index, names in enumerate(texts):
        aliases = (contract.headers.get(name) for name in names if name)
        alias = next((alias for alias in aliases if alias is not None), None)
        if alias is None:
            continue
        known += 1
        if alias.column not in chosen or alias.rank < chosen[alias.column][0].rank:
            chosen[alias.column] = (alias, index)
    return chosen, known


def _match(
    contract: RawContract, texts: list[list[str]], first: int, rows: int
) -> tuple[Header | None, int]:
    chosen, known = _chosen(contract, texts)
    if any(column.required and column.name not in chosen for column in contract.columns):
        return None, 0
    kept = {column.name for column in contract.kept}
    columns = {name: index for name, (_, index) in chosen.items() if name in kept}
    guarded = frozenset(name for name, (alias, _) in chosen.items() if alias.guarded)
    headers = [names[0] for names in texts]
    used = set(columns.values())
    dropped = [text for index, text in enumerate(headers) if text and index not in used]
    resembling = _resembling(contract, texts, chosen)
    return Header(contract, first, rows, columns, guarded, headers, dropped, resembling), known


def _resembling(
    contract: RawContract, texts: list[list[str]], chosen: dict[str, tuple[Alias, int]]
) -> list[Resemblance]:
    """Return the unknown headers that resemble a column which no header is known to stand for."""
    found = {name for name, (alias, _) in chosen.items() if not alias.guarded}
    resembling = []
    for names in texts:
        if any(contract.headers.get(name) is not None for name in names if name):
            continue
        alike = (resemblance(name, contract) for name in names if name)
        best = next((each for each in alike if each is not None), None)
        if best is not None and best.column not in found:
            resembling.append(best)
    return resembling
