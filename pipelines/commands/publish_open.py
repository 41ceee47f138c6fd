"""Publish a period's counts for everyone, small ones withheld."""

from __future__ import annotations

import argparse
import os

from rich.console import Console

from pipelines.workspace import Workspace


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the period."""
    parser.add_argument("period", metavar="PERIOD", help="a published period, such as 2023Q3")


def run(options: argparse.Namespace, workspace: Workspace, console: Console) -> int:
    """Write `DATA/open/<period>/`; raise `CommandError` or `DataError`."""
    from pipelines import run_log
    from pipelines.lock import run_lock
    from pipelines.numbers import count_text
    from pipelines.open_data.publication import publish_open
    from pipelines.periods import load_period

    period = load_period(options.period, workspace.reference).name
    target = workspace.data / "open"
    os.umask(0o022)  # the open set is for everyone
    with run_lock(workspace), console.status("Tìm các ô phải giữ lại"):
        read = run_log.manifest_hash(workspace)
        published, withheld = publish_open(workspace, period, target)
        made = list((target / period).iterdir())
        run_log.append_made(workspace, run_log.OPENED, period, read, made)
    console.print(
        f"Đã mở số liệu kỳ {period} ở {workspace.shown(target / period)}/: "
        f"{count_text(published)} ô được công bố, {count_text(withheld)} ô được giữ lại để không "
        "lộ số nhỏ hơn 5.",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    return 0
