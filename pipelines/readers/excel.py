"""Workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods) through fastexcel, which is calamine."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

import fastexcel
import pyarrow as pa

from pipelines import limits
from pipelines.errors import UnreadableFile
from pipelines.readers.sheet import HEAD_ROWS, Export, Sheet

_CANNOT_OPEN = (
    "không mở được như một bảng tính (tệp hỏng, bị cắt dở hoặc có mật khẩu); "
    "hãy xuất lại từ hệ thống"
)
_HEAD_BYTES = 65536
_DIMENSION = re.compile(rb"<dimension ref=\"[A-Z]+[0-9]+:([A-Z]+)([0-9]+)\"")
_DATE_1904 = re.compile(rb"date1904=\"(?:1|true|on)\"")


def read(path: Path) -> Export:
    """Return every sheet of a workbook, all cells as text, from its first row on.

    Real dates come as `2023-06-05 08:01:02`, text untouched (`00123`), empty cells as NULL.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    is_1904 = start.startswith(b"PK") and _looked_into(path)
    try:
        workbook = fastexcel.read_excel(path)
        sheets = [_sheet(workbook, name, is_1904) for name in workbook.sheet_names]
    except fastexcel.FastExcelError as error:
        raise UnreadableFile(_CANNOT_OPEN) from error
    return Export(_format(path, start), "", sheets)


def _looked_into(path: Path) -> bool:
    """Hold a zipped workbook against the limits; return whether its dates count from 1904.

    Sizes and dimensions are those it states of itself: they guard against accidents and plain
    bombs before a native reader is given the file.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > limits.unpacked_bytes():
                raise UnreadableFile(
                    f"bảng tính giải nén ra quá {limits.unpacked_bytes() >> 20} MB nên không đọc; "
                    "nếu đúng là tệp xuất, hãy tăng IGATE_MAX_UNPACKED_MB"
                )
            names = {part.filename for part in parts}
            for name in sorted(names):
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    with archive.open(name) as sheet:
                        _hold_dimension(sheet.read(_HEAD_BYTES))
            if "xl/workbook.xml" not in names:
                return False
            with archive.open("xl/workbook.xml") as book:
                return _DATE_1904.search(book.read(_HEAD_BYTES)) is not None
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        zlib.error,
        OSError,
    ) as error:
        raise UnreadableFile(_CANNOT_OPEN) from error


def _hold_dimension(head: bytes) -> None:
    stated = _DIMENSION.search(head)
    if stated is None:
        return
    width = 0
    for letter in stated[1].decode():
        width = width * 26 + ord(letter) - 64
    if width * int(stated[2]) > limits.sheet_cells():
        raise UnreadableFile(
            f"một trang tính khai {int(stated[2])} dòng × {width} cột nên không đọc; hãy xóa các "
            "dòng và cột trống rồi lưu lại, hoặc tăng IGATE_MAX_SHEET_CELLS"
        )


def _sheet(workbook: fastexcel.ExcelReader, name: str, is_1904: bool) -> Sheet:
    # skip_rows=0 keeps the blank rows above the first filled one, so that row numbers hold.
    loaded = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    if not loaded.width:
        return Sheet(name, [], pa.table({}), loaded.visible != "visible")
    batch = loaded.to_arrow()
    cells = pa.Table.from_batches([batch]).rename_columns(
        [f"c{index}" for index in range(batch.num_columns)]
    )
    head = [list(row.values()) for row in cells.slice(0, HEAD_ROWS).to_pylist()]
    return Sheet(name, head, cells, loaded.visible != "visible", is_1904)


def _format(path: Path, start: bytes) -> str:
    """Return the format by content: an OLE file is .xls; a zip is told apart by its parts."""
    if not start.startswith(b"PK"):
        return "xls"
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "content.xml" in names:
        return "ods"
    return "xlsm" if "xl/vbaProject.bin" in names else "xlsx"
