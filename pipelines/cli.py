"""The console script `igate`: arguments in, exit status out."""

from __future__ import annotations

import argparse
import atexit
import errno
import gc
import importlib
import io
import os
import pkgutil
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from rich.console import Console

from pipelines import __version__, commands, ctrl_c, limits, run_events
from pipelines.arguments import Parser
from pipelines.console import PlainLines
from pipelines.errors import CommandError, IgateError
from pipelines.workspace import Workspace

# What is written may hold dossier codes: it is for the owner and the group.
_PRIVATE = 0o027
# They say themselves what they miss there, or may do without.
_WITHOUT_DATA = ("quarter", "inspect", "reconcile")
_REFUSED = (errno.ENOSPC, errno.EACCES, errno.EPERM, errno.EROFS)


def main() -> None:
    """Run the command line and end the process with its exit status."""
    # What is imported stays to the end: as often as Python looks for garbage by itself it would go
    # through all of it dozens of times, a twentieth of a run.
    gc.set_threshold(100_000, 20, 20)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")  # else cp1252 consoles crash
    limits.no_core_dumps()
    ctrl_c.watch()
    sys.unraisablehook = _unraisable
    try:
        status = run(sys.argv[1:])
    except SystemExit as ended:  # argparse: --help, --version, a wrong option
        status = ended.code if isinstance(ended.code, int) else 2
    except KeyboardInterrupt:
        status = _stopped()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):  # whoever read it has gone (`| head`)
            stream.flush()
    # DuckDB behind SQLAlchemy prints pages of "leaked" lines when the interpreter is torn down.
    # What others put off to the end is done: else each run leaves a folder of its workers in /tmp.
    ctrl_c.ignore()
    atexit._run_exitfuncs()
    os._exit(status)


class _Console(Console):
    """A console for which it is no matter that the reader of its output has gone (`| head`): the
    command goes on, and what it does, and its exit status, are what they would have been.
    """

    def on_broken_pipe(self) -> None:
        """Say nothing any more."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _unraisable(unraisable: sys.UnraisableHookArgs) -> None:
    """Say nothing of Ctrl-C in a place where it cannot be raised; the next step is stopped."""
    if not issubclass(unraisable.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(unraisable)


def _stopped() -> int:
    print("Đã dừng theo yêu cầu; số liệu đã công bố vẫn giữ nguyên.", file=sys.stderr)
    return 130


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
    # Of a name with «:x:» in it rich would make a picture.
    console = _Console(soft_wrap=False, emoji=False)
    if not console.is_terminal:
        plain = cast(IO[str], PlainLines(sys.stdout))
        console = _Console(file=plain, width=120, emoji=False)
    started = time.monotonic()
    try:
        run_events.log_to(options.log_json)
        run_events.event("started", command=options.command, software=f"igate {__version__}")
        status = _watched(options, console)
        seconds = round(time.monotonic() - started, 1)
        run_events.event("finished", command=options.command, status=status, seconds=seconds)
    except IgateError as error:
        if options.debug:
            raise
        Console(stderr=True, soft_wrap=True, emoji=False).print(
            f"Lỗi: {error}", style="red", markup=False, highlight=False
        )
        return error.exit_status
    except (KeyboardInterrupt, Exception) as error:
        if options.debug:
            raise
        return _ended(error, options.data)
    return status


def _ended(error: BaseException, data: str) -> int:
    """Say why a command ended before its end, and return the exit status."""
    if isinstance(error, KeyboardInterrupt) or ctrl_c.pressed():
        return _stopped()
    if isinstance(error, IgateError):
        Console(stderr=True, soft_wrap=True, emoji=False).print(
            f"Lỗi: {error}", style="red", markup=False, highlight=False
        )
        return error.exit_status
    # Errors of DuckDB and Arrow are none of the system, but say what the system said.
    refused = next((number for number in _REFUSED if os.strerror(number) in str(error)), None)
    if isinstance(error, OSError):
        said = _system_reason(error)
    elif refused is not None:
        said = _system_reason(OSError(refused, os.strerror(refused), data))
    else:
        print(
            f"Lỗi ngoài dự kiến ({type(error).__name__}); số liệu đã công bố vẫn giữ nguyên. "
            "Hãy chạy lại với --debug và gửi thông báo cho người phụ trách phần mềm.",
            file=sys.stderr,
        )
        return 1
    print(f"Lỗi: {said} Số liệu đã công bố vẫn giữ nguyên.", file=sys.stderr)
    return 1


def _watched(options: argparse.Namespace, console: Console) -> int:
    """Run the command; the log learns of a failure too, without what it says of single rows."""
    try:
        _look_for(options)
        status: int = options.run(options, Workspace(Path(options.data)), console)
    except BaseException as error:
        status = error.exit_status if isinstance(error, IgateError) else 1
        reason = str(error).split("\n", 1)[0] if isinstance(error, IgateError) else ""
        run_events.event("failed", status=status, error=type(error).__name__, reason=reason)
        raise
    return status


def _look_for(options: argparse.Namespace) -> None:
    """Raise `CommandError` if there is no such data folder, though the command needs one."""
    data = Path(options.data)
    if data.is_file():
        raise CommandError(f"--data phải là một thư mục, nhưng «{data}» là một tệp.")
    if options.command not in _WITHOUT_DATA and not data.is_dir():
        raise CommandError(f"Không có thư mục dữ liệu «{data}»: hãy xem lại --data hoặc DATA.")


def _system_reason(error: OSError) -> str:
    """Return what the file system refused, as a sentence for the clerk."""
    if error.errno == errno.ENOSPC:
        return "Ổ đĩa đã đầy: hãy giải phóng chỗ trống rồi chạy lại."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"Không có quyền đọc hoặc ghi «{error.filename}»: hãy kiểm tra quyền thư mục."
    return f"Không đọc hoặc ghi được «{error.filename}» ({error.strerror})."


def _parser() -> Parser:
    parser = Parser(prog="igate", description="Dossier exports in, the figures officials sign out.")
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
        command.add_argument(
            "--log-json",
            default=os.environ.get("IGATE_LOG"),
            metavar="FILE",
            help="append what happens to FILE as lines of JSON (default: $IGATE_LOG)",
        )
        command.add_argument("--debug", action="store_true", help="show the traceback of an error")
        module.arguments(command)
        command.set_defaults(run=module.run, command=found.name.replace("_", "-"))
    return parser
