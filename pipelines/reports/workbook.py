"""What both workbooks share: fonts, formats, and text that stays text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipelines.reports.report import Report

A3, A4 = 8, 9  # paper sizes
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_TEXT = 32767  # of a cell


class Formats:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook, size: int) -> None:
        self._book = book
        self._base = {"font_name": "Times New Roman", "font_size": size, "valign": "vcenter"}
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def of(self, **properties: Any) -> Format:
        """Return the format with the workbook's font and these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(self._base | properties)
        return self._made[key]


@contextmanager
def workbook(
    path: Path, report: Report, title: str, size: int
) -> Iterator[tuple[Workbook, Formats]]:
    """Yield a new workbook and its formats; the same content gives the same bytes."""
    book = Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {
            "title": title,
            "author": report.office.name,
            "created": datetime.combine(report.end, time()),  # no clock: same inputs, same bytes
        }
    )
    book.formats[0].set_font_name("Times New Roman")
    book.formats[0].set_font_size(size)
    yield book, Formats(book, size)
    book.close()


def lines_of(text: str, width: float) -> int:
    """Return how many lines `text` takes in a column `width` characters wide, at most."""
    return -(-len(text) // int(width))


def write_text(
    sheet: Worksheet, row: int, column: int, text: str, formats: Formats, **properties: Any
) -> None:
    """Write `text` as text: also when it is edited in place, it never becomes a formula."""
    if text.startswith(_FORMULA_STARTS):
        properties["quote_prefix"] = True
    sheet.write_string(row, column, text[:_LONGEST_TEXT], formats.of(**properties))
