"""Show what moved between two publications of a period, and which dossiers moved it."""

from __future__ import annotations

import argparse

from rich.console import Console

from pipelines.errors import CommandError
from pipelines.workspace import Workspace


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the period, the two vintages, and the form of the answer."""
    parser.add_argument("period", metavar="PERIOD", help="a published period, such as 2023Q3")
    parser.add_argument(
        "vintages",
        nargs="*",
        type=int,
        metavar="N",
        help="the older and the newer vintage (default: the one shown now and the one before it; "
        "of a signed period with a revision, the signed one and the revision)",
    )
    parser.add_argument(
        "--limit",
        type=int,
        default=20,
        metavar="N",
        help="rows to show per table and of the dossiers, 0 for all (default 20)",
    )
    parser.add_argument("--json", action="store_true", help="print everything as JSON")


def run(options: argparse.Namespace, workspace: Workspace, console: Console) -> int:
    """Print the difference; raise `CommandError` if there is no such period or vintage."""
    from pipelines.diff import compare, pair_to_compare
    from pipelines.diff_text import as_json, print_difference
    from pipelines.periods import load_period

    period = load_period(options.period, workspace.reference).name
    if len(options.vintages) not in (0, 2):
        raise CommandError(
            f"Hãy ghi hai lần công bố, ví dụ igate diff {period} 1 2; không ghi thì so lần đang "
            "hiển thị với lần ngay trước đó."
        )
    pair = pair_to_compare(workspace, period, options.vintages)
    if pair is None and options.json:
        console.print("null", highlight=False)
        return 0
    if pair is None:
        console.print(
            f"Kỳ {period} mới có một lần công bố, chưa có gì để so sánh.", highlight=False
        )
        return 0
    difference = compare(workspace, period, *pair)
    if options.json:
        console.print(as_json(difference), markup=False, highlight=False, soft_wrap=True)
    else:
        print_difference(workspace, difference, console, options.limit)
    return 0
