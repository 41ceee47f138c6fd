"""The tables of a period as a workbook to look things up in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from pipelines.notices import unread_text
from pipelines.numbers import count_text
from pipelines.reports.names import column_label, period_title, value_label
from pipelines.reports.report import Report, Row
from pipelines.reports.sentences import period_phrase
from pipelines.reports.workbook import A3, Formats, lines_of, workbook, write_text

# The same in every row and said above the table, or an id whose words stand beside it.
_LEFT_OUT = {
    *("period", "period_start", "period_end", "provisional", "status_group"),
    *("position", "definition", "reason"),
}
_CODES = {"basis", "level", "channel", "outcome"}
_PLACES = {"source_row"}  # numbers that count nothing
_PERCENT = ("_rate", "_share")  # how the names of columns in per cent end
_SHOWN_FIRST = "received"  # the basis that reports print
_MOST_ROWS = 1_000_000  # a sheet holds 1,048,576
_MEASURED_ROWS = 2000
_HEAD_ROW, _TOTAL_ROW, _CAUTION_ROW = 4, 3, 2
_LINE, _BLANK_WIDTH = 15, 40
CAUSE = "Nguyên nhân"


@dataclass(frozen=True)
class Table:
    """One sheet: a published table, its sheet's name and title."""

    name: str
    sheet: str
    title: str
    summed: bool = False  # whether a line of sums over what is shown makes sense
    extra: tuple[str, ...] = ()  # blank columns to fill in


TABLES = (
    Table("counts_by_level", "Theo cấp", "Kết quả giải quyết hồ sơ theo cấp"),
    Table("counts_by_unit", "Theo đơn vị", "Kết quả giải quyết hồ sơ theo đơn vị", True),
    Table("counts_by_field", "Theo lĩnh vực", "Kết quả giải quyết hồ sơ theo lĩnh vực", True),
    Table("counts_by_procedure", "Theo thủ tục", "Kết quả giải quyết hồ sơ theo thủ tục", True),
    Table("procedure_catalogue", "Danh mục", "Danh mục thủ tục hành chính theo cấp"),
    Table("late_dossiers", "Hồ sơ trễ hạn", "Hồ sơ trễ hạn và quá hạn", False, (CAUSE,)),
    Table("due_soon", "Sắp đến hạn", "Hồ sơ đến hạn trong ba ngày làm việc tới"),
    Table("late_on_paper", "Trễ trên giấy tờ", "Hồ sơ có thể chỉ trễ hạn trên sổ sách"),
    Table("processing_times", "Thời gian giải quyết", "Thời gian giải quyết hồ sơ"),
    Table("sensitivity", "Độ nhạy", "Số liệu theo các cách tính khác"),
)


def write(report: Report, folder: Path) -> list[Path]:
    """Write `bang-so-lieu-<period>.xlsx`: a sheet for each published table of `TABLES`."""
    path = folder / f"bang-so-lieu-{report.period}.xlsx"
    with workbook(path, report, f"Bảng số liệu – {period_title(report)}", 11) as (book, formats):
        for table in TABLES:
            if table.name in report.tables:
                _sheet(book, report, table, formats)
    return [path]


def _sheet(book: Workbook, report: Report, table: Table, formats: Formats) -> None:
    sheet = book.add_worksheet(table.sheet)
    rows = _in_order(report, table.name)
    columns = [name for name in report.tables[table.name].column_names if name not in _LEFT_OUT]
    heads = [column_label(report, name) for name in columns] + list(table.extra)
    shown = [row for row in rows if row.get("basis", _SHOWN_FIRST) == _SHOWN_FIRST]
    said = f"{report.office.name} – {period_title(report)} ({period_phrase(report)})."
    if len(rows) > _MOST_ROWS:
        said += f" Chỉ ghi {count_text(_MOST_ROWS)} dòng đầu trong {count_text(len(rows))} dòng."
    if len(shown) < len(rows):
        said += (
            " Đang lọc hồ sơ tiếp nhận trong kỳ; bỏ lọc cột Cách đếm để xem cả hồ sơ từ kỳ trước."
        )
    rows = rows[:_MOST_ROWS]
    sheet.write_string(0, 0, table.title, formats.of(bold=True, font_size=14))
    sheet.write_string(1, 0, said, formats.of(italic=True))
    head = formats.of(
        bold=True, border=1, align="center", text_wrap=True, bg_color="#1F4E79", font_color="white"
    )
    for column, text in enumerate(heads):
        sheet.write_string(_HEAD_ROW, column, text, head)
    widths = _widths(report, columns, heads, rows)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    if report.unread:
        _caution(sheet, unread_text(report.unread), widths, formats)
    for number, row in enumerate(rows, start=_HEAD_ROW + 1):
        lines = 1
        for column, name in enumerate(columns):
            value = _shown(report, name, row[name])
            _cell(sheet, number, column, value, name, formats)
            if isinstance(value, str):
                lines = max(lines, lines_of(value, widths[column] * 1.1))
        for column in range(len(columns), len(heads)):
            sheet.write_blank(number, column, None, formats.of(border=1))
        hidden = row.get("basis", _SHOWN_FIRST) != _SHOWN_FIRST
        sheet.set_row(number, _LINE * lines, None, {"hidden": hidden})
    last = _HEAD_ROW + max(len(rows), 1)
    sheet.autofilter(_HEAD_ROW, 0, last, len(heads) - 1)
    if len(shown) < len(rows):
        wanted = value_label(report, "basis", _SHOWN_FIRST)
        sheet.filter_column_list(columns.index("basis"), [wanted])
    if table.summed and rows:
        _sums(sheet, columns, rows, shown, formats)
    _print_setup(sheet, report, table)


def _caution(sheet: Worksheet, text: str, widths: list[int], formats: Formats) -> None:
    """Write what the figures are without over the whole width of the table, and no further."""
    said = f"CHÚ Ý: {text}"
    look = formats.of(bold=True, text_wrap=True, font_color="#9C2A10")
    sheet.merge_range(_CAUTION_ROW, 0, _CAUTION_ROW, len(widths) - 1, said, look)
    sheet.set_row(_CAUTION_ROW, _LINE * lines_of(said, sum(widths)))


def _in_order(report: Report, table: str) -> list[Row]:
    """Return the rows of a table, counts in the order of levels and what is shown first in front;
    dossiers stay in the order in which they are published.
    """
    rows = report.rows(table)
    if rows and "dossier_code" not in rows[0] and "level" in rows[0]:
        position = {level: number for number, level in enumerate(report.level_labels)}
        rows.sort(key=lambda row: (row.get("basis", "") != _SHOWN_FIRST, position[row["level"]]))
    return rows


def _shown(report: Report, name: str, value: Any) -> Any:
    """Return a value as the sheet has it: codes in words, per cent as a share of one."""
    if name in _CODES and value is not None:
        return value_label(report, name, value)
    if name.endswith(_PERCENT) and value is not None:
        return value / 100
    return value


def _cell(sheet: Worksheet, row: int, column: int, value: Any, name: str, formats: Formats) -> None:
    if value is None:
        sheet.write_blank(row, column, None, formats.of(border=1))
    elif isinstance(value, bool):
        sheet.write_string(row, column, "Có" if value else "Không", formats.of(border=1))
    elif isinstance(value, date):
        style = formats.of(border=1, num_format="dd/mm/yyyy", align="center")
        sheet.write_datetime(row, column, value, style)
    elif isinstance(value, int | float | Decimal):
        whole = "#,##0" if isinstance(value, int) and name not in _PLACES else "General"
        shape = "0.00%" if name.endswith(_PERCENT) else whole
        style = formats.of(border=1, num_format=shape, align="right", indent=1)
        sheet.write_number(row, column, value, style)
    else:
        write_text(sheet, row, column, str(value), formats, border=1, text_wrap=True)


def _sums(
    sheet: Worksheet, columns: list[str], rows: list[Row], shown: list[Row], formats: Formats
) -> None:
    """Write above the heads what the rows that the filter shows add up to."""
    style = formats.of(bold=True, num_format="#,##0", bg_color="#E7EEF7")
    sheet.write_string(_TOTAL_ROW, 0, "Cộng các dòng đang hiện", style)
    style = formats.of(bold=True, num_format="#,##0", bg_color="#E7EEF7", align="right", indent=1)
    for column, name in enumerate(columns):
        if isinstance(rows[0][name], int):
            letter = xl_col_to_name(column)
            area = f"{letter}{_HEAD_ROW + 2}:{letter}{_HEAD_ROW + 1 + len(rows)}"
            total = sum(row[name] for row in shown)
            sheet.write_formula(_TOTAL_ROW, column, f"=SUBTOTAL(109,{area})", style, total)


def _widths(report: Report, columns: list[str], heads: list[str], rows: list[Row]) -> list[int]:
    """Return the widths of the columns in characters, by what stands in them."""
    widths = [_BLANK_WIDTH] * len(heads)
    for column, name in enumerate(columns):
        values = [_shown(report, name, row[name]) for row in rows[:_MEASURED_ROWS]]
        texts = [len(value) + 3 for value in values if isinstance(value, str)]
        widths[column] = min(max([10, len(heads[column]) // 3 + 3, *texts]), 44)
    return widths


def _print_setup(sheet: Worksheet, report: Report, table: Table) -> None:
    sheet.set_row(_HEAD_ROW, 4 * _LINE)
    sheet.freeze_panes(_HEAD_ROW + 1, 0)
    sheet.set_landscape()
    sheet.set_paper(A3)  # so many columns cannot be read on A4
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEAD_ROW)
    sheet.set_footer(f"&L&9{table.title} – kỳ {report.period}&R&9Trang &P/&N")
    sheet.hide_gridlines(2)
