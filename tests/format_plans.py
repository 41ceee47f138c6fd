"""Formats × layouts × quirks: exports of every kind, all planned from one list of dossiers."""

from __future__ import annotations

import gzip
import shutil
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import build
import oracle
from build import LAYOUTS, Line
from legacy_text import in_cp1258, in_tcvn3, in_vni
from workbooks import write_ods, write_xlsb

START, END = date(2023, 6, 5), date(2023, 9, 1)
UNITS = ("UBND xã Hòa Ân", "UBND xã Châu Điền")

# The one list: (status as exported, its group, national number, received, due, extended, finished,
# returned, channel). `None` is an empty cell.
D = date
CASES: list[tuple[Any, ...]] = [
    ("Đã trả kết quả", "resolved", 10, D(2023, 6, 5), D(2023, 6, 12), None, D(2023, 6, 8), D(2023, 6, 9), "online"),
    ("Có kết quả", "resolved", 9, D(2023, 6, 6), D(2023, 6, 12), None, D(2023, 6, 12), None, "in_person"),
    ("Đã xử lý xong", "resolved", 9, D(2023, 7, 3), D(2023, 7, 5), None, D(2023, 7, 6), D(2023, 7, 10), "postal"),
    ("Hoàn thành", "resolved", 10, D(2023, 7, 4), None, None, D(2023, 7, 4), D(2023, 7, 4), "in_person"),
    ("Đang giải quyết", "processing", 4, D(2023, 8, 30), D(2023, 9, 11), None, None, None, "online"),
    ("Được tiếp nhận", "processing", 2, D(2023, 7, 20), D(2023, 8, 1), None, None, None, "in_person"),
    ("Yêu cầu bổ sung giấy tờ", "paused", 5, D(2023, 8, 1), D(2023, 8, 10), None, None, None, "online"),
    ("Công dân yêu cầu rút hồ sơ", "withdrawn", 7, D(2023, 8, 2), D(2023, 8, 12), None, D(2023, 8, 3), None, "postal"),
    ("Từ chối giải quyết", "declined", 9, D(2023, 8, 3), D(2023, 8, 9), None, D(2023, 8, 10), D(2023, 8, 10), "online"),
    ("Không được tiếp nhận", "refused", 3, None, None, None, None, None, "online"),
    ("Đã trả kết quả", "resolved", 10, D(2023, 5, 22), D(2023, 6, 6), None, D(2023, 6, 7), D(2023, 6, 7), "in_person"),
    ("Đã trả kết quả", "resolved", 10, D(2023, 6, 30), D(2023, 7, 3), D(2023, 7, 20), D(2023, 7, 12), D(2023, 7, 13), "online"),
    ("Đã trả kết quả", "resolved", 10, D(2023, 8, 21), D(2023, 8, 25), None, D(2023, 9, 5), D(2023, 9, 5), "in_person"),
    ("Chờ trả kết quả", "resolved", 9, D(2023, 8, 22), D(2023, 8, 31), None, None, None, "postal"),
]  # fmt: skip
CHANNELS = {
    "text": {"online": "Nộp trực tuyến", "in_person": "Tại một cửa", "postal": "Bưu chính công ích"},
    "C": {"online": "true", "in_person": "false", "postal": "BCCI"},
    "F": {"online": "2", "in_person": "1", "postal": "3"},
}  # fmt: skip
# What stands in the cells of rows that cannot be placed: (code, received, reason).
SPOILT = [
    ("2,30605E+14", "05/06/2023", "code_scientific"),
    ("05/06/2023", "05/06/2023", "code_is_date"),
    (None, "05/06/2023", "code_missing"),
    (None, "31/02/2023", "received_at_unreadable"),  # with a code, added below
]

Text = Callable[[date], object]
DATES: list[Text] = [
    lambda day: day.strftime("%d/%m/%Y"),
    lambda day: day.strftime("%d/%m/%Y 23:59:59"),
    lambda day: day.strftime("%d/%m/%Y 07:30"),
    lambda day: day.strftime("16:45 %d/%m/%Y"),
    lambda day: day.strftime("%d-%m-%Y"),
    lambda day: day.strftime("%Y-%m-%d"),
    lambda day: day.strftime("%Y-%m-%dT08:01:02"),
    lambda day: f"{day.day}/{day.month}/{day.year}",
    lambda day: str((day - date(1899, 12, 30)).days),
]
NO_DATE = ["", "-", "…", "00/00/0000"]


def compact(day: date) -> object:
    return day.strftime("%Y%m%d080102")


def real(day: date) -> object:
    return datetime(day.year, day.month, day.day, 23, 59)


@dataclass
class Plan:
    """One export: its rows, and what a plain loop says of them."""

    name: str
    layout: str
    number: int
    sheets: dict[str, list[Line]] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    rows: list[oracle.DossierRow] = field(default_factory=list)
    rejected: Counter[str] = field(default_factory=Counter)

    @property
    def rows_read(self) -> int:
        return sum(len(lines) for lines in self.sheets.values())


PLANS: list[Plan] = []


def planned(
    name: str,
    layout: str,
    date_text: Text | None = None,
    unit: str = UNITS[0],
    without: Sequence[str] = (),
    text: Callable[[str], str] = str,
) -> tuple[Plan, list[dict[str, object]]]:
    """A new plan and its dossiers as the layout's cells, with what is expected of them.

    `without` names keys of `build.dossier` that the file has no column for.
    """
    number = len(PLANS)
    plan = Plan(name, layout, number)
    PLANS.append(plan)
    return plan, dossiers_of(plan, date_text, unit, without, text)


def dossiers_of(
    plan: Plan,
    date_text: Text | None = None,
    unit: str = UNITS[0],
    without: Sequence[str] = (),
    text: Callable[[str], str] = str,
) -> list[dict[str, object]]:
    columns = {key for _, _, key in LAYOUTS[plan.layout]} - set(without)
    shown = date_text or (compact if plan.layout == "F" else DATES[plan.number % len(DATES)])
    channels = CHANNELS.get(plan.layout, CHANNELS["text"])
    cells: list[dict[str, object]] = []

    def cell(day: date | None) -> object:
        return NO_DATE[plan.number % len(NO_DATE)] if day is None else shown(day)

    def code() -> str:
        # Both generations of codes, each code in one file and row only.
        running = f"{plan.number:03d}{len(cells):03d}{len(plan.rows):03d}"
        return f"H59.18-230605-{running}" if plan.number % 2 else f"000.00.18.H59-230605-{running}"

    for status, group, national, received, due, extended, finished, returned, channel in CASES:
        has_status = "status" in columns
        row = build.dossier(
            len(cells) + 1,
            code=code(),
            unit=text(unit),
            status=text(str(national) if plan.layout == "F" else status),
            channel=text(channels[channel]),
            received=cell(received),
            due=cell(due),
            extended=cell(extended),
            finished=cell(finished),
            returned=cell(returned),
            submitted=cell(received),
            internal_due=cell(D(2023, 1, 1)),
            procedure_name=text("Đăng ký kết hôn"),
            field=text("Hộ tịch"),
        )
        cells.append(row)
        finished_on = finished if "finished" in columns else None
        returned_on = returned if "returned" in columns else None
        if received is None and not (has_status and group == "refused"):
            plan.rejected["received_at_missing"] += 1
            continue
        plan.rows.append(
            oracle.DossierRow(
                code=str(row["code"]),
                level="commune",
                unit_name=unit.removeprefix("UBND x").replace("ã", "Xã", 1),
                field="Hộ tịch" if "field" in columns else None,
                procedure_code=None,
                channel=channel if "channel" in columns else "unknown",
                status_group=group
                if has_status
                else ("resolved" if finished_on or returned_on else "processing"),
                received_on=received,
                due_on=due if "due" in columns else None,
                extended_due_on=extended if "extended" in columns else None,
                finished_on=finished_on,
                returned_on=returned_on,
                snapshot=(END, plan.name, "", len(cells)),
            )
        )
    for spoilt_code, spoilt_received, reason in SPOILT:
        known = spoilt_code if not reason.startswith("received") else code()
        cells.append(
            build.dossier(len(cells) + 1, code=known, received=spoilt_received, unit=text(unit),
                          status=text("1") if plan.layout == "F" else text("Đang xử lý"))
        )  # fmt: skip
        plan.rejected[reason] += 1
    return cells


# Writers: sheets into one file of a format


def one_sheet(plan: Plan) -> list[Line]:
    (lines,) = plan.sheets.values()
    return lines


def write_book(path: Path, plan: Plan) -> None:
    build.write_xlsx(path, plan.sheets)
    if plan.hidden:
        from openpyxl import load_workbook

        book = load_workbook(path)
        for name in plan.hidden:
            book[name].sheet_state = "hidden"
        book.save(path)


def write_macro_book(path: Path, plan: Plan) -> None:
    """What makes a workbook a .xlsm is a part with a programme; nobody runs it."""
    write_book(path, plan)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + bytes(500))


def text_in(encoding: str, delimiter: str = ",") -> Callable[[Path, Plan], None]:
    encoders = {"cp1258": in_cp1258, "tcvn3": in_tcvn3, "vni": in_vni}

    def write(path: Path, plan: Plan) -> None:
        build.write_csv(path, one_sheet(plan), delimiter)
        text = path.read_bytes().decode("utf-8")
        if encoding == "nfd":
            path.write_bytes(unicodedata.normalize("NFD", text).encode())
        elif encoding in encoders:
            path.write_bytes(encoders[encoding](text))
        else:
            path.write_bytes(text.encode(encoding))

    return write


FORMATS: dict[str, tuple[str, Callable[[Path, Plan], Any]]] = {
    "xlsx": ("xlsx", write_book),
    "xlsm": ("xlsm", write_macro_book),
    "xlsb": ("xlsb", lambda path, plan: write_xlsb(path, plan.sheets)),
    "ods": ("ods", lambda path, plan: write_ods(path, plan.sheets)),
    "html": ("xls", lambda path, plan: build.write_html(path, one_sheet(plan))),
    "comma": ("csv", text_in("utf-8")),
    "semicolon": ("csv", text_in("utf-8-sig", ";")),
    "tab": ("tsv", text_in("utf-8", "\t")),
    "utf-16": ("txt", text_in("utf-16", "\t")),
    "utf-16-be-no-bom": ("txt", text_in("utf-16-be", "\t")),
    "nfd": ("csv", text_in("nfd")),
    "cp1258": ("csv", text_in("cp1258")),
    "tcvn3": ("csv", text_in("tcvn3", ";")),
    "vni": ("csv", text_in("vni")),
}
EVERY = list(FORMATS)
BOOKS, SOME = ("xlsx", "xlsb", "ods"), ("xlsx", "ods", "html", "comma")


def unit_of(layout: str) -> list[str]:
    """Titles that name the unit, for layouts that have no column of it."""
    has_unit = any(key == "unit" for _, _, key in LAYOUTS[layout])
    return [] if has_unit else ["UBND HUYỆN CẦU KÈ", "SỔ THEO DÕI HỒ SƠ – UBND XÃ HÒA ÂN"]


# Quirks: dossiers into sheets


def plain(plan: Plan, cells: list[dict[str, object]]) -> None:
    plan.sheets["Sheet1"] = build.lines(cells, plan.layout, unit_of(plan.layout))


def with_lines(change: Callable[[list[Line], list[Line], list[Line]], list[Line]]) -> Any:
    """A quirk that arranges titles, header and body in another way."""

    def quirk(plan: Plan, cells: list[dict[str, object]]) -> None:
        titles: list[Line] = [[title] for title in unit_of(plan.layout)]
        header, body = build.header_lines(plan.layout), build.body(cells, plan.layout)
        plan.sheets["Sheet1"] = change(titles, list(header), list(body))

    return quirk


def every_five(body: list[Line], between: list[Line]) -> list[Line]:
    out: list[Line] = []
    for number, row in enumerate(body):
        out += between if number and number % 5 == 0 else []
        out.append(row)
    return out


def in_order(order: Callable[[int], Iterable[int]]) -> Any:
    def change(titles: list[Line], header: list[Line], body: list[Line]) -> list[Line]:
        width = len(header[0])
        return [*titles, *([row[i] for i in order(width)] for row in [*header, *body])]

    return with_lines(change)


def wrapped(text: str) -> str:
    """As cells come: no-break and zero-width spaces, line breaks, doubled spaces."""
    return "\u200b" + text.replace(" ", "\u00a0\n ") + "\ufeff "


LINES: dict[str, Any] = {
    "titles": with_lines(lambda t, h, b: [["DANH SÁCH HỒ SƠ"], [None, "Từ ngày 05/06/2023 đến ngày 01/09/2023"], [], *t, *h, *b]),
    "header-on-row-5": with_lines(lambda t, h, b: [*t, *[[]] * (4 - len(t)), *h, *b]),
    "repeated-header": with_lines(lambda t, h, b: [*t, *h, *every_five(b, h)]),
    "column-numbers": with_lines(lambda t, h, b: [*t, *h, [f"({n})" for n in range(1, len(h[0]) + 1)], *b]),
    "subtotals": with_lines(lambda t, h, b: [*t, *h, ["Lĩnh vực: Hộ tịch"], *every_five(b, [["Cộng: 5 hồ sơ"], ["Lĩnh vực: Đất đai"]])]),
    "footers": with_lines(lambda t, h, b: [*t, *h, *b, [], ["Tổng cộng: 18 hồ sơ"], ["Người lập biểu", None, None, "TM. ỦY BAN NHÂN DÂN"], [None, "(Ký, họ tên)"], [], ["Trần Văn Mẫu"]]),
    "blank-rows": with_lines(lambda t, h, b: [[], *t, *h, [], *every_five(b, [[], [None, " ", "\u00a0"]])]),
    "trailing-empty-columns": with_lines(lambda t, h, b: [[*row, None, "", " "] for row in [*t, *h, *b]]),
    "shuffled-columns": in_order(lambda width: [i for k in range(3) for i in range(width - 1, -1, -1) if i % 3 == k]),
    "unknown-columns": with_lines(lambda t, h, b: [*t, *([f"Cột lạ {n}", *row, f"Lạ {n}"] if n < len(h) else ["x", *row, "y"] for n, row in enumerate([*h, *b]))]),
}  # fmt: skip


def build_plans() -> None:
    for layout in "ABCDFG":
        for form in EVERY:
            plan, cells = planned(f"{layout}/{form}.{FORMATS[form][0]}", layout)
            plain(plan, cells)
        for form in ("xlsx", "ods"):
            plan, cells = planned(f"{layout}/{form}-real-dates.{form}", layout, real)
            plain(plan, cells)
    for layout in "BD":
        for quirk, arrange in LINES.items():
            for form in SOME:
                plan, cells = planned(f"{quirk}/{layout}-{form}.{FORMATS[form][0]}", layout)
                arrange(plan, cells)
    for form in SOME:
        ending = FORMATS[form][0]
        plan, cells = planned(f"untidy/{form}.{ending}", "D", text=wrapped)
        plan.sheets["Sheet1"] = [
            [wrapped(str(cell)) for cell in build.headers("D")], *build.body(cells, "D")
        ]  # fmt: skip
        plan, cells = planned(f"shouted/{form}.{ending}", "A", text=str.upper)
        plain(plan, cells)
        plan, cells = planned(
            f"old-tones/{form}.{ending}", "D", text=lambda text: text.replace("òa", "oà")
        )
        plain(plan, cells)
        few = ("code", "unit", "received", "status", "finished")
        lacking = [key for _, _, key in LAYOUTS["D"] if key not in few]
        plan, cells = planned(f"few-columns/{form}.{ending}", "D", without=lacking)
        kept = [column for column in LAYOUTS["D"] if column[2] in few]
        plan.sheets["Sheet1"] = [
            [header for _, header, _ in kept],
            *([row[key] for _, _, key in kept] for row in cells),
        ]
    no_unit = [column for column in LAYOUTS["D"] if column[2] != "unit"]
    for form in BOOKS:
        plan, _ = planned(f"sheet-per-unit/{form}.{form}", "D")
        plan.rows.clear()
        plan.rejected.clear()
        for unit in UNITS:
            cells = dossiers_of(plan, unit=unit)
            plan.sheets[unit.removeprefix("UBND ").capitalize().replace("hòa ân", "Hòa Ân")] = [
                ["DANH SÁCH HỒ SƠ"],
                [header for _, header, _ in no_unit],
                *([row[key] for _, _, key in no_unit] for row in cells),
            ]
    plan, cells = planned("hidden/xlsx.xlsx", "D")
    plain(plan, cells)
    plan.sheets["Ghi chú"] = [["Bản nháp"], ["Không dùng", 1]]
    plan.sheets["Rỗng"] = []
    plan.hidden = ("Ghi chú",)
    for number, form in enumerate(EVERY):
        ending, wrong = FORMATS[form][0], FORMATS[EVERY[number - 3]][0]
        plan, cells = planned(f"wrong-ending/{form}.{wrong}", "D")
        plain(plan, cells)
        plan, cells = planned(f"gzipped/{form}.{ending}.gz", "D")
        plain(plan, cells)
        plan, cells = planned(f"zipped.zip/thư mục/{form}.{ending}", "D")
        plain(plan, cells)


build_plans()


def write_plans(raw: Path, scratch: Path) -> None:
    for plan in PLANS:
        stem = plan.name.split("/")[-1].removesuffix(".gz")
        form = stem.split(".")[0].removeprefix("B-").removeprefix("D-").removesuffix("-real-dates")
        written = scratch / f"{plan.number}-{stem}"
        FORMATS[form][1](written, plan)
        if ".zip/" in plan.name:
            outer, inner = plan.name.split(".zip/")
            with zipfile.ZipFile(raw / f"{outer}.zip", "a", zipfile.ZIP_DEFLATED) as archive:
                archive.write(written, inner)
            continue
        path = raw / plan.name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".gz":
            path.write_bytes(gzip.compress(written.read_bytes()))
        else:
            shutil.copyfile(written, path)
