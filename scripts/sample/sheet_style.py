"""The look of the sample workbooks, and saving them so that equal content gives equal bytes."""

import io
import re
import zipfile
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

_FONT = "Times New Roman"
_HEADER_FILL = PatternFill("solid", fgColor="DDE8F3")
_LINE = Side(style="thin", color="8A94A0")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_BODY = Font(name=_FONT, size=11)
_HEADER = Font(name=_FONT, size=11, bold=True)
_WRAPPED = Alignment(vertical="center", wrap_text=True)
_CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
_MOMENT_FORMAT = "dd/mm/yyyy hh:mm"
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


def title(
    sheet: Worksheet,
    row: int,
    first: int,
    last: int,
    text: str,
    *,
    size: int,
    bold: bool = True,
    italic: bool = False,
    left: bool = False,
) -> None:
    """A line of text over the merged columns `first` to `last`."""
    sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
    cell = sheet.cell(row, first, text)
    cell.font = Font(name=_FONT, size=size, bold=bold, italic=italic)
    cell.alignment = Alignment(horizontal="left" if left else "center", vertical="center")
    sheet.row_dimensions[row].height = size * 1.6


def header_row(
    sheet: Worksheet,
    row: int,
    cells: Sequence[tuple[int, int, str]],
    *,
    depth: int = 1,
    beneath: Mapping[int, str] | None = None,
) -> None:
    """Headers given as (first column, last column, text).

    With `depth` 2 a header over one column reaches down both rows, and `beneath` holds the
    second row's headers under the wide ones.
    """
    lower = dict(beneath or {})
    for first, last, text in cells:
        sheet.cell(row, first, text)
        reach = row + depth - 1 if first == last else row
        if (reach, last) != (row, first):
            sheet.merge_cells(start_row=row, start_column=first, end_row=reach, end_column=last)
    for column, text in lower.items():
        sheet.cell(row + 1, column, text)
    width = max(last for _, last, _ in cells)
    for line in sheet.iter_rows(min_row=row, max_row=row + depth - 1, max_col=width):
        for cell in line:
            cell.font, cell.alignment, cell.border = _HEADER, _CENTRED, _BOX
            cell.fill = _HEADER_FILL
        sheet.row_dimensions[line[0].row].height = 34


def body_row(
    sheet: Worksheet,
    row: int,
    values: Sequence[object],
    *,
    widths: Sequence[int],
    centred: Collection[int],
) -> None:
    """One boxed row; a datetime is shown as dd/mm/yyyy hh:mm.

    Its height is set for the longest wrapped text, since not every program works it out on
    opening.
    """
    lines = 1
    for column, value in enumerate(values, start=1):
        if isinstance(value, str):
            lines = max(lines, _lines(value, widths[column - 1]))
        cell = sheet.cell(row, column)
        cell.value = value
        cell.font, cell.border = _BODY, _BOX
        cell.alignment = _CENTRED if column in centred else _WRAPPED
        if isinstance(value, datetime):
            cell.number_format = _MOMENT_FORMAT
    sheet.row_dimensions[row].height = 3 + 14.5 * lines


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column of so many characters, broken between words."""
    lines, filled = 1, 0
    for word in text.split():
        if filled and filled + 1 + len(word) > width:
            lines, filled = lines + 1, len(word)
        else:
            filled += len(word) + (1 if filled else 0)
    return lines


def footer(
    sheet: Worksheet,
    row: int,
    last: int,
    total: int,
    clerk: tuple[str, int, int],
    head: tuple[str, int, int],
) -> None:
    """The total and two signatures, each given as (name, first column, last column)."""
    title(sheet, row, 1, last, f"Tổng cộng: {total} hồ sơ", size=11, left=True)
    roles = ("Người lập biểu", "Thủ trưởng đơn vị")
    for role, (name, first, end) in zip(roles, (clerk, head), strict=True):
        title(sheet, row + 2, first, end, role, size=12)
        title(sheet, row + 3, first, end, "(Ký, ghi rõ họ tên)", size=11, bold=False, italic=True)
        title(sheet, row + 7, first, end, name, size=12)


def page_setup(
    sheet: Worksheet, widths: Sequence[int], *, header_rows: tuple[int, int], freeze: str
) -> None:
    """Column widths, the frozen header, and A4 landscape that prints one page wide."""
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = freeze
    sheet.print_title_rows = f"{header_rows[0]}:{header_rows[1]}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom = 0.6, 0.8
    sheet.oddFooter.center.text = "Trang &P/&N"


def save(book: Workbook, path: Path, *, created: datetime) -> None:
    """Writes the workbook with fixed dates, sorted entries and no compression.

    Without compression the bytes do not depend on the machine's zlib.
    """
    book.properties.creator = "Dữ liệu mẫu"
    book.properties.created = created
    packed = io.BytesIO()
    book.save(packed)
    stamp = f"{created:%Y-%m-%dT%H:%M:%SZ}"
    with zipfile.ZipFile(packed) as source, zipfile.ZipFile(path, "w") as target:
        for name in sorted(source.namelist()):
            content = source.read(name)
            if name == "docProps/core.xml":
                # openpyxl puts the clock here whatever the properties say.
                modified = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
                content = modified.sub(rb"\g<1>" + stamp.encode(), content)
            entry = zipfile.ZipInfo(name, _ZIP_DATE)
            entry.create_system = 0
            target.writestr(entry, content, compress_type=zipfile.ZIP_STORED)
