"""What a run says of a period whose figures were signed, or are others than they were."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape

from pipelines.diff import changed_figures
from pipelines.diff_text import figure_table, when_text
from pipelines.editions import REVISIONS, read_manifest
from pipelines.workspace import Workspace


def signed_text(frozen: dict[str, Any]) -> str:
    """Return who signed which vintage, when and why, as it is shown."""
    note = f", «{frozen['note']}»" if frozen["note"] else ""
    return f"lần công bố {frozen['vintage']}, {frozen['by']} chốt {when_text(frozen['at'])}{note}"


def print_notice(workspace: Workspace, period: str, console: Console) -> None:
    """Say that the period is signed, and loudly what its revision would change if it has one."""
    facts = read_manifest(workspace)["periods"][period]
    frozen = facts.get("frozen")
    if frozen is None:
        return
    console.print(f"Số liệu đã chốt ({escape(signed_text(frozen))}).", highlight=False)
    revision = facts.get("revision")
    if revision is None:
        return
    number = revision["vintage"]
    figures = changed_figures(workspace, period, frozen["vintage"], number)
    console.print(
        f"[bold red]CHÚ Ý: dữ liệu hiện có cho kết quả KHÁC với số liệu đã chốt của kỳ {period}."
        f"[/]\n[bold]Số liệu đã chốt giữ nguyên; bản điều chỉnh là lần công bố {number}, nằm ở "
        f"{escape(workspace.shown(workspace.curated))}/{REVISIONS}/period={period}/.[/]",
        highlight=False,
        soft_wrap=True,
    )
    if figures:
        console.print("[bold]Nếu chấp nhận bản điều chỉnh, các số liệu sau sẽ thay đổi:[/]")
        console.print(figure_table(figures), style="bold", highlight=False)
    else:
        console.print("[bold]Không số liệu nào của báo cáo thay đổi, chỉ các bảng chi tiết.[/]")
    console.print(
        f"Xem hồ sơ nào làm thay đổi: igate diff {period} · "
        f"Chấp nhận bản điều chỉnh: igate freeze {period} --vintage {number}",
        highlight=False,
        soft_wrap=True,
    )
