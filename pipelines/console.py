"""What a run says while it works: a progress bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pipelines.numbers import grouped_text

# Plain lines are for logs: so many per stage at most.
_PLAIN_LINES = 4


class PlainLines:
    """A text stream whose lines end without blanks: rich fills them up to a table's or a
    paragraph's width, which in a log or an e-mail is nothing but noise.
    """

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write whole lines, as rich does."""
        self._stream.write(re.sub(r" +(?=\n)", "", text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def print_caution(console: Console, said: str) -> None:
    """Print what must not be passed over."""
    console.print(
        f"CHÚ Ý: {said}", style="bold yellow", markup=False, highlight=False, soft_wrap=True
    )


@contextmanager
def progress(console: Console, title: str, total: int) -> Iterator[Callable[[str], None]]:
    """Yield a function to call with the name of each thing done; `total` are expected."""
    if console.is_terminal:
        columns = (
            TextColumn("{task.description:<24}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[name]}", style="dim", markup=False),
        )
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task(title, total=total, name="")
            yield lambda name: bar.update(task, advance=1, name=name[-40:])
        return
    done = 0

    def step(name: str) -> None:
        nonlocal done
        done += 1
        if done == total or done % max(total // _PLAIN_LINES, 1) == 0:
            console.print(f"{title}: {grouped_text(done)}/{grouped_text(total)}", highlight=False)

    yield step
