"""Mark a period's figures as the ones that were signed."""

from __future__ import annotations

import argparse
from typing import Any

from rich.console import Console

from pipelines.errors import CommandError
from pipelines.workspace import Workspace


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the period, the vintage, a note, and how to take the mark away."""
    parser.add_argument("period", metavar="PERIOD", help="a published period, such as 2023Q3")
    parser.add_argument(
        "--vintage",
        type=int,
        metavar="N",
        help="the vintage that was signed (default: the one that is shown now)",
    )
    parser.add_argument("--note", default="", metavar="TEXT", help="such as the report's number")
    parser.add_argument(
        "--release", action="store_true", help="take the mark away and show the newest vintage"
    )


def run(options: argparse.Namespace, workspace: Workspace, console: Console) -> int:
    """Freeze or release the period; raise `CommandError` if it has no such vintage."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from rich.markup import escape

    from pipelines import run_log
    from pipelines.lock import run_lock
    from pipelines.periods import load_period
    from pipelines.publish import freeze, release
    from pipelines.revision_notice import print_notice, signed_text

    period = load_period(options.period, workspace.reference).name
    if options.release and (options.vintage is not None or options.note):
        raise CommandError("--release không đi cùng --vintage hay --note.")

    def announce(manifest: dict[str, Any], checksum: str) -> None:
        shown = manifest["periods"][period]["vintage"]
        told = {"periods": [period], "vintage": shown, "note": options.note}
        outcome = run_log.RELEASED if options.release else run_log.FROZEN
        run_log.append(workspace, outcome, **told, manifest=checksum)

    with run_lock(workspace):
        if options.release:
            facts = release(workspace, period, announce)
            console.print(
                f"Kỳ {period} không còn chốt; đang hiển thị lần công bố {facts['vintage']}.",
                highlight=False,
            )
            return 0
        now = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).isoformat(timespec="seconds")
        who = {"by": run_log.user_name(), "at": now, "note": options.note}
        facts, before = freeze(workspace, period, options.vintage, who, announce)
        stands = before is not None and before["vintage"] == facts["vintage"]
    if before is not None and stands:
        console.print(
            f"Kỳ {period} đã chốt từ trước ({escape(signed_text(before))}); không có gì thay đổi.",
            highlight=False,
            soft_wrap=True,
        )
        return 0
    console.print(
        f"Kỳ {period}: từ nay hiển thị và giữ nguyên lần công bố {facts['vintage']}, kể cả khi "
        "lượt chạy sau cho số liệu khác.",
        highlight=False,
        soft_wrap=True,
    )
    print_notice(workspace, period, console)
    return 0
