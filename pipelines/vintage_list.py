"""The list of a period's vintages: when, from how many exports, what moved, which is shown."""

from __future__ import annotations

import json
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipelines.diff import changed_figures
from pipelines.diff_text import when_text
from pipelines.editions import read_manifest
from pipelines.numbers import count_text
from pipelines.revision_notice import signed_text
from pipelines.vintages import kept_vintages, vintage_facts
from pipelines.workspace import Workspace

_SHOWN_FIGURES = 3


def print_vintages(workspace: Workspace, period: str, console: Console, as_json: bool) -> None:
    """Print the vintages of a period, oldest first, each with what moved since the one before.

    Raises `CommandError` if the period was never published.
    """
    manifest = read_manifest(workspace)
    rows = _vintages(workspace, manifest, period)
    if as_json:
        console.print(
            json.dumps(rows, ensure_ascii=False, indent=2),
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
        return
    console.print(f"[bold]Các lần công bố của kỳ {period}[/]", highlight=False)
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Lần", justify="right")
    table.add_column("Công bố lúc")
    table.add_column("Số tệp\nnguồn", justify="right")
    table.add_column("Tình trạng", overflow="fold")
    table.add_column("Thay đổi so với lần trước", overflow="fold")
    for row in rows:
        table.add_row(
            str(row["vintage"]),
            when_text(row["published_at"]),
            count_text(row["files"]),
            _states(row),
            escape(_moved(row)),
        )
    console.print(table, highlight=False)
    frozen = manifest["periods"][period].get("frozen")
    if frozen:
        console.print(f"Đã chốt: {escape(signed_text(frozen))}.", highlight=False, soft_wrap=True)


def _vintages(workspace: Workspace, manifest: dict[str, Any], period: str) -> list[dict[str, Any]]:
    facts = manifest.get("periods", {}).get(period, {})
    frozen, revision = facts.get("frozen"), facts.get("revision")
    rows: list[dict[str, Any]] = []
    for number in kept_vintages(manifest, period):
        stated = vintage_facts(workspace, period, number)
        moved = changed_figures(workspace, period, rows[-1]["vintage"], number) if rows else []
        rows.append(
            {
                "vintage": number,
                "published_at": stated["published_at"],
                "software": stated["software"],
                "provisional": stated["provisional"],
                "current": number == facts["vintage"],
                "frozen": bool(frozen) and number == frozen["vintage"],
                "revision": bool(revision) and number == revision["vintage"],
                "files": len(stated["sources"]),
                "figures": {each.figure_id: [each.old_text, each.new_text] for each in moved},
            }
        )
    return rows


def _states(row: dict[str, Any]) -> str:
    states = {
        "current": "[bold green]đang hiển thị[/]",
        "frozen": "[bold]đã chốt[/]",
        "revision": "[bold red]bản điều chỉnh[/]",
        "provisional": "[yellow]tạm tính[/]",
    }
    return ", ".join(text for name, text in states.items() if row[name]) or "–"


def _moved(row: dict[str, Any]) -> str:
    if row["vintage"] == 1:
        return "lần đầu"
    figures = [f"{name} {old} → {new}" for name, (old, new) in row["figures"].items()]
    if not figures:
        return "không số liệu nào của báo cáo"
    rest = len(figures) - _SHOWN_FIGURES
    return "; ".join(figures[:_SHOWN_FIGURES]) + (f"; và {rest} số liệu khác" if rest > 0 else "")
