"""The console script `igate`: arguments in, exit status out."""

from __future__ import annotations

import argparse
import errno
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console

from pipelines import __version__
from pipelines.errors import CommandError, IgateError
from pipelines.workspace import Workspace

Command = Callable[[argparse.Namespace, Workspace, Console], int]


def main() -> None:
    """Run the command line and end the process with its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")  # else cp1252 consoles crash
    status = run(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    # DuckDB behind SQLAlchemy prints pages of "leaked" lines when the interpreter is torn down.
    os._exit(status)


def run(arguments: list[str]) -> int:
    """Run one command and return its exit status (interfaces.md): 0, 1 or 2.

    Expected failures are printed as one Vietnamese sentence; with `--debug` they are raised.
    """
    options = _parser().parse_args(arguments)
    console = Console(soft_wrap=False)
    if not console.is_terminal:
        console = Console(width=120)
    try:
        status: int = options.command(options, Workspace(Path(options.data)), console)
    except IgateError as error:
        if options.debug:
            raise
        Console(stderr=True, soft_wrap=True).print(
            f"Lỗi: {error}", style="red", markup=False, highlight=False
        )
        return error.exit_status
    except KeyboardInterrupt:
        print("Đã dừng theo yêu cầu; số liệu đã công bố vẫn giữ nguyên.", file=sys.stderr)
        return 130
    except OSError as error:
        if options.debug:
            raise
        print(f"Lỗi: {_system_reason(error)} Số liệu đã công bố vẫn giữ nguyên.", file=sys.stderr)
        return 1
    except Exception as error:
        if options.debug:
            raise
        print(
            f"Lỗi ngoài dự kiến ({type(error).__name__}); số liệu đã công bố vẫn giữ nguyên. "
            "Hãy chạy lại với --debug và gửi thông báo cho người phụ trách phần mềm.",
            file=sys.stderr,
        )
        return 1
    return status


def _system_reason(error: OSError) -> str:
    """Return what the file system refused, as a sentence for the clerk."""
    if error.errno == errno.ENOSPC:
        return "Ổ đĩa đã đầy: hãy giải phóng chỗ trống rồi chạy lại."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"Không có quyền đọc hoặc ghi «{error.filename}»: hãy kiểm tra quyền thư mục."
    return f"Không đọc hoặc ghi được «{error.filename}» ({error.strerror})."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="igate", description="Dossier exports in, the figures officials sign out."
    )
    parser.add_argument("--version", action="version", version=f"igate {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    quarter = _command(commands, "quarter", _quarter, "count reporting periods and publish them")
    quarter.add_argument("periods", nargs="+", metavar="PERIOD", help="such as 2023Q3 or 2023M10")
    quarter.add_argument("--engine", choices=["duckdb"], default="duckdb", help="what runs the SQL")
    quarter.add_argument(
        "--max-rejected",
        type=float,
        default=0.01,
        metavar="SHARE",
        help="share of rows that may be rejected before nothing is published (default 0.01)",
    )
    quarter.add_argument(
        "--allow-unknown-units",
        action="store_true",
        help="publish dossiers of units that are not in the reference as level `unknown`",
    )
    _command(commands, "verify", _verify, "prove that what is published is whole")
    return parser


def _command(commands: Any, name: str, function: Command, text: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text)
    command.add_argument("--data", default="data", metavar="DIR", help="data folder (default data)")
    command.add_argument("--debug", action="store_true", help="show the traceback of an error")
    command.set_defaults(command=function)
    parser: argparse.ArgumentParser = command
    return parser


def _quarter(options: argparse.Namespace, workspace: Workspace, console: Console) -> int:
    from pipelines.quarter import Options, run_quarter
    from pipelines.summary import print_summary

    if not 0 <= options.max_rejected <= 1:
        raise CommandError("--max-rejected phải là một số từ 0 đến 1, ví dụ 0.01 cho 1%.")
    chosen = Options(options.max_rejected, options.allow_unknown_units)
    outcome = run_quarter(workspace, options.periods, chosen, console)
    print_summary(workspace, outcome, console)
    return 0


def _verify(options: argparse.Namespace, workspace: Workspace, console: Console) -> int:
    from pipelines.verify import verify

    return verify(workspace, console)
