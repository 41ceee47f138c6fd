"""The Excel copy of a period's rejected rows, grouped by file, to send back to whoever exported it.

The first sheet lists every file of the period with its tie-out, then what each reason asks for; a
sheet per file that has rejected rows can be copied out and sent alone. Same rows, same bytes.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, time
from math import ceil
from pathlib import PurePosixPath
from typing import Any

import duckdb
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipelines.numbers import count_text, date_text
from pipelines.periods import Period

# A file with more is beyond mending row by row; the table has them all.
_MOST_ROWS = 20_000
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_INDEX = "Tổng hợp"
_INDEX_WIDTHS = (6, 46, 8, 11, 11, 9, 10, 46)
_FILE_WIDTHS = (6, 18, 9, 17, 24, 26, 58, 24)
_BLUE, _LINE = "#1F3864", "#BFC7D5"


def file_name(period: str) -> str:
    """Return the workbook's name in `quality/`."""
    return f"rejected_rows-{period}.xlsx"


def rejects_workbook(
    connection: duckdb.DuckDBPyConnection, period: Period, reasons: list[dict[str, str]]
) -> bytes:
    """Return the workbook of `period` from the tables `sources`, `rejected_rows`, `period_files`.

    `reasons` are the rows of `reject_reasons.csv`.
    """
    files = _rows(
        connection,
        """select sources.* from sources
        inner join period_files as files on sources.source_file = files.source_file
        where files.period = $period order by sources.source_file""",
        period,
    )
    rejected = _rows(
        connection,
        """select rejected.* from (
            select *, row_number() over (
                partition by source_file order by source_sheet, source_row
            ) as place from rejected_rows
        ) as rejected
        inner join period_files as files on rejected.source_file = files.source_file
        where files.period = $period and place <= """
        f"{_MOST_ROWS} order by rejected.source_file, place",
        period,
    )
    by_file: dict[str, list[dict[str, Any]]] = {}
    for row in rejected:
        by_file.setdefault(row["source_file"], []).append(row)
    content = io.BytesIO()
    # Text is only ever written as text, so that none becomes a formula or a link.
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties(
            {
                "title": f"Dòng bị loại, kỳ {period.name}",
                "created": datetime.combine(period.end, time()),
            }
        )
        book.formats[0].set_font_name("Times New Roman")
        book.formats[0].set_font_size(12)
        styles = _styles(book)
        index = book.add_worksheet(_INDEX)
        names = {
            name: f"{number:02d} {_sheet_name(name)}"[:31].rstrip("' ")
            for number, name in enumerate(sorted(by_file), start=1)
        }
        _index_sheet(index, styles, period, files, by_file, names, reasons)
        facts = {row["source_file"]: row for row in files}
        labels = {row["reason"]: row for row in reasons}
        for name, rows in sorted(by_file.items()):
            sheet = book.add_worksheet(names[name])
            _file_sheet(sheet, styles, period, facts[name], rows, labels)
    return content.getvalue()


def _rows(
    connection: duckdb.DuckDBPyConnection, query: str, period: Period
) -> list[dict[str, Any]]:
    found = connection.execute(query, {"period": period.name})
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _sheet_name(source_file: str) -> str:
    return _NOT_IN_A_NAME.sub(" ", PurePosixPath(source_file).stem).strip("' ")


def _styles(book: xlsxwriter.Workbook) -> dict[str, Format]:
    font = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
    cell = {**font, "border": 1, "border_color": _LINE, "text_wrap": True}
    return {
        "title": book.add_format({**font, "bold": True, "font_size": 14, "font_color": _BLUE}),
        "text": book.add_format(font),
        "link": book.add_format({**font, "font_color": "#0563C1", "underline": 1}),
        "head": book.add_format(
            {**cell, "bold": True, "bg_color": "#DCE4F2", "align": "center", "valign": "vcenter"}
        ),
        "cell": book.add_format(cell),
        "number": book.add_format({**cell, "num_format": "#,##0", "align": "right", "indent": 1}),
        "place": book.add_format({**cell, "align": "right", "indent": 1}),
        "total": book.add_format({**cell, "bold": True}),
        "total_number": book.add_format(
            {**cell, "bold": True, "num_format": "#,##0", "align": "right", "indent": 1}
        ),
        "cell_link": book.add_format({**cell, "font_color": "#0563C1", "underline": 1}),
    }


def _page(sheet: Worksheet, widths: Sequence[float], head: int) -> None:
    """Set widths, and A4 across with the head on every page."""
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.repeat_rows(head)
    sheet.freeze_panes(head + 1, 0)
    sheet.set_footer("&L&A&RTrang &P/&N")
    sheet.hide_gridlines(2)


def _height(*texts: tuple[str, float]) -> float:
    """Return the height of a row by the text and width of its cells: not every program fits it."""
    return 16.5 * max(ceil(len(text) * 1.1 / width) or 1 for text, width in texts)


def _index_sheet(
    sheet: Worksheet,
    styles: dict[str, Format],
    period: Period,
    files: list[dict[str, Any]],
    by_file: dict[str, list[dict[str, Any]]],
    names: dict[str, str],
    reasons: list[dict[str, str]],
) -> None:
    span = f"từ {date_text(period.start)} đến {date_text(period.end)}"
    sheet.write_string(0, 0, f"Dòng bị loại, kỳ {period.name} ({span})", styles["title"])
    said = (
        "Dòng bị loại chưa được tính vào số liệu. Gửi trang của từng tệp cho đơn vị đã xuất tệp "
        "đó; khi có tệp sửa lại thì thay tệp cũ và chạy lại."
        if by_file
        else "Không có dòng nào bị loại."
    )
    sheet.write_string(1, 0, said, styles["text"])
    columns = ["STT", "Tệp", "Trang", "Số dòng", "Nhận", "Loại", "Bỏ qua", "Lý do"]
    for column, heading in enumerate(columns):
        sheet.write_string(3, column, heading, styles["head"])
    labels = {row["reason"]: row["label_vi"] for row in reasons}
    totals = Counter[str]()
    line = 4
    for number, row in enumerate(files, start=1):
        name = row["source_file"]
        why = Counter(each["reason"] for each in by_file.get(name, ()))
        sheet.write_number(line, 0, number, styles["number"])
        sheet.write_string(line, 1, name, styles["cell"])
        if name in names:
            target = names[name].replace("'", "''")
            sheet.write_url(
                line,
                2,
                f"internal:'{target}'!A1",
                styles["cell_link"],
                names[name].split(" ", 1)[0],
            )
        else:
            sheet.write_blank(line, 2, None, styles["cell"])
        for column, count in enumerate(("rows_read", "accepted", "rejected", "ignored"), start=3):
            sheet.write_number(line, column, row[count], styles["number"])
            totals[count] += row[count]
        sheet.write_string(line, 7, _listed(why, labels), styles["cell"])
        sheet.set_row(
            line, _height((name, _INDEX_WIDTHS[1]), (_listed(why, labels), _INDEX_WIDTHS[7]))
        )
        line += 1
    sheet.write_blank(line, 0, None, styles["total"])
    sheet.write_string(line, 1, "Cộng", styles["total"])
    sheet.write_blank(line, 2, None, styles["total"])
    for column, count in enumerate(("rows_read", "accepted", "rejected", "ignored"), start=3):
        sheet.write_number(line, column, totals[count], styles["total_number"])
    every = Counter(row["reason"] for rows in by_file.values() for row in rows)
    sheet.write_string(line, 7, _listed(every, labels), styles["total"])
    sheet.set_row(line, _height((_listed(every, labels), _INDEX_WIDTHS[7])))
    if every:
        line += 2
        sheet.write_string(line, 1, "Lý do", styles["head"])
        sheet.merge_range(line, 2, line, 7, "Cách sửa", styles["head"])
        for row in reasons:
            if row["reason"] in every:
                line += 1
                sheet.write_string(line, 1, _begun(row["label_vi"]), styles["cell"])
                sheet.merge_range(line, 2, line, 7, "", styles["cell"])
                sheet.write_string(line, 2, row["action_vi"], styles["cell"])
                sheet.set_row(line, _height((row["action_vi"], sum(_INDEX_WIDTHS[2:]))))
    _page(sheet, _INDEX_WIDTHS, 3)


def _file_sheet(
    sheet: Worksheet,
    styles: dict[str, Format],
    period: Period,
    file: dict[str, Any],
    rows: list[dict[str, Any]],
    labels: dict[str, dict[str, str]],
) -> None:
    sheet.write_string(0, 0, f"Tệp: {file['source_file']}", styles["title"])
    sheet.write_string(
        1,
        0,
        f"{count_text(file['rejected'])} trong {count_text(file['rows_read'])} dòng của tệp bị "
        f"loại khi tổng hợp số liệu kỳ {period.name}. Đề nghị đơn vị sửa trong hệ thống một cửa "
        "rồi xuất lại cả tệp.",
        styles["text"],
    )
    sheet.write_url(2, 0, f"internal:'{_INDEX}'!A1", styles["link"], f"Về trang {_INDEX}")
    headings = ["STT", "Trang tính", "Dòng", "Cột", "Giá trị trong tệp", "Lý do", "Cách sửa"]
    for column, heading in enumerate([*headings, "Ý kiến của đơn vị"]):
        sheet.write_string(4, column, heading, styles["head"])
    line = 5
    for number, row in enumerate(rows, start=1):
        reason = labels[row["reason"]]
        sheet.write_number(line, 0, number, styles["number"])
        sheet.write_string(line, 1, row["source_sheet"], styles["cell"])
        sheet.write_number(line, 2, row["source_row"], styles["place"])
        sheet.write_string(line, 3, reason["column_vi"], styles["cell"])
        sheet.write_string(line, 4, row["value"] or "(trống)", styles["cell"])
        sheet.write_string(line, 5, _begun(reason["label_vi"]), styles["cell"])
        sheet.write_string(line, 6, reason["action_vi"], styles["cell"])
        sheet.write_blank(line, 7, None, styles["cell"])
        texts = (row["source_sheet"], row["value"] or "", reason["label_vi"], reason["action_vi"])
        widths = (_FILE_WIDTHS[column] for column in (1, 4, 5, 6))
        sheet.set_row(line, _height(*zip(texts, widths, strict=True)))
        line += 1
    left = file["rejected"] - len(rows)
    if left:
        said = f"… và {count_text(left)} dòng nữa; đủ cả trong bảng rejected_rows."
        sheet.write_string(line, 1, said, styles["text"])
    sheet.autofilter(4, 0, line - 1, 7)
    _page(sheet, _FILE_WIDTHS, 4)


def _listed(counts: Counter[str], labels: dict[str, str]) -> str:
    return "; ".join(f"{count_text(times)} {labels[why]}" for why, times in counts.most_common())


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
