"""Writes .xlsb and .ods workbooks, for which no library of ours has a writer: the least of each
format that LibreOffice opens. Cells are text but for numbers and dates; styles there are none.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from build import Line

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_XLSB = "application/vnd.ms-excel"


def _record(kind: int, body: bytes = b"") -> bytes:
    """A record of [MS-XLSB] 2.1.4: kind and size, each in seven bits a byte."""
    return _seven_bits(kind) + _seven_bits(len(body)) + body


def _seven_bits(number: int) -> bytes:
    said = b""
    while number > 0x7F:
        said += bytes([number & 0x7F | 0x80])
        number >>= 7
    return said + bytes([number])


def _text(text: str) -> bytes:
    units = text.encode("utf-16-le")
    return struct.pack("<I", len(units) // 2) + units


def _xlsb_sheet(rows: Iterable[Line]) -> bytes:
    lines = [list(row) for row in rows]
    width = max((len(row) for row in lines), default=1)
    content = _record(129)  # BrtBeginSheet
    content += _record(148, struct.pack("<IIII", 0, max(len(lines) - 1, 0), 0, width - 1))
    content += _record(145)  # BrtBeginSheetData
    for number, row in enumerate(lines):
        # BrtRowHdr: row, style, height, flags, one span of columns
        content += _record(0, struct.pack("<IIHHBIII", number, 0, 300, 0, 0, 1, 0, width - 1))
        for column, cell in enumerate(row):
            place = struct.pack("<II", column, 0)
            if isinstance(cell, int | float):
                content += _record(5, place + struct.pack("<d", cell))  # BrtCellReal
            elif cell not in (None, ""):
                content += _record(6, place + _text(str(cell)))  # BrtCellSt
    return content + _record(146) + _record(130)


def write_xlsb(path: Path, sheets: Mapping[str, Iterable[Line]], from_1904: bool = False) -> Path:
    """Write a binary workbook; `from_1904` states how serial numbers of days count."""
    numbers = range(1, len(sheets) + 1)
    book = _record(131) + _record(153, struct.pack("<III", int(from_1904), 0, 0)) + _record(143)
    for number, name in zip(numbers, sheets, strict=True):
        book += _record(156, struct.pack("<II", 0, number) + _text(f"rId{number}") + _text(name))
    book += _record(144) + _record(132)
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.bin" ContentType="{_XLSB}.worksheet"/>'
        for n in numbers
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.bin"/>'
        for n in numbers
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_TYPES}"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.bin" '
            f'ContentType="{_XLSB}.sheet.binary.macroEnabled.main"/>{parts}</Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
            f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        )
        archive.writestr("xl/workbook.bin", book)
        archive.writestr(
            "xl/_rels/workbook.bin.rels",
            f'<Relationships xmlns="{_RELATIONS}">{links}</Relationships>',
        )
        for number, rows in zip(numbers, sheets.values(), strict=True):
            archive.writestr(f"xl/worksheets/sheet{number}.bin", _xlsb_sheet(rows))
    return path


def _ods_cell(cell: object) -> str:
    if cell in (None, ""):
        return "<table:table-cell/>"
    if isinstance(cell, datetime):
        return (
            f'<table:table-cell office:value-type="date" office:date-value="{cell.isoformat()}"/>'
        )
    if isinstance(cell, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
    paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(cell).split("\n"))
    return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'


def write_ods(path: Path, sheets: Mapping[str, Iterable[Line]]) -> Path:
    """Write an OpenDocument spreadsheet; real dates stay dates, numbers numbers."""
    tables = "".join(
        f"<table:table table:name={quoteattr(name)}>"
        + "".join(
            "<table:table-row>"
            + ("".join(map(_ods_cell, row)) or "<table:table-cell/>")
            + "</table:table-row>"
            for row in rows
        )
        + "</table:table>"
        for name, rows in sheets.items()
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), kind)
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
            '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
            "</manifest:manifest>",
        )
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} '
            f'office:version="1.2"><office:body><office:spreadsheet>{tables}'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path
