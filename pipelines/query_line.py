"""Editing a line of the SQL shell: completion by Tab, and what was typed before."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

_DELIMITERS = " \t\n'\"(),;=<>+*/|"
_KEPT = 1000


def completions(words: list[str], text: str) -> list[str]:
    """Return the words that go on from `text`; of `schema.ta` the part behind the point is held.

    Keeps the order of `words`; capital and small letters are the same.
    """
    above, point, begun = text.rpartition(".")
    if not above:  # `.run` is a word of its own
        above, point, begun = "", "", text
    found = [word for word in words if word.lower().startswith(begun.lower())]
    return [above + point + word for word in dict.fromkeys(found)]


def history_file() -> Path:
    """Return where the history is kept: with the user, never with the data."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state, "igate", "query-history")


@contextlib.contextmanager
def line_editing(words: Callable[[str], list[str]]) -> Iterator[Callable[[str], None]]:
    """Complete by Tab from `words(line)`, and remember what the yielded function is given.

    Where Python has no readline, lines are read without either.
    """
    try:
        import readline
    except ImportError:
        yield lambda _: None
        return

    def complete(text: str, state: int) -> str | None:
        if state == 0:
            found[:] = completions(words(readline.get_line_buffer()), text)
        return found[state] if state < len(found) else None

    def remember(entry: str) -> None:
        # As one line, so that it is found again whole; a comment would swallow what follows it.
        lines = [entry.replace("\n", " ")] if "--" not in entry else entry.split("\n")
        for line in lines:
            readline.add_history(line)

    found: list[str] = []
    readline.set_completer(complete)
    readline.set_completer_delims(_DELIMITERS)
    libedit = "libedit" in (readline.__doc__ or "")
    readline.parse_and_bind("bind ^I rl_complete" if libedit else "tab: complete")
    readline.set_auto_history(False)
    readline.set_history_length(_KEPT)
    # A history that cannot be read or kept is no reason not to query.
    with contextlib.suppress(OSError, RuntimeError):
        readline.read_history_file(history_file())
    try:
        yield remember
    finally:
        readline.set_completer(None)
        with contextlib.suppress(OSError, RuntimeError):
            path = history_file()
            path.parent.mkdir(parents=True, exist_ok=True)
            readline.write_history_file(path)
            path.chmod(0o600)  # a query may name a dossier
