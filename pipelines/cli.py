"""The console script `igate`: arguments in, exit status out."""

from __future__ import annotations

import argparse
import errno
import importlib
import io
import os
import pkgutil
import sys
from pathlib import Path

from rich.console import Console

from pipelines import __version__, commands
from pipelines.errors import IgateError
from pipelines.workspace import Workspace

# What is written may hold dossier codes: it is for the owner and the group.
_PRIVATE = 0o027


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
    before = os.umask(_PRIVATE)
    try:
        return _run(options)
    finally:
        os.umask(before)


def _run(options: argparse.Namespace) -> int:
    console = Console(soft_wrap=False)
    if not console.is_terminal:
        console = Console(width=120)
    try:
        status: int = options.run(options, Workspace(Path(options.data)), console)
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
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for found in pkgutil.iter_modules(commands.__path__):
        module = importlib.import_module(f"pipelines.commands.{found.name}")
        text = str(module.__doc__).strip()
        command = subparsers.add_parser(
            found.name.replace("_", "-"),
            help=text[0].lower() + text[1:].rstrip("."),
            description=text,
        )
        command.add_argument(
            "--data", default="data", metavar="DIR", help="data folder (default data)"
        )
        command.add_argument("--debug", action="store_true", help="show the traceback of an error")
        module.arguments(command)
        command.set_defaults(run=module.run)
    return parser
