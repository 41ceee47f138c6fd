"""Make the Word section, the workbooks and the web page of a published period."""

from __future__ import annotations

import argparse

from rich.console import Console

from pipelines.workspace import Workspace


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the period."""
    parser.add_argument("period", metavar="PERIOD", help="a published period, such as 2023Q3")


def run(options: argparse.Namespace, workspace: Workspace, console: Console) -> int:
    """Write `DATA/reports/<period>/`; raise `CommandError` or `DataError`."""
    from pipelines import run_log
    from pipelines.console import print_caution, progress
    from pipelines.notices import no_dossiers_text, unread_text
    from pipelines.periods import load_period
    from pipelines.reports.build import OUTPUTS, build_reports
    from pipelines.reports.report import load_report

    period = load_period(options.period, workspace.reference).name
    read = run_log.manifest_hash(workspace)
    report = load_report(workspace, period)
    with progress(console, "Lập báo cáo", len(OUTPUTS)) as step:
        written, edited = build_reports(workspace, report, step)
    made = [path for paths in written.values() for path in paths]
    run_log.append_made(workspace, run_log.REPORTED, period, read, made)
    console.print(f"[bold]Báo cáo kỳ {period}[/] (từ số liệu đã công bố):", highlight=False)
    width = max(len(name) for name in written)
    lines = [
        f"  {name if path is paths[0] else '':<{width}}  {workspace.shown(path)}"
        for name, paths in written.items()
        for path in paths
    ]
    lines += [f"! Tệp đã có người sửa được giữ lại ở {workspace.shown(p)}." for p in edited]
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    missing = [unread_text(report.unread)]
    if not report.counts("all", "flow")["in_scope"]:
        raw = workspace.shown(workspace.raw)
        missing.append(no_dossiers_text(period, report.start, report.end, raw))
    for said in filter(None, missing):
        print_caution(console, said)
    return 0
