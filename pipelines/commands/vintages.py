"""List every publication of a period."""

from __future__ import annotations

import argparse

from rich.console import Console

from pipelines.workspace import Workspace


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the period and the form of the list."""
    parser.add_argument("period", metavar="PERIOD", help="a published period, such as 2023Q3")
    parser.add_argument("--json", action="store_true", help="print the list as JSON")


def run(options: argparse.Namespace, workspace: Workspace, console: Console) -> int:
    """Print the list; raise `CommandError` if the period was never published."""
    from pipelines.periods import load_period
    from pipelines.vintage_list import print_vintages

    period = load_period(options.period, workspace.reference).name
    print_vintages(workspace, period, console, options.json)
    return 0
