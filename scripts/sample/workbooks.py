"""Writes the exports that are workbooks: the district's list, a register, the catalogue."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from sample.catalogue import Procedure
from sample.cells import LAYOUT_D, Wording, channel_cell, code_cell, received_cell
from sample.dossiers import Dossier, Spoilt
from sample.people import Person
from sample.plan import Commune
from sample.sheet_style import body_row, footer, header_row, page_setup, save, title
from sample.states import state_on

_DISTRICT_WIDTHS = (6, 25, 11, 58, 22, 25, 13, 30, 28, 15, 17, 17, 17, 17, 20)
_REGISTER_WIDTHS = (6, 26, 58, 9, 25, 30, 13, 12, 12, 12, 24, 25, 24, 36)
_CATALOGUE_WIDTHS = (6, 12, 78, 30, 14, 40, 14, 18, 18)
_PLAIN = Wording()


def write_district(
    path: Path, dossiers: Sequence[Dossier], day: date, clerk: Person, head: Person
) -> None:
    """Layout D with titles, real dates and a footer, as exported on `day`."""
    book = Workbook()
    sheet = _first_sheet(book, "Danh sách hồ sơ")
    last = len(LAYOUT_D)
    title(sheet, 1, 1, 5, "ỦY BAN NHÂN DÂN HUYỆN CẦU KÈ", size=12)
    title(sheet, 2, 1, last, "DANH SÁCH HỒ SƠ TIẾP NHẬN VÀ GIẢI QUYẾT", size=15)
    span = f"(Từ ngày 01/04/2023 đến ngày {day.day:02d}/{day.month}/{day.year})"
    title(sheet, 3, 1, last, span, size=12, bold=False, italic=True)
    title(sheet, 4, 1, last, f"Ngày xuất: {day:%d/%m/%Y}", size=12, bold=False)
    header_row(sheet, 6, [(column, column, text) for column, text in enumerate(LAYOUT_D, start=1)])
    for number, dossier in enumerate(dossiers, start=1):
        state = state_on(dossier, day)
        received = dossier.received
        if dossier.received_as_first_exported is not None and day < date(2023, 9, 1):
            received = dossier.received_as_first_exported
        if dossier.spoilt is Spoilt.NO_RECEIVED_DATE:
            received = None
        body_row(
            sheet,
            6 + number,
            [
                number,
                code_cell(dossier, _PLAIN) or None,
                dossier.procedure.code,
                dossier.procedure.name,
                dossier.procedure.field,
                dossier.applicant.name,
                dossier.applicant.phone,
                dossier.applicant.address,
                dossier.unit,
                channel_cell(dossier) or None,
                received,
                dossier.due,
                state.finished,
                state.returned,
                state.status,
            ],
            widths=_DISTRICT_WIDTHS,
            centred={1, 2, 3, 7, 10, 11, 12, 13, 14, 15},
        )
    footer(sheet, 7 + len(dossiers), last, len(dossiers), (clerk.name, 1, 4), (head.name, 9, 12))
    page_setup(sheet, _DISTRICT_WIDTHS, header_rows=(6, 6), freeze="C7")
    save(book, path, created=datetime(day.year, day.month, day.day, 8))


def write_register(path: Path, commune: Commune, dossiers: Sequence[Dossier], day: date) -> None:
    """Layout B: a header of two merged rows, dates as typed text, no status, no unit column."""
    book = Workbook()
    sheet = _first_sheet(book, "Sổ theo dõi")
    last = len(_REGISTER_WIDTHS)
    title(sheet, 1, 1, last, "SỔ THEO DÕI HỒ SƠ", size=15)
    desk = f"Bộ phận Tiếp nhận và Trả kết quả {commune.unit}"
    title(sheet, 2, 1, last, desk, size=12)
    span = f"(Từ ngày 22/5/2023 đến ngày {day.day:02d}/{day.month}/{day.year})"
    title(sheet, 3, 1, last, span, size=12, bold=False, italic=True)
    single = {
        1: "STT",
        2: "Mã hồ sơ",
        3: "Nội dung hồ sơ",
        4: "Số lượng (bộ)",
        5: "Họ tên chủ hồ sơ",
        6: "Địa chỉ chủ hồ sơ",
        7: "Số điện thoại",
        13: "Người nhận hồ sơ",
        14: "Ghi chú",
    }
    header_row(
        sheet,
        5,
        [
            *((column, column, text) for column, text in single.items()),
            (8, 9, "Ngày, tháng, năm"),
            (10, 12, "Trả kết quả"),
        ],
        depth=2,
        beneath={
            8: "Nhận hồ sơ",
            9: "Hẹn trả kết quả",
            10: "Ngày nhận kết quả",
            11: "Bên giao",
            12: "Bên nhận",
        },
    )
    row, number = 7, 0
    for month, group in groupby(dossiers, key=_month_received):
        first = number
        for dossier in group:
            number += 1
            body_row(
                sheet,
                row,
                _register_cells(number, dossier, day),
                widths=_REGISTER_WIDTHS,
                centred={1, 2, 4, 7, 8, 9, 10},
            )
            row += 1
        subtotal = f"Cộng tháng {month}: {number - first} hồ sơ"
        title(sheet, row, 1, last, subtotal, size=11, left=True)
        row += 1
    page_setup(sheet, _REGISTER_WIDTHS, header_rows=(5, 6), freeze="C7")
    save(book, path, created=datetime(day.year, day.month, day.day, 16))


def write_catalogue(path: Path, lists: Sequence[tuple[str, Sequence[Procedure]]]) -> None:
    """Layout E; `lists` holds the level as written, and its procedures."""
    book = Workbook()
    sheet = _first_sheet(book, "Danh mục TTHC")
    last = len(_CATALOGUE_WIDTHS)
    heading = "DANH MỤC THỦ TỤC HÀNH CHÍNH THUỘC THẨM QUYỀN GIẢI QUYẾT CỦA CẤP HUYỆN, CẤP XÃ"
    title(sheet, 1, 1, last, heading, size=14)
    title(sheet, 2, 1, last, "(Cập nhật đến ngày 01/6/2023)", size=12, bold=False, italic=True)
    headers = (
        "STT",
        "Mã TTHC",
        "Tên TTHC",
        "Lĩnh vực",
        "Cấp thực hiện",
        "Cơ quan thực hiện",
        "Mức độ DVC",
        "Thời hạn giải quyết (ngày làm việc)",
        "Thực hiện tại Bộ phận một cửa",
    )
    header_row(sheet, 4, [(column, column, text) for column, text in enumerate(headers, start=1)])
    rows = [(level, procedure) for level, procedures in lists for procedure in procedures]
    for number, (level, procedure) in enumerate(rows, start=1):
        cells = [
            number,
            procedure.code,
            procedure.name,
            procedure.field,
            level,
            procedure.unit,
            procedure.mode,
            procedure.days,
            "Có",
        ]
        body_row(sheet, 4 + number, cells, widths=_CATALOGUE_WIDTHS, centred={1, 2, 5, 7, 8, 9})
    page_setup(sheet, _CATALOGUE_WIDTHS, header_rows=(4, 4), freeze="D5")
    save(book, path, created=datetime(2023, 6, 1, 8))


def _first_sheet(book: Workbook, name: str) -> Worksheet:
    sheet = book.worksheets[0]
    sheet.title = name
    return sheet


def _month_received(dossier: Dossier) -> str:
    received = dossier.received or dossier.submitted
    return f"{received.month}/{received.year}"


def _register_cells(number: int, dossier: Dossier, day: date) -> list[object]:
    def typed(moment: datetime | None) -> str:
        return "" if moment is None else f"{moment:%d/%m/%Y}"

    state = state_on(dossier, day)
    handed_over = state.finished or state.returned
    by_proxy = dossier.submitter is not dossier.applicant
    return [
        number,
        code_cell(dossier, _PLAIN) or None,
        dossier.procedure.name,
        1,
        dossier.applicant.name,
        dossier.applicant.address,
        dossier.applicant.phone,
        received_cell(dossier, typed) or None,
        typed(dossier.due) or None,
        typed(handed_over) or None,
        dossier.desk_officer.name if handed_over else None,
        dossier.submitter.name if handed_over else None,
        dossier.desk_officer.name,
        f"Nộp thay: {dossier.submitter.name}, {dossier.submitter.phone}" if by_proxy else None,
    ]
