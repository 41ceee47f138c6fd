"""List the periods that the exports cover, with their dates and legal basis."""

from __future__ import annotations

import argparse

from rich.console import Console

from pipelines.workspace import Workspace


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the data folder is all there is to say."""


def run(options: argparse.Namespace, workspace: Workspace, console: Console) -> int:
    """Print one line per period, published or not; raise `CommandError` or `DataError`."""
    from rich.table import Table

    from pipelines.coverage import coverage, covered_periods
    from pipelines.editions import read_manifest
    from pipelines.exports import find_exports
    from pipelines.lock import run_lock
    from pipelines.numbers import count_text, date_text
    from pipelines.periods import load_period, seams
    from pipelines.quarter import published_table
    from pipelines.sources import stage_all

    reference = workspace.reference
    with run_lock(workspace):
        found = find_exports(workspace)
        sources = stage_all(workspace, found.files, Console(stderr=True, emoji=False))
    covered = coverage(sources, reference)
    published = read_manifest(workspace).get("periods", {})
    periods = covered_periods(covered, reference)
    others = sorted(published.keys() - {period.name for period in periods})
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("Kỳ", no_wrap=True)
    table.add_column("Từ ngày", no_wrap=True)
    table.add_column("Đến ngày", no_wrap=True)
    table.add_column("Tiếp nhận", justify="right")
    table.add_column("Số liệu", no_wrap=True)
    table.add_column("Căn cứ")
    for period in [*periods, *(load_period(name, reference) for name in others)]:
        if period.name in published:
            rows = published_table(
                workspace, f"period={period.name}", "counts_by_level"
            ).to_pylist()
            (received,) = (
                count_text(row["received"])
                for row in rows
                if row["basis"] == "received" and row["level"] == "all"
            )
            state = "đã công bố" + (", tạm tính" if any(r["provisional"] for r in rows) else "")
        else:
            over = covered.newest is None or covered.newest >= period.end
            received = "–"
            state = "chưa công bố" if over else "chưa công bố, chưa hết kỳ"
        basis = ("" if period.by_rule else "quy định riêng: ") + period.legal_basis
        table.add_row(
            period.name,
            date_text(period.start),
            date_text(period.end),
            received,
            state,
            "; ".join([basis, *seams(period, reference)]),
        )
    console.print(table, highlight=False)
    return 0
