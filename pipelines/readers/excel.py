"""Workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods) through fastexcel, which is calamine."""

from __future__ import annotations

from pathlib import Path

import fastexcel
import pyarrow as pa

from pipelines.errors import UnreadableFile
from pipelines.readers.sheet import HEAD_ROWS, Export, Sheet


def read(path: Path) -> Export:
    """Return every sheet of a workbook, all cells as text, from its first row on.

    Real dates come as `2023-06-05 08:01:02`, text untouched (`00123`), empty cells as NULL.
    """
    with path.open("rb") as file:
        start = file.read(4096)
    try:
        workbook = fastexcel.read_excel(path)
        sheets = [_sheet(workbook, name) for name in workbook.sheet_names]
    except fastexcel.FastExcelError as error:
        raise UnreadableFile(
            "không mở được như một bảng tính (tệp hỏng, bị cắt dở hoặc có mật khẩu); "
            "hãy xuất lại từ hệ thống"
        ) from error
    return Export(_format(path, start), "", sheets)


def _sheet(workbook: fastexcel.ExcelReader, name: str) -> Sheet:
    # skip_rows=0 keeps the blank rows above the first filled one, so that row numbers hold.
    loaded = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    if not loaded.width:
        return Sheet(name, [], pa.table({}), loaded.visible != "visible")
    batch = loaded.to_arrow()
    cells = pa.Table.from_batches([batch]).rename_columns(
        [f"c{index}" for index in range(batch.num_columns)]
    )
    head = [list(row.values()) for row in cells.slice(0, HEAD_ROWS).to_pylist()]
    return Sheet(name, head, cells, loaded.visible != "visible")


def _format(path: Path, start: bytes) -> str:
    """Return the format by content: an OLE file is .xls; a zip is told apart by its parts."""
    if not start.startswith(b"PK"):
        return "xls"
    import zipfile

    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "content.xml" in names:
        return "ods"
    return "xlsm" if "xl/vbaProject.bin" in names else "xlsx"
