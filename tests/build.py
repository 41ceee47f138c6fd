"""Builds exports for tests: dossiers, written as dicts, in the layouts of exports.md.

A dossier is a dict by the keys of `dossier()`; what it lacks is an empty cell. `lines` lays
dossiers out as the rows of a sheet, the `write_*` functions make a file of such rows.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

import pyarrow.parquet as pq
from openpyxl import Workbook

from pipelines.exports import RawFile, find_exports
from pipelines.files import sha256_of
from pipelines.staging_cache import Staged
from pipelines.workspace import Workspace

Line = Sequence[object]
Dossier = Mapping[str, object]

# What a test plants where the law protects it, to look for afterwards.
APPLICANT, PHONE, ADDRESS = "Trần Thị Bí Mật", "0912345678", "ấp Kín Đáo, xã Vắng"
EMAIL, IDENTITY, OFFICER = "bi.mat@thu.example", "084199000123", "Lê Văn Cán Bộ"
NOTE = "Nộp thay cho bà Giấu Tên"
PERSONAL = (APPLICANT, PHONE, ADDRESS, EMAIL, IDENTITY, OFFICER, NOTE)

# Layout → its columns as (group above, header, key of the dossier); exports.md, *Layouts seen*.
LAYOUTS: dict[str, list[tuple[str, str, str]]] = {
    layout: [(group, header, key) for group, header, key in columns]
    for layout, columns in {
        "A": [
            ("", "STT", "number"),
            ("", "Đơn vị tiếp nhận", "unit"),
            ("", "Tên thủ tục hành chính", "procedure_name"),
            ("", "Mã hồ sơ", "code"),
            ("", "Trạng thái", "status"),
            ("", "Địa chỉ", "address"),
            ("", "Người nộp", "submitter"),
            ("", "Chủ hồ sơ", "applicant"),
            ("", "Ngày nộp hồ sơ", "submitted"),
            ("", "Ngày nhận", "received"),
            ("", "Ngày hẹn trả", "due"),
            ("", "Ngày kết thúc xử lý", "finished"),
        ],
        "B": [
            ("", "STT", "number"),
            ("", "Mã hồ sơ", "code"),
            ("", "Nội dung hồ sơ", "content"),
            ("", "Số lượng (bộ)", "copies"),
            ("", "Họ tên chủ hồ sơ", "applicant"),
            ("", "Địa chỉ chủ hồ sơ", "address"),
            ("", "Số điện thoại", "phone"),
            ("Ngày, tháng, năm", "Nhận hồ sơ", "received"),
            ("Ngày, tháng, năm", "Hẹn trả kết quả", "due"),
            ("Trả kết quả", "Ngày nhận kết quả", "returned"),
            ("Trả kết quả", "Bên giao", "officer"),
            ("Trả kết quả", "Bên nhận", "submitter"),
            ("", "Người nhận hồ sơ", "officer"),
            ("", "Ghi chú", "note"),
        ],
        "C": [
            ("", "Mã hồ sơ", "code"),
            ("", "Mã thủ tục", "procedure_code"),
            ("", "Nội dung", "content"),
            ("", "Cơ quan thụ lý", "unit"),
            ("", "Sổ theo dõi", "register"),
            ("", "Chủ hồ sơ", "applicant"),
            ("", "Địa chỉ", "address"),
            ("", "Số điện thoại", "phone"),
            ("", "Thư điện tử", "email"),
            ("", "Người nộp hồ sơ", "submitter"),
            ("", "Điện thoại liên lạc", "phone"),
            ("", "Ngày gửi", "submitted"),
            ("", "Ngày tiếp nhận", "received"),
            ("", "Ngày hẹn trả", "due"),
            ("", "Ngày gia hạn", "extended"),
            ("", "Ngày hoàn thành", "finished"),
            ("", "Ngày trả", "returned"),
            ("", "Trạng thái", "status"),
            ("", "Trực tuyến", "channel"),
            ("", "Mã hồ sơ gốc", "parent_code"),
            ("", "Ghi chú xử lý", "note"),
            ("", "Hạn xử lý", "internal_due"),
        ],
        "D": [
            ("", "STT", "number"),
            ("", "Mã hồ sơ", "code"),
            ("", "Mã TTHC", "procedure_code"),
            ("", "Tên thủ tục hành chính", "procedure_name"),
            ("", "Lĩnh vực", "field"),
            ("", "Chủ hồ sơ", "applicant"),
            ("", "Số điện thoại", "phone"),
            ("", "Địa chỉ", "address"),
            ("", "Đơn vị giải quyết", "unit"),
            ("", "Hình thức nộp", "channel"),
            ("", "Ngày tiếp nhận", "received"),
            ("", "Ngày hẹn trả", "due"),
            ("", "Ngày có kết quả", "finished"),
            ("", "Ngày trả kết quả", "returned"),
            ("", "Trạng thái", "status"),
        ],
        "E": [
            ("", "STT", "number"),
            ("", "Mã TTHC", "procedure_code"),
            ("", "Tên TTHC", "procedure_name"),
            ("", "Lĩnh vực", "field"),
            ("", "Cấp thực hiện", "level"),
            ("", "Cơ quan thực hiện", "agency"),
            ("", "Mức độ DVC", "online_service"),
            ("", "Thời hạn giải quyết (ngày làm việc)", "working_days"),
            ("", "Thực hiện tại Bộ phận một cửa", "one_stop"),
        ],
        "F": [
            ("", "MaHoSo", "code"),
            ("", "MaTTHC", "procedure_code"),
            ("", "TenTTHC", "procedure_name"),
            ("", "TenLinhVuc", "field"),
            ("", "KenhThucHien", "channel"),
            ("", "ChuHoSo", "applicant"),
            ("", "SoGiayToChuHoSo", "identity_number"),
            ("", "SoDienThoai", "phone"),
            ("", "NgayNopHoSo", "submitted"),
            ("", "NgayTiepNhan", "received"),
            ("", "NgayHenTra", "due"),
            ("", "NgayKetThucXuLy", "finished"),
            ("", "NgayTra", "returned"),
            ("", "TrangThaiHoSo", "status"),
            ("", "DonViXuLy", "unit"),
        ],
        "G": [
            ("", "code", "code"),
            ("", "procedure", "procedure_name"),
            ("", "sector", "field"),
            ("", "appliedDate", "submitted"),
            ("", "acceptedDate", "received"),
            ("", "appointmentDate", "due"),
            ("", "dueDate", "internal_due"),
            ("", "dossierStatus", "status"),
            ("", "dossierTaskStatus", "task_status"),
            ("", "applyMethod", "channel"),
            ("", "agency", "unit"),
            ("", "agencyLevel", "agency_level"),
        ],
    }.items()
}


def dossier(number: int = 1, **changes: object) -> dict[str, object]:
    """A dossier with every cell filled and persons planted; `changes` replaces some of it."""
    return {
        "number": number,
        "code": f"H59.18-230605-{number:04d}",
        "procedure_code": "1.000894",
        "procedure_name": "Đăng ký kết hôn",
        "content": "Đăng ký kết hôn",
        "field": "Hộ tịch",
        "unit": "UBND xã Hòa Ân",
        "channel": "Trực tuyến",
        "submitted": "04/06/2023",
        "received": "05/06/2023",
        "due": "12/06/2023",
        "internal_due": "09/06/2023",
        "finished": "08/06/2023",
        "returned": "09/06/2023",
        "status": "Đã trả kết quả",
        "task_status": "Đang xử lý",
        "applicant": APPLICANT,
        "submitter": APPLICANT,
        "phone": PHONE,
        "address": ADDRESS,
        "email": EMAIL,
        "identity_number": IDENTITY,
        "officer": OFFICER,
        "note": NOTE,
        "copies": 1,
        "register": "Sổ hộ tịch",
        "parent_code": "H59.18-220101-0009",
        "agency_level": "PHUONGXA",
        **changes,
    }


def dossiers(count: int, **changes: object) -> list[dict[str, object]]:
    """So many dossiers that differ in their number and code alone."""
    return [dossier(number, **changes) for number in range(1, count + 1)]


def headers(layout: str) -> list[str]:
    """The header texts of a layout, the lower row where there are two."""
    return [header for _, header, _ in LAYOUTS[layout]]


def header_lines(layout: str) -> list[Line]:
    """The one or two header rows of a layout; merged cells have their text first."""
    columns = LAYOUTS[layout]
    if not any(group for group, _, _ in columns):
        return [headers(layout)]
    seen: set[str] = set()
    upper: list[object] = []
    for group, header, _ in columns:
        upper.append(None if group in seen else group or header)
        seen.add(group or header)
    return [upper, [header if group else None for group, header, _ in columns]]


def body(rows: Iterable[Dossier], layout: str) -> list[Line]:
    """The rows of the dossiers alone."""
    return [[row.get(key) for _, _, key in LAYOUTS[layout]] for row in rows]


def lines(
    rows: Iterable[Dossier],
    layout: str = "D",
    titles: Sequence[str] = (),
    footers: Sequence[str] = (),
) -> list[Line]:
    """The rows of a sheet: titles, header, dossiers, footers."""
    return [
        *([title] for title in titles),
        *header_lines(layout),
        *body(rows, layout),
        *([footer] for footer in footers),
    ]


def write_csv(
    path: Path,
    rows: Iterable[Line],
    delimiter: str = ",",
    encoding: str = "utf-8",
    line_end: str = "\r\n",
) -> Path:
    """Write the rows as delimited text; an empty row becomes a blank line."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end)
    for row in rows:
        writer.writerow(["" if cell is None else cell for cell in row])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def write_xlsx(path: Path, sheets: Mapping[str, Iterable[Line]]) -> Path:
    """Write a workbook; real dates stay dates, numbers numbers."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                if value is not None and value != "":
                    sheet.cell(number, column, value)  # type: ignore[arg-type]
    book.save(path)
    return path


def write_html(path: Path, rows: Iterable[Line], encoding: str = "utf-8-sig") -> Path:
    """Write the page that calls itself .xls: one table, nothing merged."""
    return _page(path, [_html_row(row) for row in rows], encoding)


def write_html_register(path: Path, rows: Iterable[Dossier]) -> Path:
    """Write layout B as a page whose two header rows are merged by rowspan and colspan."""
    upper, lower = "", ""
    for group, columns in groupby(LAYOUTS["B"], key=lambda column: column[0]):
        names = [header for _, header, _ in columns]
        if group:
            upper += f'<th colspan="{len(names)}">{group}</th>'
            lower += "".join(f"<th>{name}</th>" for name in names)
        else:
            upper += "".join(f'<th rowspan="2">{name}</th>' for name in names)
    head = [f"<tr>{upper}</tr>", f"<tr>{lower}</tr>"]
    return _page(path, [*head, *(_html_row(row) for row in body(rows, "B"))], "utf-8-sig")


def _html_row(row: Line) -> str:
    cells = (escape("" if cell is None else str(cell)) or "&nbsp;" for cell in row)
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _page(path: Path, rows: Sequence[str], encoding: str) -> Path:
    table = "\r\n".join(rows)
    page = (
        f'<html><head><meta charset="x"></head><body><table>\r\n{table}\r\n</table></body></html>'
    )
    path.write_bytes(page.encode(encoding))
    return path


def raw_file(path: Path) -> RawFile:
    """The file as `find_exports` would give it."""
    return RawFile(path.name, path, sha256_of(path))


def staged_rows(staged: Staged) -> list[dict[str, object]]:
    """All rows of a staged Parquet, each with its number in the file, where it states one or
    where its position tells.
    """
    rows: list[dict[str, object]] = pq.read_table(staged.path).to_pylist()
    for position, row in enumerate(rows):
        if row["source_row"] is None:
            assert staged.first_row is not None
            row["source_row"] = staged.first_row + position
    return rows


def csv_bytes(rows: Iterable[Line]) -> bytes:
    """Return rows as comma-separated text."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def zip_bytes(files: dict[str, bytes]) -> bytes:
    """Return an archive of files by their names."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


def laid_out(folder: Path, count: int) -> list[RawFile]:
    """Write so many exports of one dossier each under `folder/raw`."""
    (folder / "raw").mkdir()
    for number in range(1, count + 1):
        rows = lines([dossier(number)])
        write_csv(folder / "raw" / f"{number}.csv", rows)
    return find_exports(Workspace(folder)).files
