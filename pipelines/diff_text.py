"""A difference between two vintages, for the terminal and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipelines.diff import APPEARED, CHANGED, Difference, DossierChange, FigureChange, RowChange
from pipelines.labels import Labels, load_labels
from pipelines.numbers import count_text
from pipelines.workspace import Workspace

# Columns that follow from another: told only where that one stays as it was.
_FOLLOWS = {
    "unit_code": "unit_name",
    "procedure_code": "procedure_name",
    "status_group": "status",
    "effective_due_on": "due_on",
    "received_in_period": "received_on",
    "days_late": "outcome",
    "working_days_late": "outcome",
}
_SUMMARY = ("outcome", "received_on", "due_on", "closed_on", "unit_name")


def when_text(moment: str) -> str:
    """Return an ISO moment as 14:03 05/06/2023."""
    return datetime.fromisoformat(moment).strftime("%H:%M %d/%m/%Y")


def figure_table(figures: list[FigureChange]) -> Table:
    """Return the figures that moved: old, new and by how much."""
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Mã số liệu", overflow="fold")
    table.add_column("Số liệu", overflow="fold")
    for heading in ("Trước", "Sau", "Chênh lệch"):
        table.add_column(heading, justify="right")
    for each in figures:
        table.add_row(
            each.figure_id, escape(each.label), each.old_text, each.new_text, _by_how_much(each)
        )
    return table


def _by_how_much(figure: FigureChange) -> str:
    if figure.old is None or figure.new is None:
        return "–"
    moved = figure.new - figure.old
    sign = "+" if moved > 0 else "−"
    if figure.unit == "percent":
        return f"{sign}{abs(moved).normalize():f} điểm %".replace(".", ",")
    return f"{sign}{count_text(abs(int(moved))).lstrip('0')}"


def print_difference(
    workspace: Workspace, difference: Difference, console: Console, limit: int
) -> None:
    """Print what moved: the exports, the figures, the rows of each table, and the dossiers.

    Of each table and of the dossiers `limit` rows are shown, all if it is 0.
    """
    labels = load_labels(workspace.reference)
    old, new = difference.old, difference.new
    console.print(
        f"[bold]Kỳ {difference.period}[/]: lần công bố {old['vintage']} "
        f"({when_text(old['published_at'])}) → lần công bố {new['vintage']} "
        f"({when_text(new['published_at'])})",
        highlight=False,
    )
    for line in _origins(old, new):
        console.print(f"  {line}", markup=False, highlight=False)
    if difference.nothing_moved:
        console.print("Không số liệu nào và không hồ sơ nào thay đổi.")
    if difference.figures:
        _title(console, "Số liệu báo cáo thay đổi", len(difference.figures))
        console.print(figure_table(difference.figures), highlight=False)
    in_order = [*labels.tables, *difference.tables]
    for name, rows in sorted(difference.tables.items(), key=lambda each: in_order.index(each[0])):
        _title(console, labels.table(name), len(rows), "dòng")
        _print_rows(console, rows, labels, limit)
    moving = [each for each in difference.dossiers if each.counted]
    others = [each for each in difference.dossiers if not each.counted]
    for title, dossiers in (
        ("Hồ sơ làm thay đổi số liệu", moving),
        ("Hồ sơ đổi nội dung mà không đổi số liệu nào", others),
    ):
        if dossiers:
            _title(console, title, len(dossiers))
            _print_dossiers(console, dossiers, labels, limit)
    if difference.moved_in_files:
        console.print(
            f"\n{count_text(difference.moved_in_files)} hồ sơ chỉ đổi chỗ trong các tệp nguồn, "
            "nội dung không đổi.",
            highlight=False,
        )


def _title(console: Console, text: str, count: int, unit: str = "") -> None:
    console.print(f"\n[bold]{text}[/] ({' '.join([count_text(count), unit]).strip()})")


def _origins(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Return in words what is not the same about the two vintages besides their tables."""
    lines = []
    before, after = old["sources"], new["sources"]
    for word, names in (
        ("thêm", after.keys() - before.keys()),
        ("bớt", before.keys() - after.keys()),
        ("đổi nội dung", {n for n in before.keys() & after.keys() if before[n] != after[n]}),
    ):
        if names:
            lines.append(f"Tệp nguồn {word}: {', '.join(sorted(names))}")
    dates = [f"{each['period_start']} … {each['period_end']}" for each in (old, new)]
    if dates[0] != dates[1]:
        lines.append(f"Ngày của kỳ: {dates[0]} → {dates[1]}")
    if old["software"] != new["software"]:
        lines.append(f"Phần mềm: {old['software']} → {new['software']}")
    if old["options"] != new["options"]:
        told = [json.dumps(each["options"], sort_keys=True) for each in (old, new)]
        lines.append(f"Tùy chọn: {told[0]} → {told[1]}")
    if old["provisional"] != new["provisional"]:
        said = {True: "số liệu tạm tính", False: "số liệu chính thức"}
        lines.append(f"{said[old['provisional']].capitalize()} → {said[new['provisional']]}")
    return lines


def _told(changes: dict[str, tuple[Any, Any]], labels: Labels) -> str:
    return "; ".join(
        f"{labels.column(name)} {labels.value(name, old)} → {labels.value(name, new)}"
        for name, (old, new) in changes.items()
        if _FOLLOWS.get(name) not in changes
    )


def _print_rows(console: Console, rows: list[RowChange], labels: Labels, limit: int) -> None:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(overflow="fold", ratio=2)
    table.add_column(overflow="fold", ratio=3)
    for each in rows[: limit or None]:
        key = " · ".join(
            labels.value(name, value)
            for name, value in each.key.items()
            if value is not None and not (name.endswith("_code") and _has_name(name, each.key))
        )
        # A row that is new or gone is told by the counts it has, not by its noughts.
        changes = (
            each.changes
            if each.kind == CHANGED
            else {name: pair for name, pair in each.changes.items() if any(pair)}
        )
        table.add_row(escape(key), escape(_told(changes, labels)))
    console.print(table, highlight=False)
    _print_rest(console, len(rows), limit)


def _has_name(code: str, key: dict[str, Any]) -> bool:
    return bool(key.get(f"{code.removesuffix('_code')}_name"))


def _print_dossiers(
    console: Console, dossiers: list[DossierChange], labels: Labels, limit: int
) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Mã hồ sơ", overflow="fold", ratio=3)
    table.add_column("Thay đổi", overflow="fold", ratio=5)
    table.add_column("Tệp, trang tính, dòng", overflow="fold", ratio=4)
    for each in dossiers[: limit or None]:
        table.add_row(
            escape(each.dossier_code) + ("\n[yellow](đã chữa)[/]" if each.corrected else ""),
            escape(_what_happened(each, labels)),
            escape(place_text(each.source_file, each.source_sheet, each.source_row)),
        )
    console.print(table, highlight=False)
    _print_rest(console, len(dossiers), limit)


def _what_happened(dossier: DossierChange, labels: Labels) -> str:
    if dossier.kind == CHANGED:
        return _told(dossier.changes, labels)
    side = 1 if dossier.kind == APPEARED else 0
    facts = "; ".join(
        f"{labels.column(name)} {labels.value(name, dossier.changes[name][side])}"
        for name in _SUMMARY
        if name in dossier.changes
    )
    return f"{'có thêm trong kỳ' if side else 'không còn trong kỳ'}: {facts}"


def place_text(source_file: str, source_sheet: str | None, source_row: int) -> str:
    """Return where a row stands: file, sheet if it has one, row."""
    parts = [source_file, source_sheet, f"dòng {source_row}"]
    return ", ".join(part for part in parts if part)


def _print_rest(console: Console, count: int, limit: int) -> None:
    if limit and count > limit:
        console.print(
            f"  … và {count_text(count - limit)} dòng nữa (--limit 0 để xem tất cả)",
            style="dim",
            highlight=False,
        )


def as_json(difference: Difference) -> str:
    """Return the whole difference as JSON; counts are numbers, rates and dates text."""

    def plain(value: object) -> object:
        if isinstance(value, Decimal):
            return int(value) if value == value.to_integral_value() else str(value)
        assert isinstance(value, date)
        return value.isoformat()

    content = asdict(difference)
    for side in ("old", "new"):
        content[side].pop("files")
    return json.dumps(content, ensure_ascii=False, indent=2, default=plain)
