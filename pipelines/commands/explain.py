"""List the rule, the SQL and the dossiers behind a figure of the report."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from pipelines.workspace import Workspace


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the period, the figure and how much of it is shown."""
    parser.add_argument("period", metavar="PERIOD", help="a published period, such as 2023Q3")
    parser.add_argument("figure", metavar="FIGURE", help="such as late.district")
    parser.add_argument(
        "--limit", type=int, default=20, metavar="N", help="rows to show, 0 for all (default 20)"
    )
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write all rows to this file too")
    parser.add_argument(
        "--revision", action="store_true", help="explain the revision of a signed period"
    )


def run(options: argparse.Namespace, workspace: Workspace, console: Console) -> int:
    """Print the explanation; raise `CommandError` if there is no such period or figure."""
    from pipelines.editions import held
    from pipelines.errors import CommandError
    from pipelines.explain import explain
    from pipelines.explain_text import print_explanation, write_rows
    from pipelines.numbers import count_text
    from pipelines.periods import load_period

    if options.limit < 0:
        raise CommandError("--limit phải là một số nguyên từ 0 trở lên.")
    workspace = held(workspace)
    period = load_period(options.period, workspace.reference).name
    explanation = explain(workspace, period, options.figure.strip(), options.revision)
    print_explanation(workspace, explanation, console, options.limit)
    if options.csv:
        count = write_rows(workspace, explanation, options.csv)
        said = f"\nĐã ghi {count_text(count)} dòng vào {options.csv}"
        console.print(said, highlight=False, markup=False)
    return 0
