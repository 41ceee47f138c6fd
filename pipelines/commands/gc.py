"""Remove old vintages and unused staged files."""

from __future__ import annotations

import argparse
from typing import Any

from rich.console import Console

from pipelines.errors import CommandError
from pipelines.workspace import KEPT_VINTAGES, Workspace


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add how many vintages of each period are kept."""
    parser.add_argument(
        "--keep",
        type=int,
        default=KEPT_VINTAGES,
        metavar="N",
        help=f"keep the newest N vintages of each period (default {KEPT_VINTAGES}); visible ones, "
        "revisions and those ever signed are always kept",
    )


def run(options: argparse.Namespace, workspace: Workspace, console: Console) -> int:
    """Collect and say what went; raise `CommandError` for a number below 1."""
    from pipelines import run_log
    from pipelines.lock import run_lock
    from pipelines.numbers import count_text
    from pipelines.retention import collect

    if options.keep < 1:
        raise CommandError("--keep phải là một số nguyên từ 1 trở lên.")

    def announce(manifest: dict[str, Any], checksum: str) -> None:
        told = {"periods": sorted(manifest["periods"]), "keep": options.keep}
        run_log.append(workspace, run_log.COLLECTED, **told, manifest=checksum)

    with run_lock(workspace):
        collected = collect(workspace, options.keep, announce)
    for period, number in collected.vintages:
        console.print(f"Kỳ {period}: đã xóa lần công bố {number}.", highlight=False)
    console.print(
        f"Đã dọn {count_text(len(collected.vintages))} lần công bố cũ và "
        f"{count_text(collected.staged)} tệp đệm không còn dùng. Các bản đang hiển thị, bản sửa "
        "đổi và bản đã chốt luôn được giữ.",
        highlight=False,
    )
    return 0
