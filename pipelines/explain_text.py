"""An explanation of a figure, for the terminal and as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.syntax import Syntax
from rich.table import Table

from pipelines.csv_file import write_csv
from pipelines.diff_text import place_text
from pipelines.explain import Explanation, Part, rows_of
from pipelines.labels import Labels, load_labels
from pipelines.numbers import count_text, date_text
from pipelines.workspace import Workspace

_PLACE = ("source_file", "source_sheet", "source_row")
# Too wide for a terminal; the CSV has them.
_LEFT_OUT = {"field", "procedure_name", "status", "one_stop", "service", "working_days"}
_PARTS = {"numerator": "Tử số", "denominator": "Mẫu số"}
_UNITS = {"dossier": " hồ sơ", "procedure": " thủ tục"}


def print_explanation(
    workspace: Workspace, explanation: Explanation, console: Console, limit: int
) -> None:
    """Print the figure, its rule, and of each count its SQL and its first `limit` rows."""
    labels = load_labels(workspace.reference)
    start, end = (
        date_text(date.fromisoformat(day))
        for day in (explanation.period_start, explanation.period_end)
    )
    console.print(
        f"[bold]{explanation.figure_id}[/]  {escape(explanation.label)}: "
        f"[bold]{explanation.text}[/]{_UNITS.get(explanation.unit, '')}\n"
        f"[dim]Kỳ từ {start} đến {end}[/]",
        highlight=False,
    )
    console.print(f"\n[bold]Cách tính[/]\n  {escape(explanation.rule)}", highlight=False)
    for part in explanation.parts:
        if part.name:
            console.print(
                f"\n[bold]{_PARTS[part.name]}: {escape(part.label)} = {count_text(part.count)}[/]\n"
                f"  {escape(part.rule)}",
                highlight=False,
            )
        console.print(
            f"\n[bold]Câu lệnh SQL[/] (chạy trên {escape(workspace.shown(workspace.database))})",
            highlight=False,
            soft_wrap=True,
        )
        if console.is_terminal:
            console.print(Padding(Syntax(part.sql, "sql", background_color="default"), (0, 2)))
        else:
            console.print(part.sql + ";", markup=False, highlight=False, soft_wrap=True)
        _print_rows(workspace, explanation, part, labels, console, limit)


def _print_rows(
    workspace: Workspace,
    explanation: Explanation,
    part: Part,
    labels: Labels,
    console: Console,
    limit: int,
) -> None:
    kind = "Thủ tục" if "dossier_code" not in part.columns else "Hồ sơ"
    console.print(f"\n[bold]{kind}[/] ({count_text(part.count)})", highlight=False)
    if not part.count:
        return
    shown = [name for name in part.columns if name not in _LEFT_OUT and name not in _PLACE]
    if "dossier_code" not in part.columns:
        shown.append("procedure_name")
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for name in shown:
        label = labels.column(name)
        table.add_column(label[0].upper() + label[1:], overflow="fold", no_wrap=name == shown[0])
    table.add_column("Tệp, trang tính, dòng", overflow="fold")
    for row in rows_of(workspace, part, limit):
        cells = [escape(labels.value(name, row[name])) for name in shown]
        if row.get("dossier_code") in explanation.corrected:
            cells[0] += "\n[yellow](đã chữa)[/]"
        table.add_row(*cells, escape(place_text(*(row[name] for name in _PLACE))))
    console.print(table, highlight=False)
    if limit and part.count > limit:
        console.print(
            f"  … và {count_text(part.count - limit)} dòng nữa (--limit 0 để xem tất cả, --csv TỆP "
            "để ghi ra tệp)",
            style="dim",
            highlight=False,
        )


def write_rows(workspace: Workspace, explanation: Explanation, path: Path) -> int:
    """Write all rows of all parts as CSV, with Vietnamese headings; return how many there are."""
    labels = load_labels(workspace.reference)
    rates = len(explanation.parts) > 1
    columns = explanation.parts[0].columns
    corrects = "dossier_code" in columns
    names = [*(["part"] if rates else []), *columns, *(["corrected"] if corrects else [])]

    def rows() -> Iterator[list[Any]]:
        for part in explanation.parts:
            for row in rows_of(workspace, part):
                marked = row.get("dossier_code") in explanation.corrected
                yield [
                    *([_PARTS[part.name].lower()] if rates else []),
                    *(_cell(labels, name, row[name]) for name in columns),
                    *(["có" if marked else ""] if corrects else []),
                ]

    return write_csv(path, [labels.column(name) for name in names], rows())


def _cell(labels: Labels, name: str, value: Any) -> Any:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    return labels.value(name, value)
