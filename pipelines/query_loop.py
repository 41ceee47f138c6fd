"""Reading what the SQL shell is to do: from a person, or from a file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

from pipelines import ctrl_c
from pipelines.errors import DataError, IgateError
from pipelines.query_line import line_editing
from pipelines.query_shell import Shell

_PROMPT, _MORE = "igate> ", "  ...> "


def take(buffer: list[str], line: str) -> str | None:
    """Add a line to what is begun in `buffer`; return what is now ready to run, if anything is."""
    if not buffer and (not line.strip() or line.lstrip().startswith(".")):
        return line.strip() or None
    buffer.append(line)
    text = "\n".join(buffer)
    if not sqlite3.complete_statement(text):
        return None
    buffer.clear()
    return text


def run_script(shell: Shell, lines: Iterable[str], csv: Path | None) -> None:
    """Run lines to their end or the first error, which is raised; the last `;` may be missing."""
    buffer: list[str] = []
    try:
        for line in lines:
            ready = take(buffer, line.rstrip("\n"))
            if ready and not shell.execute(ready, csv):
                return
    except UnicodeDecodeError as error:
        raise DataError("Câu lệnh SQL phải là chữ UTF-8.") from error
    shell.execute("\n".join(buffer), csv)


def interact(shell: Shell, read: Callable[[str], str] = input) -> None:
    """Read lines until the end; an error is told and the next line read, Ctrl-C drops a line."""
    shell.greet()
    buffer: list[str] = []
    with line_editing(shell.names) as remember:
        while True:
            try:
                shell.tell_of_news()
                ready = take(buffer, read(_MORE if buffer else _PROMPT))
                if ready:
                    remember(ready)
                    if not shell.execute(ready):
                        return
            except EOFError:
                shell.console.print()
                return
            except KeyboardInterrupt:
                ctrl_c.forget()
                buffer.clear()
                shell.console.print("\nĐã dừng.")
            except IgateError as error:
                shell.console.print(str(error), style="red", markup=False, highlight=False)
            except OSError as error:
                shell.console.print(
                    f"Không ghi được «{error.filename}» ({error.strerror}).",
                    style="red",
                    markup=False,
                    highlight=False,
                )
