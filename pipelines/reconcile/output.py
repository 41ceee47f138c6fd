"""The verdicts on a screen and in a workbook."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

import xlsxwriter
from rich.table import Table
from rich.text import Text

from pipelines.reconcile import verdicts
from pipelines.reconcile.verdicts import LABELS, Line

_STYLES = {
    verdicts.AGREES: "green",
    verdicts.REMARK: "yellow",
    verdicts.DATE: "yellow",
    verdicts.UNCHECKED: "dim",
}
_HEADINGS = ("Báo cáo viết", "Ghi", "Tính được", "Kết luận", "Giải thích")
_WIDTHS = (60, 14, 14, 22, 70, 16)


def screen_table(lines: Sequence[Line]) -> Table:
    """Return the table to print."""
    table = Table(box=None, header_style="bold", pad_edge=False, expand=True)
    # The words take what room the numbers leave.
    table.add_column(_HEADINGS[0], ratio=1)
    table.add_column(_HEADINGS[1], justify="right", width=12)
    table.add_column(_HEADINGS[2], justify="right", width=12)
    table.add_column(_HEADINGS[3], width=15)
    table.add_column(_HEADINGS[4], ratio=1)
    for line in lines:
        verdict = Text(LABELS[line.verdict], style=_STYLES.get(line.verdict, "bold red"))
        cells = (line.phrase, line.stated, line.computed)
        table.add_row(*map(Text, cells), verdict, Text(line.note))
    return table


def workbook(lines: Sequence[Line], title: str) -> bytes:
    """Return the same table as a workbook; all cells are text, so that none becomes a formula."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"title": title, "created": datetime(2000, 1, 1)})
        sheet = book.add_worksheet("Đối chiếu")
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1})
        plain = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        wrong = book.add_format(
            {"text_wrap": True, "valign": "top", "border": 1, "bold": True, "font_color": "#B00020"}
        )
        sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 13}))
        for column, (heading, width) in enumerate(
            zip((*_HEADINGS, "Vị trí"), _WIDTHS, strict=True)
        ):
            sheet.set_column(column, column, width)
            sheet.write_string(2, column, heading, bold)
        for row, line in enumerate(lines, start=3):
            cells = (line.phrase, line.stated, line.computed, LABELS[line.verdict], line.note)
            for column, text in enumerate((*cells, line.where)):
                sheet.write_string(row, column, text, wrong if line.wrong else plain)
        sheet.freeze_panes(3, 0)
        sheet.autofilter(2, 0, max(len(lines) + 2, 2), len(_HEADINGS))
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
    return content.getvalue()
