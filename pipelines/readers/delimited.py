"""Delimited text (.csv, .txt, .tsv): DuckDB scans what is regular, Python's csv the rest."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyarrow as pa

from pipelines import limits
from pipelines.errors import UnreadableFile
from pipelines.files import nameless, path_of
from pipelines.numbers import grouped_text
from pipelines.readers.encoding import (
    cut_off,
    decoded_sample,
    detect,
    ends_within_a_letter,
    lines_of,
)
from pipelines.readers.sheet import HEAD_ROWS, Delimited, Export, Row, Sheet

_SAMPLE = 1 << 20
_DELIMITERS = ",;\t|"
_CHUNK_ROWS = 10_000
_MOST_COLUMNS = 1000


def read(path: Path, scratch: Path) -> Export:
    """Return the file's one sheet.

    A UTF-8 file is left for DuckDB to scan in place, any other encoding is first transcoded
    into `scratch`. `staging` falls back to `read_exactly` where DuckDB finds a row that it
    cannot place.
    """
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    encoding = detect(sample)
    if encoding.startswith("utf-8") and ends_within_a_letter(path, sample):
        raise cut_off()
    text = decoded_sample(sample, encoding)
    delimiter = _delimiter(text)
    if delimiter is None:
        raise UnreadableFile("không phải bảng dữ liệu: không thấy dấu phân cách cột nào")
    whole = len(sample) < _SAMPLE  # else the text may end within a cell that the file closes
    head = list(islice(_parse(_lines(text), delimiter, whole), HEAD_ROWS))
    width = max((len(row) for row in head), default=0)
    scanned, held = path, None
    if not encoding.startswith("utf-8"):
        held = nameless(scratch)
        for line in lines_of(path, encoding):
            held.write(line.encode())
        held.flush()
        scanned = path_of(held)
    sheet = Sheet("", head, Delimited(scanned, delimiter, width, held))
    return Export("csv", encoding, [sheet])


def read_exactly(source: Delimited) -> Sheet:
    """Return the sheet cell by cell, blank lines and uneven rows included: slow and exact."""
    rows = _parse(lines_of(source.path, "utf-8"), source.delimiter)
    head = list(islice(rows, HEAD_ROWS))
    chunk, columns = head, []
    while chunk:
        width = max(len(row) for row in chunk)
        columns.append(
            pa.table(
                {
                    f"c{index}": pa.array(
                        [row[index] if index < len(row) else None for row in chunk], pa.string()
                    )
                    for index in range(width)
                }
            )
        )
        chunk = list(islice(rows, _CHUNK_ROWS))
    cells = pa.concat_tables(columns, promote_options="default")
    return Sheet("", head, cells, delimited=True)


def lines_ended_alike(source: Delimited) -> int | None:
    """Return how many lines the file has, or None if they do not all end alike.

    DuckDB's scan passes over blank lines, and over much more where line ends are mixed. In a file
    with as many lines as the scan gave rows, all ended alike, there is none of that, nor are there
    line breaks within cells: the n-th row of the scan is the n-th of the file.
    """
    feeds = returns = pairs = 0
    last = b""
    with source.path.open("rb") as file:
        while chunk := file.read(1 << 24):
            feeds += chunk.count(b"\n")
            returns += chunk.count(b"\r")
            pairs += chunk.count(b"\r\n") + (last == b"\r" and chunk.startswith(b"\n"))
            last = chunk[-1:]
    alike = returns == 0 or returns == pairs == feeds
    return feeds + (last != b"\n") if alike else None


def _lines(text: str) -> Iterator[str]:
    yield from io.StringIO(text, newline="")


def _parse(lines: Iterator[str], delimiter: str, whole: bool = True) -> Iterator[Row]:
    """Yield the rows of delimited text, empty cells as None.

    Raises `UnreadableFile` for a cell longer than the limit, and for a quote that is not closed
    before it has swallowed a whole row, or before the end if the text is `whole`.
    """
    csv.field_size_limit(limits.cell_characters())
    number, width = 0, 0
    over = False

    def to_the_end() -> Iterator[str]:
        nonlocal over
        yield from lines
        over = True

    try:
        for number, row in enumerate(csv.reader(to_the_end(), delimiter=delimiter), start=1):
            width = max(width, len(row))
            if width > _MOST_COLUMNS:
                raise UnreadableFile(
                    f"dòng {number} có quá {grouped_text(_MOST_COLUMNS)} cột; hãy xuất lại"
                )
            for cell in row:
                if "\n" in cell and width > 1 and _holds_a_row(cell, delimiter, width):
                    raise UnreadableFile(
                        f"dòng {number} có dấu ngoặc kép mở mà không đóng; hãy sửa ô đó hoặc xuất "
                        "lại từ hệ thống"
                    )
            if over and whole:
                # A row for which the reader has asked beyond the last line is within a quote. (In
                # such a file DuckDB's scan fails, so that it comes here, however large it is.)
                raise UnreadableFile(
                    f"tệp bị cắt dở ở dòng {number}: ô cuối mở dấu ngoặc kép mà không đóng; hãy "
                    "chép lại hoặc xuất lại từ hệ thống"
                )
            text = "".join(row)
            if len(row) < width and delimiter in text and '"' in text:
                # A stray quote has made one cell of several: a cell beyond the header tells so.
                row.extend([""] * (width - len(row)) + ['"'])
            yield [cell or None for cell in row]
    except csv.Error as error:
        raise UnreadableFile(
            f"dòng {number + 1} có ô dài quá {grouped_text(limits.cell_characters())} ký tự "
            "(thường do dấu ngoặc kép không đóng); hãy sửa hoặc xuất lại từ hệ thống"
        ) from error


def _holds_a_row(cell: str, delimiter: str, width: int) -> bool:
    return any(line.count(delimiter) >= width - 1 for line in cell.split("\n"))


def _delimiter(text: str) -> str | None:
    """Return the delimiter that splits the most lines into the same number of cells."""

    def evenness(delimiter: str) -> tuple[int, int]:
        rows = csv.reader(_lines(text), delimiter=delimiter)
        wide = [len(row) for row in islice(rows, 50) if len(row) > 1]
        most = max(set(wide), key=lambda width: (wide.count(width), width), default=1)
        return wide.count(most) * most, most

    csv.field_size_limit(max(len(text), limits.cell_characters()))
    best = max(_DELIMITERS, key=evenness)
    return best if evenness(best)[1] > 1 else None
