"""Writes the communes' exports that are text: CSV, and HTML that calls itself .xls."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path

from sample.cells import LAYOUT_A, LAYOUT_D, Wording, layout_a_row, layout_d_row
from sample.dossiers import Dossier
from sample.plan import Commune

_OFFICE_PREFIX = (
    '<html xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel" '
    'xmlns="http://www.w3.org/TR/REC-html40">\r\n<head>\r\n'
    '<meta http-equiv="Content-Type" content="text/html; charset=UTF-8">\r\n'
    "<!--[if gte mso 9]><xml><x:ExcelWorkbook><x:ExcelWorksheets><x:ExcelWorksheet>"
    "<x:Name>Danh sách hồ sơ</x:Name><x:WorksheetOptions><x:DisplayGridlines/>"
    "</x:WorksheetOptions></x:ExcelWorksheet></x:ExcelWorksheets></x:ExcelWorkbook></xml>"
    "<![endif]-->\r\n</head>\r\n<body>\r\n"
)


@dataclass(frozen=True)
class CsvStyle:
    """How one office's CSV is written."""

    wording: Wording
    delimiter: str = ","
    byte_order_mark: bool = False
    quote_all: bool = False


def write_csv(path: Path, dossiers: Sequence[Dossier], day: date, style: CsvStyle) -> None:
    """Layout D without titles; a dossier may stand in `dossiers` more than once."""
    text = io.StringIO(newline="")
    writer = csv.writer(
        text,
        delimiter=style.delimiter,
        lineterminator="\r\n",
        quoting=csv.QUOTE_ALL if style.quote_all else csv.QUOTE_MINIMAL,
    )
    writer.writerow([style.wording.finish(header) for header in LAYOUT_D])
    for number, dossier in enumerate(dossiers, start=1):
        writer.writerow(layout_d_row(number, dossier, day, style.wording))
    encoding = "utf-8-sig" if style.byte_order_mark else "utf-8"
    path.write_bytes(text.getvalue().encode(encoding))


def write_html(
    path: Path,
    commune: Commune,
    dossiers: Sequence[Dossier],
    day: date,
    *,
    with_officer: bool,
) -> None:
    """Layout A as the browser's table; `with_officer` adds Người tiếp nhận.

    The variant with the officer also repeats its header where the screen began a new page.
    """
    wording = Wording(date_format="%d/%m/%Y %H:%M:%S")
    headers = [*LAYOUT_A, "Người tiếp nhận"] if with_officer else list(LAYOUT_A)
    titles = (
        f"DANH SÁCH HỒ SƠ - {commune.unit}",
        f"Ngày xuất: {day:%d/%m/%Y} 17:32",
    )
    wide = f'<tr><td colspan="{len(headers)}"><b>'
    lines = [f"{wide}{escape(title)}</b></td></tr>" for title in titles]
    header = _row("th", headers)
    lines.append(header)
    for number, dossier in enumerate(dossiers, start=1):
        if with_officer and number > 1 and number % 500 == 1:
            lines.append(header)
        cells = layout_a_row(number, dossier, day, wording)
        if with_officer:
            cells.append(dossier.desk_officer.name)
        lines.append(_row("td", cells))
    page = (
        f'{_OFFICE_PREFIX}<table border="1">\r\n'
        + "\r\n".join(lines)
        + "\r\n</table>\r\n</body>\r\n</html>\r\n"
    )
    path.write_bytes(page.encode("utf-8-sig"))


def _row(tag: str, cells: Sequence[str]) -> str:
    written = "".join(f"<{tag}>{escape(cell) or '&nbsp;'}</{tag}>" for cell in cells)
    return f"<tr>{written}</tr>"
