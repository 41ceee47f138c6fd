"""Biểu 06/VPCP/KSTT as a workbook to hand in (definitions.md, *Form 06*)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from pipelines.numbers import count_text, date_text
from pipelines.reports.names import period_title
from pipelines.reports.report import Report, Row
from pipelines.reports.sentences import caveat
from pipelines.reports.workbook import A4, Formats, lines_of, workbook, write_text

TITLE = "TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT TTHC TẠI CƠ QUAN, ĐƠN VỊ TRỰC TIẾP GIẢI QUYẾT TTHC"
# Columns of the form that are sums of others in their row; all others are counted.
SUMS = {3: (4, 5, 6), 7: (8, 9, 10), 11: (12, 13)}
_HEADS = [  # first and last form column, first and last line of the head, text
    (1, 1, 0, 2, "TT"),
    (2, 2, 0, 2, "Lĩnh vực, công việc giải quyết theo cấp"),
    (3, 6, 0, 0, "Số lượng hồ sơ tiếp nhận"),
    (7, 10, 0, 0, "Số lượng hồ sơ đã giải quyết"),
    (11, 13, 0, 0, "Số lượng hồ sơ đang giải quyết"),
    (3, 3, 1, 2, "Tổng số"),
    (4, 5, 1, 1, "Trong kỳ"),
    (6, 6, 1, 2, "Từ kỳ trước"),
    (7, 7, 1, 2, "Tổng số"),
    (8, 8, 1, 2, "Trước hạn"),
    (9, 9, 1, 2, "Đúng hạn"),
    (10, 10, 1, 2, "Quá hạn"),
    (11, 11, 1, 2, "Tổng số"),
    (12, 12, 1, 2, "Trong hạn"),
    (13, 13, 1, 2, "Quá hạn"),
    (4, 4, 2, 2, "Trực tuyến"),
    (5, 5, 2, 2, "Trực tiếp, dịch vụ bưu chính"),
]
HEAD_ROW = 6  # of the sheet, counted from 0; three lines of head, then the columns' numbers
FIRST_ROW = HEAD_ROW + 4
_ROMAN = ("I", "II", "III", "IV", "V")
_FIELD_WIDTH = 42
_WIDTHS = [5.5, _FIELD_WIDTH, *[10] * 11]  # in characters
# Heights in points. A page holds about so much of the sheet once it is scaled to its width.
_LINE, _HEAD, _ABOVE, _FOOT, _PAGE = 17, 122, 150, 120, 620
_NO_DISTRICTS_FROM = date(2025, 7, 1)


@dataclass(frozen=True)
class Section:
    """One section of the form: its own line and its fields."""

    title: str
    line: Row
    fields: list[Row]


def write(report: Report, folder: Path) -> list[Path]:
    """Write `bieu-06-<period>.xlsx`: sums and totals are formulas with their results stored."""
    path = folder / f"bieu-06-{report.period}.xlsx"
    with workbook(path, report, f"Biểu 06/VPCP/KSTT – {period_title(report)}", 11) as (
        book,
        formats,
    ):
        sheet = book.add_worksheet("Biểu 06")
        _print_setup(sheet, report)
        _head(sheet, report, formats)
        after = _lines(sheet, report, formats)
        _foot(sheet, report, formats, after)
    return [path]


def sections(report: Report) -> tuple[list[Section], Row]:
    """Return the form's sections in order and its total line.

    From 2025-07-01 there are no district units: an empty section of theirs is left out.
    """
    by_title: dict[str, list[Row]] = {}
    for row in report.rows("form_06"):
        by_title.setdefault(row["section"], []).append(row)
    titles = {level["section_vi"]: level["level"] for level in report.levels}
    parts = []
    total: Row = {}
    for title, (line, *fields) in by_title.items():
        if titles[title] == "all":
            total = line
        elif titles[title] != "district" or fields or report.start < _NO_DISTRICTS_FROM:
            parts.append(Section(title, line, fields))
    return parts, total


def _print_setup(sheet: Worksheet, report: Report) -> None:
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.6, right=0.5, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.repeat_rows(HEAD_ROW, FIRST_ROW - 1)
    sheet.set_footer(f"&L&9Biểu 06/VPCP/KSTT – kỳ {report.period}&R&9Trang &P/&N")
    sheet.freeze_panes(FIRST_ROW, 2)
    sheet.hide_gridlines(2)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)


def _head(sheet: Worksheet, report: Report, formats: Formats) -> None:
    left = formats.of(text_wrap=True, valign="top", font_size=10)
    sheet.set_row(0, 44)
    sheet.merge_range(
        0, 0, 0, 1,
        "Biểu số 06/VPCP/KSTT\nBan hành theo Thông tư số 01/2020/TT-VPCP\nngày 21/10/2020",
        left,
    )  # fmt: skip
    sheet.merge_range(
        0, 8, 0, 12,
        f"Đơn vị báo cáo: {report.office.name}\nĐơn vị nhận báo cáo: …………………………",
        left,
    )  # fmt: skip
    centre = {"align": "center", "text_wrap": True}
    sheet.set_row(1, 22)
    sheet.merge_range(1, 0, 1, 12, TITLE, formats.of(bold=True, font_size=13, **centre))
    sheet.merge_range(2, 0, 2, 12, f"Kỳ báo cáo: {period_title(report)}", formats.of(**centre))
    sheet.merge_range(
        3, 0, 3, 12,
        f"(Từ ngày {date_text(report.start)} đến ngày {date_text(report.end)})",
        formats.of(italic=True, **centre),
    )  # fmt: skip
    said = caveat(report)
    sheet.set_row(4, _LINE * max(1, lines_of(said, sum(_WIDTHS))))
    sheet.merge_range(4, 0, 4, 12, said and f"({said})", formats.of(bold=True, **centre))
    sheet.merge_range(
        5, 8, 5, 12, "Đơn vị tính: Số hồ sơ TTHC", formats.of(italic=True, align="right")
    )
    cell = formats.of(bold=True, border=1, bg_color="#E7EEF7", **centre)
    for first, last, top, bottom, text in _HEADS:
        corners = (HEAD_ROW + top, first - 1, HEAD_ROW + bottom, last - 1)
        if corners[:2] == corners[2:]:
            sheet.write_string(corners[0], corners[1], text, cell)
        else:
            sheet.merge_range(*corners, text, cell)
    for line, height in enumerate((22, 22, 46, 30)):
        sheet.set_row(HEAD_ROW + line, height)
    for column in range(1, 14):
        parts = "+".join(f"({part})" for part in SUMS.get(column, ()))
        number = f"({column})\n={parts}" if parts else f"({column})"
        sheet.write_string(
            HEAD_ROW + 3, column - 1, number,
            formats.of(italic=True, border=1, font_size=8 if parts else 9, **centre),
        )  # fmt: skip


def _lines(sheet: Worksheet, report: Report, formats: Formats) -> int:
    """Write sections and total; return the row behind them."""
    parts, total = sections(report)
    row = FIRST_ROW
    section_rows = []
    heights: list[int] = []
    for roman, section in zip(_ROMAN, parts, strict=False):
        own = row
        section_rows.append(own)
        first, last = own + 1, own + len(section.fields)
        _line(
            sheet, own, roman, section.title, section.line, formats, bold=True,
            summed=f"SUM({{0}}{first + 1}:{{0}}{last + 1})" if section.fields else "",
        )  # fmt: skip
        for number, field in enumerate(section.fields, start=1):
            _line(sheet, own + number, str(number), field["field"], field, formats)
        row = last + 1
        heights += [
            _height(each) for each in (section.title, *(f["field"] for f in section.fields))
        ]
    summed = "+".join(f"{{0}}{own + 1}" for own in section_rows)
    _line(sheet, row, "", "TỔNG SỐ", total, formats, bold=True, summed=summed)
    sheet.set_h_pagebreaks(_page_breaks([*heights, _LINE + _FOOT]))
    return row + 1


def _page_breaks(heights: list[int]) -> list[int]:
    """Return the rows to start a page with, so that nobody signs a page without a figure on it.

    `heights` are those of the lines, the last one with all that stands below the total.
    """
    breaks = []
    used = _ABOVE + _HEAD
    for row, height in enumerate(heights, start=FIRST_ROW):
        if used + height > _PAGE:
            breaks.append(row)
            used = _HEAD
        used += height
    return breaks


def _height(text: str) -> int:
    return _LINE * lines_of(text, _FIELD_WIDTH * 1.2)


def _line(
    sheet: Worksheet,
    row: int,
    number: str,
    title: str,
    counts: Row,
    formats: Formats,
    *,
    bold: bool = False,
    summed: str = "",
) -> None:
    """Write one line; `summed` is the formula of its counted columns, `{0}` for the column."""
    sheet.set_row(row, _height(title))
    look: dict[str, Any] = {"border": 1} | ({"bold": True, "bg_color": "#F5F7FA"} if bold else {})
    sheet.write_string(row, 0, number, formats.of(align="center", **look))
    write_text(sheet, row, 1, title, formats, text_wrap=True, **look)
    for column in range(3, 14):
        value = counts[f"c{column}"]
        style = formats.of(num_format="#,##0", align="right", indent=1, **look)
        parts = [f"{xl_col_to_name(part - 1)}{row + 1}" for part in SUMS.get(column, ())]
        formula = "+".join(parts) or summed.format(xl_col_to_name(column - 1))
        if formula:
            sheet.write_formula(row, column - 1, f"={formula}", style, value)
        else:
            sheet.write_number(row, column - 1, value, style)


def _foot(sheet: Worksheet, report: Report, formats: Formats, row: int) -> None:
    flow = report.counts("all", "flow")
    folded = [
        (5, "chưa rõ hình thức nộp", flow["received_unknown_channel"]),
        (9, "trả lại, xin rút", flow["withdrawn"]),
        (9, "chưa xác định được ngày kết thúc", flow["undetermined"]),
        (12, "chờ bổ sung", flow["paused"]),
    ]
    said = "; ".join(
        f"cột ({column}) gồm cả {count_text(count)} hồ sơ {what}"
        for column, what, count in folded
        if count
    )
    if said:
        sheet.merge_range(
            row, 0, row, 12, f"Ghi chú: {said}.",
            formats.of(italic=True, text_wrap=True, font_size=10, valign="top"),
        )  # fmt: skip
        sheet.set_row(row, 30)
    row += 2
    centre = {"align": "center"}
    sheet.merge_range(
        row, 7, row, 12,
        f"{report.office.place}, ngày       tháng       năm {report.end.year}",
        formats.of(italic=True, **centre),
    )  # fmt: skip
    for first, last, title, below in (
        (0, 1, "NGƯỜI LẬP BIỂU", "(Ký, ghi rõ họ tên)"),
        (7, 12, "THỦ TRƯỞNG ĐƠN VỊ", "(Ký, ghi rõ họ tên, đóng dấu)"),
    ):
        sheet.merge_range(row + 1, first, row + 1, last, title, formats.of(bold=True, **centre))
        sheet.merge_range(row + 2, first, row + 2, last, below, formats.of(italic=True, **centre))
