"""The clerk's summary of a run, in Vietnamese, from what was published."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipelines.numbers import count_text, date_text, percent_text
from pipelines.quarter import Outcome, published_table
from pipelines.reference import read_csv
from pipelines.revision_notice import print_notice
from pipelines.workspace import Workspace

_SAMPLES = 3  # the page of checks has more
_MARK = {"critical": "[bold red]✗[/]", "warning": "[yellow]![/]", "info": "[dim]·[/]"}


def print_summary(workspace: Workspace, outcome: Outcome, console: Console) -> None:
    """Print per level what was counted, per file where its rows went, findings and places."""
    if outcome.sample_left_out:
        console.print(
            f"Đã có tệp thật trong {workspace.shown(workspace.raw)}, nên "
            f"{len(outcome.sample_left_out)} tệp mẫu (mau-*) được bỏ qua."
        )
    labels = {row["level"]: row["label_vi"] for row in read_csv(workspace.reference, "levels")}
    for period in outcome.periods:
        folder = f"period={period.name}"
        rows = published_table(workspace, folder, "counts_by_level").to_pylist()
        span = f"từ {date_text(period.start)} đến {date_text(period.end)}"
        provisional = any(row["provisional"] for row in rows)
        console.print()
        console.print(
            f"[bold]Kỳ {period.name}[/] ({span})"
            + (" – [bold yellow]SỐ LIỆU TẠM TÍNH[/]" if provisional else ""),
            highlight=False,
        )
        console.print(_levels(rows, labels))
        print_notice(workspace, period.name, console)
    console.print()
    console.print(_sources(published_table(workspace, "quality", "sources").to_pylist()))
    _print_findings(published_table(workspace, "quality", "findings").to_pylist(), console)
    console.print()
    console.print("[bold]Kết quả nằm ở[/]")
    for period in outcome.periods:
        console.print(
            f"  {workspace.shown(workspace.curated)}/period={period.name}/  các bảng số liệu"
        )
    console.print(f"  {workspace.shown(workspace.curated)}/quality/checks.html  kết quả kiểm tra")
    console.print(f"  {workspace.shown(workspace.database)}  cơ sở dữ liệu DuckDB để tra cứu")
    console.print(
        f"Xong trong {percent_text(Decimal(outcome.seconds), 1).removesuffix('%')} giây."
        if outcome.new
        else "Không có gì mới so với lần công bố trước; không tệp nào phải đọc lại.",
        highlight=False,
    )


def _levels(rows: list[dict[str, Any]], labels: dict[str, str]) -> Table:
    table = Table(title_justify="left", box=None, header_style="bold", pad_edge=False)
    table.add_column("Cấp")
    columns = {
        "received": "Tiếp nhận",
        "handled": "Giải\nquyết",
        "on_time": "Đúng hạn",
        "late": "Trễ hạn",
        "pending_in_time": "Chưa\nđến hạn",
        "pending_overdue": "Quá hạn",
        "paused": "Chờ\nbổ sung",
        "withdrawn": "Rút",
        "undetermined": "Chưa\nxác định",
    }
    for heading in [*columns.values(), "Tỷ lệ\nđúng hạn", "Tỷ lệ\ntrễ hạn"]:
        table.add_column(heading, justify="right")
    by_level = {row["level"]: row for row in rows if row["basis"] == "received"}
    for level, label in labels.items():
        row = by_level.get(level)
        if row is None or (level != "all" and not row["received"]):
            continue
        cells = [count_text(row[column]) for column in columns]
        shares = [percent_text(row[name]) for name in ("on_time_share", "late_share")]
        style = "bold" if level == "all" else ""
        table.add_row(label[0].upper() + label[1:], *cells, *shares, style=style)
    return table


def _sources(rows: list[dict[str, Any]]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("Tệp", overflow="fold")
    for heading in ("Số dòng", "Nhận", "Loại", "Bỏ qua"):
        table.add_column(heading, justify="right")
    for row in rows:
        rejected = count_text(row["rejected"])
        table.add_row(
            Text(row["source_file"]),
            count_text(row["rows_read"]),
            count_text(row["accepted"]),
            f"[yellow]{rejected}[/]" if row["rejected"] else rejected,
            count_text(row["ignored"]),
        )
    totals = [
        sum(row[name] for row in rows) for name in ("rows_read", "accepted", "rejected", "ignored")
    ]
    table.add_row("Cộng", *(count_text(total) for total in totals), style="bold")
    return table


def _print_findings(rows: list[dict[str, Any]], console: Console) -> None:
    if not rows:
        return
    console.print()
    console.print("[bold]Điều cần xem lại[/]")
    for row in rows:
        said = f"{_MARK[row['severity']]} {count_text(row['count'])} {row['message_vi']}."
        console.print(Padding(said, (0, 0, 0, 1)), highlight=False)
        samples = row["sample"].split("\n") if row["sample"] else []
        for sample in samples[:_SAMPLES]:
            console.print(Padding(Text(sample, style="dim"), (0, 0, 0, 3)))
        if len(samples) > _SAMPLES:
            console.print(Padding("[dim]…[/]", (0, 0, 0, 3)))
