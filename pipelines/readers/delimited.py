"""Delimited text (.csv, .txt, .tsv): DuckDB scans what is regular, Python's csv the rest."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from pipelines import limits
from pipelines.errors import UnreadableFile
from pipelines.readers.encoding import decode, decoded_sample, detect
from pipelines.readers.sheet import HEAD_ROWS, Delimited, Export, Row, Sheet, sheet_of_rows

_SAMPLE = 1 << 20
_DELIMITERS = ",;\t|"


def read(path: Path, scratch: Path) -> Export:
    """Return the file's one sheet.

    A UTF-8 file is left for DuckDB to scan in place, any other encoding is first transcoded
    into `scratch`. `staging` falls back to `read_exactly` where DuckDB finds a row that it
    cannot place.
    """
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    encoding = detect(sample)
    text = decoded_sample(sample, encoding)
    delimiter = _delimiter(text)
    if delimiter is None:
        raise UnreadableFile("không phải bảng dữ liệu: không thấy dấu phân cách cột nào")
    head = list(_parse(io.StringIO(text, newline=""), delimiter, limit=HEAD_ROWS))
    width = max((len(row) for row in head), default=0)
    scanned = path
    if not encoding.startswith("utf-8"):
        scanned = scratch / f"{path.name}.utf-8"
        scanned.write_text(decode(path.read_bytes())[0], encoding="utf-8", newline="")
    sheet = Sheet("", head, Delimited(scanned, delimiter, width))
    return Export("csv", encoding, [sheet])


def read_exactly(source: Delimited) -> Sheet:
    """Return the sheet cell by cell, blank lines and uneven rows included: slow and exact."""
    text, _ = decode(source.path.read_bytes())
    rows = list(_parse(io.StringIO(text, newline=""), source.delimiter))
    return sheet_of_rows("", rows)


def rows_tell_their_number(source: Delimited, rows: int) -> bool:
    """Whether the n-th row of DuckDB's scan, which gave `rows` rows, is the n-th of the file.

    The scan passes over blank lines. A file with as many lines as rows has none; one with
    more has blank lines or line breaks within cells, and is looked at closely.
    """
    lines, last = 0, b"\n"
    with source.path.open("rb") as file:
        while chunk := file.read(1 << 24):
            lines += chunk.count(b"\n")
            last = chunk[-1:]
    lines += last != b"\n"
    return lines == rows or not _blank_lines(source.path)


def _blank_lines(path: Path) -> bool:
    before = b"\n"
    with path.open("rb") as file:
        while chunk := file.read(1 << 24):
            window = before + chunk
            if any(mark in window for mark in (b"\n\n", b"\n\r\n", b"\r\r")):
                return True
            before = window[-2:]
    return False


def _parse(stream: io.StringIO, delimiter: str, limit: int | None = None) -> list[Row]:
    csv.field_size_limit(limits.cell_characters())
    rows: list[Row] = []
    try:
        for row in csv.reader(stream, delimiter=delimiter):
            if limit is not None and len(rows) == limit:
                break
            rows.append([cell or None for cell in row])
    except csv.Error as error:
        raise UnreadableFile(
            f"dòng {len(rows) + 1} không đọc được ({error}); hãy xuất lại từ hệ thống"
        ) from error
    if rows and rows[0] and rows[0][0]:
        rows[0][0] = rows[0][0].removeprefix("\ufeff") or None
    return rows


def _delimiter(text: str) -> str | None:
    """Return the delimiter that splits the most lines into the same number of cells."""

    def evenness(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in _parse(io.StringIO(text, newline=""), delimiter, 50)]
        wide = [width for width in widths if width > 1]
        most = max(set(wide), key=lambda width: (wide.count(width), width), default=1)
        return wide.count(most) * most, most

    best = max(_DELIMITERS, key=evenness)
    return best if evenness(best)[1] > 1 else None
