"""Whether Ctrl-C was pressed: libraries make errors of their own of it, in which it is not to be
recognised (DuckDB while it reads an Arrow table, a native module while it is imported).
"""

from __future__ import annotations

import signal
from types import FrameType

_presses: list[int] = []


def watch() -> None:
    """Notice Ctrl-C from now on; it goes on to raise `KeyboardInterrupt`.

    Where it is ignored (a command behind `nohup`), it stays so.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _notice)


def ignore() -> None:
    """Hear no more of Ctrl-C: the command is done, and there is nothing left to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _notice(number: int, frame: FrameType | None) -> None:
    _presses.append(number)
    signal.default_int_handler(number, frame)


def pressed() -> bool:
    """Return whether Ctrl-C was pressed since `watch` or `forget`."""
    return bool(_presses)


def forget() -> None:
    """Go on after Ctrl-C, as a shell does."""
    _presses.clear()
