"""The clerk's summary of a run, in Vietnamese, from what was published."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipelines import rejects_workbook
from pipelines.console import print_caution
from pipelines.editions import read_manifest
from pipelines.notices import late_start_text, no_dossiers_text, not_begun_text, unread_files
from pipelines.numbers import count_text, date_text, percent_text
from pipelines.periods import Period, seams
from pipelines.quarter import Outcome, published_table
from pipelines.reference import read_csv
from pipelines.revision_notice import print_notice
from pipelines.summary_findings import print_findings
from pipelines.workspace import Workspace

_SAMPLES = 3  # the page of checks has more
_FILES = 30  # so many files are listed one by one
_QUIET = timedelta(days=7)  # so long a small office may have nothing to do, over New Year too
_ONE_BY_ONE = 4  # more periods than this are shown as one table
_MEASURES = {
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
_HANDLED = (
    "Giải quyết = Tiếp nhận − Rút, gồm cả hồ sơ đang giải quyết; đó là «kết quả giải quyết» của "
    "báo cáo."
)


def print_summary(workspace: Workspace, outcome: Outcome, console: Console) -> None:
    """Print per level what was counted, per file where its rows went, findings and places."""
    if outcome.found.sample_left_out:
        console.print(
            f"Đã có tệp thật trong {workspace.shown(workspace.raw)}, nên "
            f"{count_text(len(outcome.found.sample_left_out))} tệp mẫu (mau-*) được bỏ qua.",
            markup=False,
            soft_wrap=True,
        )
    if links := outcome.found.links_left_out:
        console.print(
            f"Bỏ qua {count_text(len(links))} liên kết (symlink), vì chúng có thể dẫn ra ngoài "
            f"thư mục: {', '.join(links[:_SAMPLES])}{'…' if len(links) > _SAMPLES else ''}. Hãy "
            "chép chính tệp đó vào.",
            style="yellow",
            markup=False,
            highlight=False,
        )
    labels = {row["level"]: row["label_vi"] for row in read_csv(workspace.reference, "levels")}
    if len(outcome.periods) > _ONE_BY_ONE:
        console.print()
        console.print(_periods(workspace, outcome.periods))
        for period in outcome.periods:
            _print_empty(workspace, period, console)
            print_notice(workspace, period.name, console)
    for period in outcome.periods if len(outcome.periods) <= _ONE_BY_ONE else ():
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
        for seam in seams(period, workspace.reference):
            console.print(f"Kỳ này {seam}.", style="dim", highlight=False)
        console.print(_levels(rows, labels))
        _print_empty(workspace, period, console)
        _print_gap(workspace, period, rows, console)
        print_notice(workspace, period.name, console)
    console.print(_HANDLED, style="dim", highlight=False)
    console.print()
    sources = published_table(workspace, "quality", "sources").to_pylist()
    _print_sources(sources, console)
    _print_tie_out(read_manifest(workspace)["run"]["tie_out"], console)
    _print_rejected(workspace, console)
    quality = f"{workspace.shown(workspace.curated)}/quality"
    found = published_table(workspace, "quality", "findings").to_pylist()
    print_findings(found, unread_files(sources), f"{quality}/checks.html", console)
    console.print()
    console.print("[bold]Kết quả nằm ở[/]")
    few = len(outcome.periods) <= _ONE_BY_ONE
    names = [period.name for period in outcome.periods] if few else ["<kỳ>"]
    curated = workspace.shown(workspace.curated)
    for line in [
        *(f"{curated}/period={name}/  các bảng số liệu" for name in names),
        f"{quality}/checks.html  kết quả kiểm tra",
        *(f"{quality}/{rejects_workbook.file_name(name)}  mọi tệp, dòng bị loại" for name in names),
        f"{workspace.shown(workspace.database)}  cơ sở dữ liệu DuckDB để tra cứu",
    ]:
        console.print(f"  {line}", markup=False, soft_wrap=True)  # a path in one piece
    console.print(
        f"Xong trong {percent_text(Decimal(outcome.seconds), 1).removesuffix('%')} giây."
        if outcome.new
        else "Không có gì mới so với lần công bố trước; không tệp nào phải đọc lại.",
        highlight=False,
    )


def _print_empty(workspace: Workspace, period: Period, console: Console) -> None:
    """Say so if the period has no dossier at all, not even one carried over."""
    table = published_table(workspace, f"period={period.name}", "counts_by_level")
    if not any(row["in_scope"] for row in table.to_pylist()):
        said = no_dossiers_text(
            period.name, period.start, period.end, workspace.shown(workspace.raw)
        )
        print_caution(console, said)


def _print_gap(
    workspace: Workspace, period: Period, rows: list[dict[str, Any]], console: Console
) -> None:
    """Say so if the period had not begun by the newest export, or if nothing tells of its first
    days: no dossier is older than them, and none was received in them.
    """
    (flow,) = (row for row in rows if row["basis"] == "flow" and row["level"] == "all")
    if not flow["received"]:
        sources = published_table(workspace, "quality", "sources").to_pylist()
        newest = max((row["snapshot_on"] for row in sources if row["snapshot_on"]), default=None)
        if flow["in_scope"] and newest and newest < period.start:
            print_caution(console, not_begun_text(period.name, period.start, newest))
    elif not flow["carried_over"]:
        days = published_table(workspace, f"period={period.name}", "counts_by_day").to_pylist()
        first = min(row["day"] for row in days if row["received"])
        if first - period.start > _QUIET:
            print_caution(console, late_start_text(period.name, period.start, first))


def _periods(workspace: Workspace, periods: list[Period]) -> Table:
    """One line per period, over all levels: what a run over many periods has room for."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("Kỳ")
    table.add_column("Từ ngày", no_wrap=True)
    table.add_column("Đến ngày", no_wrap=True)
    for heading in _MEASURES.values():
        table.add_column(heading, justify="right")
    table.add_column("")
    for period in periods:
        rows = published_table(workspace, f"period={period.name}", "counts_by_level").to_pylist()
        (row,) = (r for r in rows if r["basis"] == "received" and r["level"] == "all")
        table.add_row(
            period.name,
            date_text(period.start),
            date_text(period.end),
            *(count_text(row[measure]) for measure in _MEASURES),
            "[yellow]tạm tính[/]" if row["provisional"] else "",
        )
    return table


def _levels(rows: list[dict[str, Any]], labels: dict[str, str]) -> Table:
    table = Table(title_justify="left", box=None, header_style="bold", pad_edge=False)
    table.add_column("Cấp")
    for heading in [*_MEASURES.values(), "Tỷ lệ\nđúng hạn", "Tỷ lệ\ntrễ hạn"]:
        table.add_column(heading, justify="right")
    by_level = {row["level"]: row for row in rows if row["basis"] == "received"}
    for level, label in labels.items():
        row = by_level.get(level)
        if row is None or (level != "all" and not row["received"]):
            continue
        cells = [count_text(row[column]) for column in _MEASURES]
        shares = [percent_text(row[name]) for name in ("on_time_share", "late_share")]
        style = "bold" if level == "all" else ""
        table.add_row(label[0].upper() + label[1:], *cells, *shares, style=style)
    return table


def _print_sources(rows: list[dict[str, Any]], console: Console) -> None:
    """Print a line per file and their total; of many files only those with anything odd."""
    many = len(rows) > _FILES
    odd = [row for row in rows if row["rejected"] or row["layout"] is None or not row["accepted"]]
    shown = odd[:_FILES] if many else rows
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("Tệp", overflow="fold")
    for heading in ("Số dòng", "Nhận", "Loại", "Bỏ qua"):
        table.add_column(heading, justify="right")
    for row in shown:
        unread = [Text("không đọc được", style="yellow")]
        cells = unread if row["layout"] is None else _counts([row])
        table.add_row(Text(row["source_file"]), *cells)
    if many:
        label = "Các tệp còn lại" if shown else "Các tệp, không tệp nào có gì lạ"
        rest = [row for row in rows if row not in shown]
        table.add_row(f"{label} ({count_text(len(rest))})", *_counts(rest), style="dim")
    table.add_row(f"Cộng {count_text(len(rows))} tệp", *_counts(rows), style="bold")
    console.print(table)


def _counts(rows: list[dict[str, Any]]) -> list[Text]:
    columns = ("rows_read", "accepted", "rejected", "ignored")
    totals = {name: sum(row[name] for row in rows) for name in columns}
    return [
        Text(count_text(total), style="yellow" if name == "rejected" and total else "")
        for name, total in totals.items()
    ]


def _print_tie_out(tie_out: dict[str, int], console: Console) -> None:
    """Print what the accepted rows are, so that they can be seen to add up."""
    parts = [
        (tie_out["dossiers"], "hồ sơ"),
        (tie_out["superseded"], "dòng đã có bản mới hơn của cùng hồ sơ"),
        (tie_out["procedures"], "thủ tục trong danh mục"),
    ]
    total = count_text(tie_out["accepted"] + tie_out["procedures"])
    listed = " + ".join(f"{count_text(count)} {label}" for count, label in parts)
    console.print(f"Nhận {total} dòng = {listed}.", highlight=False)


def _print_rejected(workspace: Workspace, console: Console) -> None:
    """Print why rows were rejected, the most frequent reason first."""
    reasons = published_table(workspace, "quality", "rejected_rows")["reason"].to_pylist()
    if reasons:
        labels = {
            r["reason"]: r["label_vi"] for r in read_csv(workspace.reference, "reject_reasons")
        }
        listed = "; ".join(
            f"{count_text(times)} {labels[why]}" for why, times in Counter(reasons).most_common()
        )
        console.print(f"Loại {count_text(len(reasons))} dòng: {listed}.", highlight=False)
