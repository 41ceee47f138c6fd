"""Workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods) through fastexcel, which is calamine."""

from __future__ import annotations

import re
import struct
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import fastexcel
import pyarrow as pa

from pipelines import archives
from pipelines.errors import UnreadableFile
from pipelines.readers.sheet import HEAD_ROWS, Export, Row, Sheet

_CANNOT_OPEN = "không mở được như một bảng tính (tệp hỏng hoặc bị cắt dở); hãy xuất lại từ hệ thống"
# What Office names the part of an OLE file in which it packs a workbook under a password.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PROTECTED = "có mật khẩu; hãy bỏ mật khẩu rồi lưu lại, hoặc xuất lại từ hệ thống"
_CHUNK = 1 << 20
_LARGE = 1 << 20  # a smaller file is not worth a thread; and of many each core has one
_HEAD_BYTES = 65536
_DATE_1904 = re.compile(rb"date1904=[\"'](?:1|true|on)[\"']")
# The first record of a BIFF8 workbook, the one that says how its dates count, and the last.
_BOF, _DATE_MODE, _EOF = b"\x09\x08\x10\0\0\x06\x05\0", 0x22, 0x0A


def read(path: Path) -> Export:
    """Return every sheet of a workbook, all cells as text, from its first row on.

    Real dates come as `2023-06-05 08:01:02`, text untouched (`00123`), empty cells as NULL.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.startswith(b"PK"):
        return Export("xls", "", _sheets(path, "xls", _is_1904_xls(path)))
    form, is_1904 = _of_zip(path)
    if path.stat().st_size < _LARGE:
        _hold_against_checksums(path)
        return Export(form, "", _sheets(path, form, is_1904))
    # Both are native code, which lets the other run.
    with ThreadPoolExecutor(1) as beside:
        whole = beside.submit(_hold_against_checksums, path)
        try:
            sheets = _sheets(path, form, is_1904)
        finally:
            whole.result()  # what is said of a damaged file goes before what it was read as
    return Export(form, "", sheets)


def _sheets(path: Path, form: str, is_1904: bool) -> list[Sheet]:
    try:
        # An ending that says another format would be believed; bytes have none.
        is_named_so = path.suffix.lower() == f".{form}"
        workbook = fastexcel.read_excel(path if is_named_so else path.read_bytes())
        return [_sheet(workbook, name, is_1904) for name in workbook.sheet_names]
    except fastexcel.FastExcelError as error:
        has_password = "password" in str(error).lower() or _ENCRYPTED in path.read_bytes()
        raise UnreadableFile(_PROTECTED if has_password else _CANNOT_OPEN) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # a fault of the native code, not of ours
            raise UnreadableFile(_CANNOT_OPEN) from error
        raise


def _of_zip(path: Path) -> tuple[str, bool]:
    """Hold a zipped workbook against the limits; return its format, told by its parts, and whether
    its dates count from 1904.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if archives.too_large(archive):
                raise UnreadableFile(archives.too_large(archive))
            names = set(archive.namelist())
            is_1904 = False
            if "xl/workbook.xml" in names:
                with archive.open("xl/workbook.xml") as book:
                    is_1904 = _DATE_1904.search(book.read(_HEAD_BYTES)) is not None
    except archives.BROKEN as error:
        raise UnreadableFile(_CANNOT_OPEN) from error
    if "xl/workbook.bin" in names:
        return "xlsb", is_1904
    if "content.xml" in names:
        return "ods", is_1904
    return "xlsm" if "xl/vbaProject.bin" in names else "xlsx", is_1904


def _hold_against_checksums(path: Path) -> None:
    """Unpack every part of a zipped workbook once to its end, where its checksum is held against
    it: the native reader stops before, and would not learn that bytes have changed.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for part in archive.infolist():
                with archive.open(part) as unpacked:
                    while unpacked.read(_CHUNK):
                        pass
    except archives.BROKEN as error:
        raise UnreadableFile(_CANNOT_OPEN) from error


def _is_1904_xls(path: Path) -> bool:
    """Return whether the serial numbers of days in a .xls count from 1904."""
    with path.open("rb") as file:
        records = file.read(1 << 20).partition(_BOF)[2][12:]
    while len(records) >= 6:
        kind, size = struct.unpack_from("<HH", records)
        if kind == _DATE_MODE:
            return records[4] == 1
        if kind == _EOF:
            break
        records = records[4 + size :]
    return False


def _sheet(workbook: fastexcel.ExcelReader, name: str, is_1904: bool) -> Sheet:
    # skip_rows=0 keeps the blank rows above the first filled one, so that row numbers hold.
    loaded = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    if not loaded.width:
        return Sheet(name, [], pa.table({}), loaded.visible != "visible")
    batch = loaded.to_arrow()
    cells = pa.Table.from_batches([batch]).rename_columns(
        [f"c{index}" for index in range(batch.num_columns)]
    )
    columns = (column.to_pylist() for column in cells.slice(0, HEAD_ROWS).columns)
    head: list[Row] = [list(row) for row in zip(*columns, strict=True)]
    return Sheet(name, head, cells, loaded.visible != "visible", is_1904)
