"""How `igate inspect` shows what it found: Vietnamese, for a terminal or plain for a pipe.

Texts of the file are shown as they are, never as markup or control codes.
"""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipelines.header import Header
from pipelines.header_words import letter, told
from pipelines.inspection import (
    GUARDED,
    KEPT,
    NOT_NEEDED,
    PERSONAL,
    RESEMBLING,
    SECOND,
    ColumnFacts,
    FileFacts,
    SheetFacts,
)
from pipelines.numbers import count_text, date_text
from pipelines.raw_contract import Needed, RawContract
from pipelines.reference import read_csv
from pipelines.resemblance import Resemblance

_FROM = {"title": "theo tiêu đề", "name": "theo tên tệp", "folder": "theo kỳ của thư mục"}
_IGNORED = {
    "above": "dòng tiêu đề, phía trên và ngoài bảng",
    "blank": "dòng trống hoặc chỉ có chú thích",
    "repeated_header": "tiêu đề lặp lại",
    "column_numbers": "dòng đánh số cột",
    "furniture": "dòng tổng cộng, chữ ký",
}
# Where an advice goes on to its next choice.
_CHOICES = re.compile(r"[:;] (?=nếu là )")
_KINDS = {"unit": "Đơn vị", "status": "Trạng thái", "channel": "Hình thức nộp"}
_WIDE = 100  # a terminal as wide has room for three rows of cells, a narrower one for one
_CELL = 18


def plain(text: str) -> str:
    """Return a file's text in one line without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def print_facts(facts: FileFacts, reference: Path, console: Console) -> None:
    """Print all that was understood of one file; `reference` has the reasons' labels."""
    console.print()
    console.rule(Text(plain(facts.name), style="bold"), align="left", style="dim", characters="─")
    if facts.reason is not None:
        said = Text(f"✗ Chưa đọc được tệp này: {plain(facts.reason)}.", style="red")
        console.print(said)
    _print_grid(_about(facts, reference), console)
    for sheet in facts.sheets:
        near = sheet.near is not None and not sheet.near.is_drifted
        if facts.reason is not None and len(facts.sheets) == 1 and not near:
            continue  # all that could be said of it is said above
        console.print()
        _print_sheet(sheet, console)
    _print_unrecognised(facts, console)
    _print_yaml(facts.resembling, console)


def _about(facts: FileFacts, reference: Path) -> list[tuple[str, str]]:
    if not facts.format:
        return []
    rows = [("Định dạng", facts.format + (f", bảng mã {facts.encoding}" if facts.encoding else ""))]
    if facts.reason is not None:
        return rows
    if facts.snapshot_on is None:
        stated = "không rõ; hãy ghi ngày vào tên tệp, ví dụ -2023-09-05"
    else:
        stated = f"{date_text(facts.snapshot_on)} ({_FROM[facts.snapshot_from]})"
    labels = {row["reason"]: row["label_vi"] for row in read_csv(reference, "reject_reasons")}
    rejected, ignored = sum(facts.rejected.values()), sum(facts.ignored.values())
    total = facts.accepted + rejected + ignored
    return [
        *rows,
        ("Ngày xuất", stated),
        (
            "Số dòng",
            f"{count_text(total)} = nhận {count_text(facts.accepted)} + loại "
            f"{count_text(rejected)} + bỏ qua {count_text(ignored)}",
        ),
        *([("Bị loại", _listed(facts.rejected, labels))] if rejected else []),
        *([("Bỏ qua", _listed(facts.ignored, _IGNORED))] if ignored else []),
    ]


def _listed(counts: dict[str, int], labels: dict[str, str]) -> str:
    return "; ".join(f"{count_text(times)} {labels[why]}" for why, times in counts.items())


def _print_grid(rows: list[tuple[str, str]], console: Console) -> None:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text in rows:
        grid.add_row(label, Text(plain(text)))
    console.print(grid)


def _print_sheet(sheet: SheetFacts, console: Console) -> None:
    title = Text("Trang tính ", style="bold") if sheet.name else Text("Bảng", style="bold")
    title.append(f"«{plain(sheet.name)}»" if sheet.name else "")
    if sheet.hidden:
        title.append(" (đang ẩn)", style="yellow")
    header = sheet.header
    if header is None:
        console.print(title)
        console.print(_indented(_no_header(sheet), 2))
        return
    first, last = header.first_row + 1, header.first_row + header.rows
    contract = header.contract
    layout = f"mẫu {header.layout}" if header.layout != "other" else "mẫu chưa gặp"
    kind = {"dossiers": "danh sách hồ sơ", "procedures": "danh mục thủ tục"}[contract.name]
    title.append(
        f" – {kind} ({contract.name}), {layout}; tiêu đề ở dòng "
        + (f"{first}" if first == last else f"{first}–{last}"),
        style="not bold",
    )
    console.print(title)
    for needed in (each for each, missed in header.absent.items() if missed):
        console.print(_indented(_absent(header, needed), 2))
    shown = 3 if console.width >= _WIDE else 1
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("", style="dim", no_wrap=True)
    table.add_column("Tên cột trong tệp", overflow="fold", min_width=16, max_width=30)
    table.add_column("Được hiểu là", overflow="fold", min_width=20, max_width=34)
    for number in sheet.row_numbers[:shown]:
        table.add_column(f"Dòng {number}", overflow="ellipsis", no_wrap=True, max_width=_CELL)
    for column in sheet.columns:
        cells = [_cell(cell) for cell in column.cells[:shown]]
        table.add_row(letter(column.position), Text(plain(column.header)), _meaning(column), *cells)
    console.print(_indented(table, 2))


def _absent(header: Header, needed: Needed) -> Text:
    contract, column = header.contract, needed.columns[0]
    said = f"! Không có cột «{contract.first_alias(column)}», nên {needed.without}."
    if header.unknown:
        said += (
            " Nếu một cột chưa biết chính là cột đó, thêm tên cột vào aliases của "
            f"{column} trong schemas/raw/{contract.name}.yml."
        )
    return Text(said, style="bold yellow")


def _no_header(sheet: SheetFacts) -> RenderableType:
    lines = [
        Text("Không có dòng tiêu đề quen thuộc; các dòng ở trang này không được tính.", "yellow")
    ]
    if sheet.near is None:
        seen = "; ".join(f"«{plain(text)[:40]}»" for text in sheet.headers[:30])
        lines.append(
            Text(
                f"Dòng giống tiêu đề nhất: {seen}" if seen else "Không thấy dòng nào giống tiêu đề."
            )
        )
        return Group(*lines)
    near = sheet.near
    seen = "; ".join(f"«{plain(told(text))[:40]}»" for text in near.headers[:30])
    lines.append(Text(f"Gần giống nhất là dòng {near.first_row + 1}: {seen}"))
    missing = ", ".join(_named(near.contract, name) for name in near.missing)
    lines.append(Text(f"Nếu là {near.contract.name} thì còn thiếu cột bắt buộc: {missing}."))
    lines += [
        Text(f"«{plain(each.header)}» gần giống «{each.alias}» ({each.column}).")
        for each in near.resembling
    ]
    return Group(*lines)


def _named(contract: RawContract, column: str) -> str:
    return f"{contract.first_alias(column)} ({column})"


def _cell(text: str) -> Text:
    shown = Text(plain(text), style="dim" if text.startswith("•") else "")
    shown.truncate(_CELL, overflow="ellipsis")
    return shown


def _meaning(column: ColumnFacts) -> Text:
    if column.meaning == KEPT:
        return Text(str(column.column), style="green")
    if column.meaning == GUARDED:
        return Text(f"{column.column}, chỉ giữ khi đúng tên một thủ tục", style="green")
    if column.meaning == RESEMBLING:
        return Text(f"chưa biết; gần giống «{column.alias}» ({column.column})", style="yellow")
    if column.meaning == SECOND:
        return Text(f"bỏ: đã dùng «{plain(str(column.alias))}»", style="dim")
    if column.meaning == PERSONAL:
        return Text("bỏ: dữ liệu cá nhân", style="dim")
    return Text("bỏ: không cần" if column.meaning == NOT_NEEDED else "bỏ: chưa biết", style="dim")


def _print_unrecognised(facts: FileFacts, console: Console) -> None:
    for kind, label in _KINDS.items():
        found = [each for each in facts.unrecognised if each.kind == kind]
        if not found:
            continue
        console.print()
        console.print(Text(f"{label} chưa nhận ra", style="bold yellow"))
        for each in found:
            first, *choices = _CHOICES.split(plain(each.advice))
            said = f"{count_text(each.times)} dòng ghi «{plain(each.text)}»: {first}"
            console.print(_indented(Text(said), 2))
            for choice in choices:
                console.print(_indented(Text(f"• {choice}"), 4))


def _indented(content: RenderableType, by: int) -> Padding:
    return Padding(content, (0, 0, 0, by), expand=False)


def _print_yaml(resembling: list[tuple[RawContract, Resemblance]], console: Console) -> None:
    """Print the lines of the contract with the new headers in them, ready to paste."""
    wanted: dict[tuple[str, str], tuple[RawContract, list[str]]] = {}
    for contract, each in resembling:
        key = (contract.name, each.column)
        wanted.setdefault(key, (contract, []))[1].append(each.header)
    for (name, column), (contract, headers) in wanted.items():
        known = next(each for each in contract.columns if each.name == column).aliases
        listed = yaml.safe_dump(
            [*known, *(plain(header) for header in headers)],
            allow_unicode=True,
            default_flow_style=True,
            width=1_000_000,
        ).strip()
        console.print()
        console.print(
            Text(
                f"Nếu đúng vậy, thay dòng aliases của cột {column} trong schemas/raw/{name}.yml "
                "bằng:",
                style="bold",
            )
        )
        console.print(Text(f"    aliases: {listed}"), soft_wrap=True)
