"""Measuring whole processes: wall time, and the memory of a process and all that it starts."""

from __future__ import annotations

import os
import statistics
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")
_EVERY = 0.05  # seconds between two looks at the memory


@dataclass(frozen=True)
class Measured:
    """Seconds and megabytes at the peak; `failed` says why there is no result."""

    seconds: float
    megabytes: float
    failed: str = ""


@dataclass(frozen=True)
class Side:
    """One side of a contest: a command, and what makes everything as it was before each run."""

    command: list[str]
    before: Callable[[], None] = lambda: None
    environment: tuple[tuple[str, str], ...] = ()


def measured(side: Side) -> Measured:
    """Run a side once."""
    side.before()
    started = time.perf_counter()
    process = subprocess.Popen(
        side.command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env=os.environ | dict(side.environment),
    )
    peak = _Peak(process.pid)
    _, said = process.communicate()
    seconds = time.perf_counter() - started
    megabytes = peak.stop()
    if process.returncode < 0:
        return Measured(seconds, megabytes, f"killed by signal {-process.returncode}")
    if process.returncode:
        raise RuntimeError(
            f"{side.command} ended with {process.returncode}: {said.decode()[-2000:]}"
        )
    return Measured(seconds, megabytes)


def in_turn(sides: list[Side], rounds: int, warm_up: bool = True) -> list[Measured]:
    """Run all sides in turn, so that a machine that grows slower slows all alike; return of each
    the median of its seconds and the peak of its memory.
    """
    runs: list[list[Measured]] = [[] for _ in sides]
    for round_ in range(rounds + warm_up):
        for side, kept in zip(sides, runs, strict=True):
            if kept and kept[-1].failed:
                continue
            found = measured(side)
            if round_ or not warm_up or found.failed:
                kept.append(found)
    return [
        Measured(
            statistics.median(each.seconds for each in kept),
            max(each.megabytes for each in kept),
            kept[-1].failed,
        )
        for kept in runs
    ]


class _Peak:
    """The most memory that all processes of a session held at one time."""

    def __init__(self, session: int) -> None:
        self._session = session
        self._most = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        self._ended.set()
        self._thread.join()
        return self._most * _PAGE / 2**20

    def _watch(self) -> None:
        while not self._ended.wait(_EVERY):
            self._most = max(self._most, sum(map(self._pages, Path("/proc").glob("[0-9]*"))))

    def _pages(self, process: Path) -> int:
        try:
            after_name = (process / "stat").read_text().rpartition(")")[2].split()
            if int(after_name[3]) != self._session:
                return 0
            return int((process / "statm").read_text().split()[1])
        except (OSError, ValueError):
            return 0
