"""Count reporting periods and publish them."""

from __future__ import annotations

import argparse

from rich.console import Console

from pipelines.errors import CommandError
from pipelines.workspace import Workspace


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the periods and what a run may be told besides."""
    parser.add_argument(
        "periods",
        nargs="+",
        metavar="PERIOD",
        help="such as 2023Q3 or 2023M10, or `all`: every period that the exports cover",
    )
    parser.add_argument(
        "--engine", choices=["duckdb", "spark"], default="duckdb", help="what runs the SQL"
    )
    parser.add_argument(
        "--max-rejected",
        type=float,
        default=0.01,
        metavar="SHARE",
        help="share of rows that may be rejected before nothing is published (default 0.01)",
    )
    parser.add_argument(
        "--allow-unknown-units",
        action="store_true",
        help="publish dossiers of units that are not in the reference as level `unknown`",
    )


def run(options: argparse.Namespace, workspace: Workspace, console: Console) -> int:
    """Run the main job and print its summary; raise `CommandError` or `DataError`."""
    from pipelines.editions import held
    from pipelines.options import Options
    from pipelines.quarter import run_quarter
    from pipelines.summary import print_summary

    if not 0 <= options.max_rejected <= 1:
        raise CommandError("--max-rejected phải là một số từ 0 đến 1, ví dụ 0.01 cho 1%.")
    chosen = Options(options.max_rejected, options.allow_unknown_units)
    outcome = run_quarter(workspace, options.periods, chosen, console, options.engine)
    print_summary(held(workspace), outcome, console)
    return 0
