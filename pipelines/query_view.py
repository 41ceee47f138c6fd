"""What a query gives: as a table on a terminal, as CSV into a pipe."""

from __future__ import annotations

import csv
import itertools
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipelines.numbers import count_text
from pipelines.query_database import Result
from pipelines.text import printable

ROWS = 200
_WIDEST = 40  # a text is folded beyond
_GAP = 2


def print_table(result: Result, console: Console) -> None:
    """Print the first rows and columns, as many as are readable, and say what is left out.

    Texts are shown as they are, never as markup or control codes. A single row that is too wide
    stands upright.
    """
    rows = list(itertools.islice(result.rows, ROWS + 1))
    more = len(rows) > ROWS
    shown = [[_text(cell) for cell in row] for row in rows[:ROWS]]
    fitting = _fitting(result.columns, shown, console.width)
    if len(shown) == 1 and fitting < len(result.columns):
        console.print(_upright(result.columns, shown[0]), highlight=False)
        return
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, _GAP, 0, 0))
    for name, numeric in zip(result.columns[:fitting], result.numeric, strict=False):
        table.add_column(
            Text(printable(name)), justify="right" if numeric else "left", overflow="fold"
        )
    for row in shown:
        table.add_row(*row[:fitting])
    console.print(table, highlight=False)
    said = f"chỉ hiện {ROWS} dòng đầu, .csv TỆP ghi tất cả" if more else f"{_count(shown)} dòng"
    if left_out := result.columns[fitting:]:
        said += f"; không đủ chỗ cho {count_text(len(left_out))} cột: {', '.join(left_out)}"
    console.print(Text(printable(f"({said})"), style="dim"))


def print_csv(result: Result, console: Console) -> None:
    """Write all rows as CSV to where the console writes."""
    writer = csv.writer(console.file, lineterminator="\n")
    writer.writerow(result.columns)
    writer.writerows(result.rows)


def _count(rows: list[list[Text]]) -> str:
    return count_text(len(rows)) if rows else "không có"


def _text(cell: Any) -> Text:
    if cell is None:
        return Text("NULL", style="dim")
    return Text("\n".join(printable(line) for line in str(cell).split("\n")))


def _width(text: Text) -> int:
    """Return how wide a cell stands; a drawing, as of EXPLAIN, is not folded."""
    lines = text.plain.split("\n")
    widest = max(map(cell_len, lines))
    return widest if len(lines) > 1 else min(widest, _WIDEST)


def _fitting(columns: list[str], rows: list[list[Text]], width: int) -> int:
    """Return how many columns fit side by side, at least one."""
    ends = itertools.accumulate(
        max([cell_len(name), *(_width(row[at]) for row in rows)]) + _GAP
        for at, name in enumerate(columns)
    )
    return max(sum(end - _GAP <= width for end in ends), 1)


def _upright(columns: list[str], row: list[Text]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, _GAP, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, cell in zip(columns, row, strict=True):
        table.add_row(Text(printable(name)), cell)
    return table
