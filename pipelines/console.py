"""What a run says while it works: a progress bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

# Plain lines are for logs: so many per stage at most.
_PLAIN_LINES = 4


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
            console.print(f"{title}: {done}/{total}", highlight=False)

    yield step
