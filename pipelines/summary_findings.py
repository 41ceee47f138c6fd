"""What the summary of a run says of its findings: each with some examples, unread files all."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from pipelines.checks import counted_text
from pipelines.findings import UNREADABLE, sample_lines
from pipelines.numbers import count_text

_SAMPLES = 3  # the page of checks has more
_UNREAD = 30  # so many files that could not be read are named: each is missing from the figures
_MARK = {"critical": "[bold red]✗[/]", "warning": "[yellow]![/]", "info": "[dim]·[/]"}


def print_findings(
    rows: list[dict[str, Any]], unread: list[str], page: str, console: Console
) -> None:
    """Print the rows of `quality/findings`.

    `unread` are the files that could not be read, `page` is where the page of checks lies.
    """
    if not rows:
        return
    console.print()
    console.print("[bold]Điều cần xem lại[/]")
    for row in rows:
        said = counted_text(row["check_id"], row["count"], row["message_vi"])
        marked = f"{_MARK[row['severity']]} {said}."
        console.print(Padding(marked, (0, 0, 0, 1)), highlight=False)
        for line in _examples(row, unread, page):
            console.print(Padding(Text(line, style="dim"), (0, 0, 0, 3)))


def _examples(row: dict[str, Any], unread: list[str], page: str) -> list[str]:
    lines = sample_lines(row["check_id"], row["sample"])
    if row["check_id"] != UNREADABLE:
        return [*lines[:_SAMPLES], *(["…"] if len(lines) > _SAMPLES else [])]
    named = [_with_reason(name, lines) for name in sorted(unread)[:_UNREAD]]
    left = len(unread) - len(named)
    return [
        *named,
        *([f"… và {count_text(left)} tệp khác; danh sách đầy đủ ở {page}"] if left else []),
    ]


def _with_reason(name: str, lines: list[str]) -> str:
    """Return the line that tells why the file could not be read, else its name: the table of
    findings has the reasons of some.
    """
    return next((line for line in lines if line.startswith(f"{name}: ")), name)
