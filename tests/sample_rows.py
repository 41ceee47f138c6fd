"""Reads the committed sample exports without any of the project's readers.

Hard-wired to the sample: which file has which layout, which column stands where, which words
occur. Serves `oracle.py`, so that the figures can be recomputed from the very same files.
"""

import csv
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path

from openpyxl import load_workbook
from oracle import DossierRow

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "raw" / "2023Q3"

_STATUS_GROUPS = {
    "refused": "không được tiếp nhận|mới đăng ký|chờ tiếp nhận|từ chối tiếp nhận",
    "processing": (
        "được tiếp nhận|đã tiếp nhận|đang xử lý|đang giải quyết|chờ phê duyệt|liên thông"
    ),
    "paused": (
        "yêu cầu bổ sung giấy tờ|chờ bổ sung|yêu cầu thực hiện nghĩa vụ tài chính|tạm dừng|"
        "dừng xử lý"
    ),
    "resolved": (
        "đã xử lý xong|có kết quả|đã có kết quả|hoàn thành|chờ trả kết quả|đã trả kết quả"
    ),
    "declined": "từ chối giải quyết|không giải quyết",
    "withdrawn": "công dân yêu cầu rút hồ sơ|rút hồ sơ|xin rút|trả lại|đã hủy",
}
_GROUP_OF_STATUS = {
    text: group for group, texts in _STATUS_GROUPS.items() for text in texts.split("|")
}
_CHANNEL_OF_TEXT = {
    "": "unknown",
    "Trực tuyến": "online",
    "Nộp trực tuyến": "online",
    "Qua mạng": "online",
    "Trực tiếp": "in_person",
    "Tại một cửa": "in_person",
    "Bưu chính công ích": "postal",
    "Bưu chính": "postal",
    "BCCI": "postal",
}
_NO_DATE = {"", "-", "…"}
_DATE_FORMATS = (
    "%d/%m/%Y",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%H:%M %d/%m/%Y",
    "%d-%m-%Y",
    "%Y-%m-%dT%H:%M:%S",
)
_EXPORTED_ON = date(2023, 9, 5)
_DISTRICT_FILES = {
    "mau-huyen-cau-ke.xlsx": _EXPORTED_ON,
    "mau-huyen-cau-ke-2023-08-07.xlsx": date(2023, 8, 7),
}
_REGISTER = "mau-xa-phong-phu-so-theo-doi.xlsx"
_REGISTER_UNIT = "UBND xã Phong Phú"
_CATALOGUE = "mau-danh-muc-tthc.xlsx"


@dataclass(frozen=True)
class CatalogueEntry:
    """One line of the catalogue of procedures; `level` is district or commune."""

    code: str
    name: str
    field: str
    level: str
    mode: str
    one_stop: bool


@dataclass
class SampleReading:
    """What the sample's files say: the rows that count, and how many of each file do not."""

    rows: list[DossierRow] = field(default_factory=list)
    accepted: Counter[str] = field(default_factory=Counter)
    rejected: dict[tuple[str, int], str] = field(default_factory=dict)
    """(file, row) → reason."""


@dataclass(frozen=True)
class _Cells:
    """A row's cells by meaning, cleaned; None where the layout has no such column."""

    code: str
    unit: str
    received: object
    due: object
    finished: object
    returned: object
    status: str | None
    field: str | None
    procedure_code: str | None
    channel: str | None


def read_sample(folder: Path = SAMPLE) -> SampleReading:
    """All dossier rows of the sample in `folder`."""
    reading = SampleReading()
    for path in sorted(folder.glob("mau-*")):
        name = path.name
        if name == _CATALOGUE:
            continue
        if name in _DISTRICT_FILES:
            _take(reading, name, _DISTRICT_FILES[name], "district", _district(path))
        elif name == _REGISTER:
            _take(reading, name, _EXPORTED_ON, "commune", _register(path))
        elif path.suffix == ".csv":
            _take(reading, name, _EXPORTED_ON, "commune", _csv(path))
        else:
            _take(reading, name, _EXPORTED_ON, "commune", _html(path))
    return reading


def read_catalogue(folder: Path = SAMPLE) -> list[CatalogueEntry]:
    """The procedures of the sample's catalogue."""
    levels = {"Cấp huyện": "district", "Cấp xã": "commune"}
    return [
        CatalogueEntry(
            code=str(row[1]),
            name=str(row[2]),
            field=str(row[3]),
            level=levels[str(row[4])],
            mode=str(row[6]),
            one_stop=row[8] == "Có",
        )
        for _, row in _sheet_rows(folder / _CATALOGUE)
        if isinstance(row[0], int)
    ]


def clean(cell: object) -> str:
    """A cell's text in NFC, without invisible characters, with single spaces."""
    text = unicodedata.normalize("NFC", "" if cell is None else str(cell))
    return " ".join(text.replace("\u200b", "").replace("\u00a0", " ").split())


def _take(
    reading: SampleReading,
    name: str,
    exported_on: date,
    level: str,
    lines: Iterator[tuple[int, _Cells]],
) -> None:
    for number, cells in lines:
        received, finished = _day(cells.received), _day(cells.finished)
        returned = _day(cells.returned)
        inferred = "processing" if finished is None and returned is None else "resolved"
        group = _GROUP_OF_STATUS.get((cells.status or "").lower(), inferred)
        if not cells.code:
            reading.rejected[name, number] = "no code"
        elif "E+" in cells.code or cells.code[2:3] == "/":
            reading.rejected[name, number] = "code mangled by a spreadsheet"
        elif received is None and group != "refused":
            reading.rejected[name, number] = "no readable received date"
        else:
            reading.accepted[name] += 1
            reading.rows.append(
                DossierRow(
                    code=cells.code,
                    level=level,
                    unit_name=cells.unit,
                    field=cells.field,
                    procedure_code=cells.procedure_code,
                    channel=_CHANNEL_OF_TEXT[cells.channel or ""],
                    status_group=group,
                    received_on=received,
                    due_on=_day(cells.due),
                    extended_due_on=None,
                    finished_on=finished,
                    returned_on=returned,
                    snapshot=(exported_on, name, "", number),
                )
            )


def _day(cell: object) -> date | None:
    """The calendar date of a cell; None for a blank and for a date that does not exist."""
    if isinstance(cell, datetime):
        return cell.date()
    text = clean(cell)
    if text in _NO_DATE or "31/02/" in text:
        return None
    for form in _DATE_FORMATS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise ValueError(f"the sample has no such date: {text!r}")


def _layout_d(row: Sequence[object]) -> _Cells:
    return _Cells(
        code=clean(row[1]),
        procedure_code=clean(row[2]),
        field=clean(row[4]),
        unit=clean(row[8]),
        channel=clean(row[9]),
        received=row[10],
        due=row[11],
        finished=row[12],
        returned=row[13],
        status=clean(row[14]),
    )


def _district(path: Path) -> Iterator[tuple[int, _Cells]]:
    for number, row in _sheet_rows(path):
        if isinstance(row[0], int):
            yield number, _layout_d(row)


def _csv(path: Path) -> Iterator[tuple[int, _Cells]]:
    text = path.read_bytes().decode("utf-8-sig")
    delimiter = ";" if text.split("\n", 1)[0].count(";") else ","
    lines = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
    for number, row in enumerate(lines, start=1):
        if number > 1:
            yield number, _layout_d(row)


def _html(path: Path) -> Iterator[tuple[int, _Cells]]:
    page = _TableReader()
    page.feed(path.read_bytes().decode("utf-8-sig"))
    for number, row in enumerate(page.rows, start=1):
        if row[0].isdigit():
            yield (
                number,
                _Cells(
                    code=clean(row[3]),
                    unit=clean(row[1]),
                    received=row[9],
                    due=row[10],
                    finished=row[11],
                    returned=None,
                    status=clean(row[4]),
                    field=None,
                    procedure_code=None,
                    channel=None,
                ),
            )


def _register(path: Path) -> Iterator[tuple[int, _Cells]]:
    for number, row in _sheet_rows(path):
        if isinstance(row[0], int):
            yield (
                number,
                _Cells(
                    code=clean(row[1]),
                    unit=_REGISTER_UNIT,
                    received=row[7],
                    due=row[8],
                    finished=None,
                    returned=row[9],
                    status=None,
                    field=None,
                    procedure_code=None,
                    channel=None,
                ),
            )


def _sheet_rows(path: Path) -> Iterator[tuple[int, tuple[object, ...]]]:
    sheet = load_workbook(path).worksheets[0]
    yield from enumerate(sheet.iter_rows(values_only=True), start=1)


class _TableReader(HTMLParser):
    """Collects the cells of the page's one table."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[-1][-1] += data
