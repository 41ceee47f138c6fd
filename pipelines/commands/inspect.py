"""Show what the pipeline understands of a file."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from pipelines.workspace import Workspace


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the files."""
    parser.add_argument(
        "files", nargs="+", metavar="FILE", type=Path, help="an export or an archive, anywhere"
    )


def run(options: argparse.Namespace, workspace: Workspace, console: Console) -> int:
    """Print what is understood of each file; return 1 if one of them is not, else 0.

    Writes nothing. Raises `CommandError` if there is no such file.
    """
    from pipelines.inspection import files_at, inspect
    from pipelines.inspection_view import print_facts

    found = [raw for path in options.files for raw in files_at(path, workspace)]
    understood = True
    for raw in found:
        facts = inspect(raw, workspace)
        print_facts(facts, workspace.reference, console)
        understood &= facts.reason is None
    return 0 if found and understood else 1
