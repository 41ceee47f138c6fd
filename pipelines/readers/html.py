"""HTML tables under the name of a workbook: what a browser's "export to Excel" leaves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import html as lxml_html

from pipelines.errors import UnreadableFile
from pipelines.readers.encoding import decode
from pipelines.readers.sheet import Export, Row, Sheet, sheet_of_rows

_MARK = re.compile(rb"<\s*(?:!doctype\s+html|html|table|head|body|meta|style)\b", re.IGNORECASE)
_OPENED, _CLOSED = (re.compile(mark, re.IGNORECASE) for mark in ("<table[\\s>]", "</table[\\s>]"))
_MAX_SPAN = 1000  # a colspan of a million cells is an attack, not a table


def looks_like(start: bytes) -> bool:
    """Whether a file that begins so is an HTML page."""
    plain = start.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return plain.startswith(b"<") and _MARK.search(plain) is not None


def read(path: Path) -> Export:
    """Return each outermost table of the page that has more than one row as a sheet."""
    text, encoding = decode(path.read_bytes())
    if len(_OPENED.findall(text)) > len(_CLOSED.findall(text)):
        raise UnreadableFile("trang HTML bị cắt dở, bảng không có chỗ kết thúc; hãy xuất lại")
    # The encoding is stated here, since what the page says of it no longer holds.
    parser = lxml_html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, huge_tree=True
    )
    try:
        page = lxml_html.document_fromstring(text.encode("utf-8"), parser=parser)
    except lxml_html.etree.ParserError as error:
        raise UnreadableFile("trang HTML không có nội dung; hãy xuất lại từ hệ thống") from error
    if any(entry.level_name == "FATAL" for entry in parser.error_log):  # it stopped half-way
        raise UnreadableFile("trang HTML quá phức tạp nên không đọc hết; hãy xuất lại ra Excel")
    tables = page.xpath("//table[not(ancestor::table)]")
    sheets: list[Sheet] = [
        sheet_of_rows(f"table {number}" if len(tables) > 1 else "", _rows(table))
        for number, table in enumerate(tables, start=1)
    ]
    if not sheets:
        raise UnreadableFile("trang HTML không có bảng nào; hãy xuất lại từ hệ thống")
    return Export("html", encoding, sheets)


def _rows(table: lxml_html.HtmlElement) -> list[Row]:
    """Return the table's rows; a merged cell's text stands in its first cell, the rest empty."""
    rows: list[Row] = []
    open_spans: dict[int, int] = {}  # column → rows for which a cell from above still covers it
    for line in _lines(table):
        row: Row = []

        def skip_covered(row: Row = row) -> None:
            while open_spans.get(len(row), 0) > 0:
                open_spans[len(row)] -= 1
                row.append(None)

        for cell in line.iterchildren("td", "th"):
            skip_covered()
            width, height = _span(cell, "colspan"), _span(cell, "rowspan")
            for index in range(width):
                if height > 1:
                    open_spans[len(row)] = height - 1
                row.append(_text(cell) if index == 0 else None)
        skip_covered()
        rows.append(row)
    return rows


def _lines(table: lxml_html.HtmlElement) -> Iterator[lxml_html.HtmlElement]:
    """Yield the table's own rows, not those of tables within its cells."""
    for part in table.iterchildren("tr", "thead", "tbody", "tfoot"):
        if part.tag == "tr":
            yield part
        else:
            yield from part.iterchildren("tr")


def _text(cell: lxml_html.HtmlElement) -> str | None:
    if not len(cell):
        return (cell.text or "").strip() or None
    for line_break in cell.iter("br"):
        line_break.tail = " " + (line_break.tail or "")
    return str(cell.text_content()).strip() or None


def _span(cell: lxml_html.HtmlElement, attribute: str) -> int:
    stated = cell.get(attribute, "1").strip()
    return min(max(int(stated), 1), _MAX_SPAN) if stated.isdigit() else 1
