"""Open the published database read-only in a SQL shell."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from rich.console import Console

from pipelines.workspace import Workspace


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the SQL to run instead of a shell, and where its result goes."""
    parser.add_argument(
        "-c",
        dest="sql",
        metavar="SQL",
        help="run this, or a command such as '.run 4', and end; without it, and with other input "
        "than a terminal, SQL is read from there",
    )
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write the last result to FILE")


def run(options: argparse.Namespace, workspace: Workspace, console: Console) -> int:
    """Run the SQL or the shell; raises `DataError` if there is no database or the SQL fails."""
    from pipelines.errors import CommandError
    from pipelines.query_loop import interact, run_script
    from pipelines.query_shell import Shell

    alone = options.sql is None and sys.stdin.isatty()
    if alone and options.csv:
        raise CommandError("--csv đi cùng -c SQL; trong trình truy vấn hãy dùng .csv TỆP.")
    shell = Shell(workspace, console, for_people=alone or console.is_terminal)
    try:
        if alone:
            interact(shell)
        elif options.sql is not None:
            shell.execute(options.sql, options.csv)
        else:
            run_script(shell, sys.stdin, options.csv)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever reads has seen enough (`| head`); nothing more can be written there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    finally:
        shell.close()
    return 0
