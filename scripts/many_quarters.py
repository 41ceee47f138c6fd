"""Publishes many quarters again and again with other figures, and collects after each round.

Used by `tests/test_many_quarters.py` in bounded form and by `scripts/soak.py` in full: what is on
the disk must not grow with the number of rounds.
"""

from __future__ import annotations

import csv
import io
import json
import math
import os
import time
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import kill_runs
from rich.console import Console

from pipelines import cli
from pipelines.options import Options
from pipelines.quarter import run_quarter
from pipelines.workspace import Workspace

_FIRST_YEAR = 2000
_PER_QUARTER = 3
SIGNED_IN = 1  # the round whose first quarter is signed


@dataclass(frozen=True)
class Round:
    """Bytes on the disk after a round, before and after `igate gc`, without the run log.

    `kept` is the vintages of each quarter, `staged` the number of staged files, after it.
    """

    before: int
    after: int
    kept: dict[str, list[int]]
    staged: int


def quarters(count: int) -> list[str]:
    """Return the names of so many quarters, one after the other."""
    return [f"{_FIRST_YEAR + number // 4}Q{number % 4 + 1}" for number in range(count)]


def lay_out(data: Path, names: list[str], number: int) -> None:
    """Put one export under `data/raw` in which the dossiers of all quarters took `number` days."""
    raw = data / "raw"
    raw.mkdir(parents=True, exist_ok=True)
    with (raw / "a.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*kill_runs.HEADER, "Ngày có kết quả"])
        for name in names:
            received = date(int(name[:4]), 3 * int(name[-1]) - 2, 3)
            days = [received, received + timedelta(9), received + timedelta(number)]
            shown = [day.strftime("%d/%m/%Y") for day in days]
            for each in range(1, _PER_QUARTER + 1):
                code = f"H59.18-{received:%y%m%d}-{each:04d}"
                writer.writerow([code, "UBND xã Hòa Ân", *shown[:2], "Đã trả kết quả", shown[2]])


def on_disk(folder: Path) -> int:
    """Return the bytes of the disk that everything below `folder` takes, but for the run log."""
    paths = [path for path in folder.rglob("*") if path.name != "run-log.jsonl"]
    return sum(os.lstat(path).st_blocks * 512 for path in paths)


def vintages(data: Path) -> dict[str, list[int]]:
    """Return the vintages of each quarter that lie on the disk."""
    found: dict[str, list[int]] = {}
    for path in sorted((data / "curated" / ".vintages").glob("period=*/[0-9]*")):
        found.setdefault(path.parent.name.removeprefix("period="), []).append(int(path.name))
    return found


def publish_rounds(
    data: Path, count: int, rounds: int, keep: int, deadline: float = math.inf
) -> list[Round]:
    """Publish `count` quarters `rounds` times, collect after each, and return what was on the disk.

    The vintage of the first quarter that round `SIGNED_IN` made is signed, and released again.
    Past `deadline` (by `time.monotonic`) no further round is begun.
    """
    names, workspace, silent = quarters(count), Workspace(data), Console(file=io.StringIO())
    measured = []
    for number in range(rounds):
        if time.monotonic() > deadline:
            break
        lay_out(data, names, number)
        run_quarter(workspace, names, Options(), silent)
        if number == SIGNED_IN:
            _igate("freeze", data, names[0])
            _igate("freeze", data, names[0], "--release")
        before = on_disk(data)
        _igate("gc", data, "--keep", str(keep))
        staged = len(list(workspace.staging.glob("*.parquet")))
        measured.append(Round(before, on_disk(data), vintages(data), staged))
    _igate("verify", data)
    return measured


def _igate(command: str, data: Path, *arguments: str) -> None:
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        status = cli.run([command, *arguments, "--data", str(data)])
    assert status == 0, said.getvalue()


def named(data: Path) -> dict[str, list[int]]:
    """Return the vintages of each quarter that the manifest names."""
    manifest = json.loads((data / "curated" / "manifest.json").read_text(encoding="utf-8"))
    return {name: sorted(map(int, kept)) for name, kept in manifest["vintages"].items()}


def faults(data: Path, rounds: list[Round], count: int, keep: int) -> list[str]:
    """Return what is kept after a round and should not be, or the other way round."""
    signed, *others = quarters(count)
    found = []
    for number, each in enumerate(rounds, start=1):
        newest = set(range(max(1, number - keep + 1), number + 1))
        wanted = dict.fromkeys(others, newest)
        wanted[signed] = newest | ({SIGNED_IN + 1} if number > SIGNED_IN else set())
        wrong = [name for name in wanted if set(each.kept.get(name, ())) != wanted[name]]
        found += [f"round {number}: {name} keeps {each.kept.get(name)}" for name in wrong]
        if each.staged != 1:
            found.append(f"round {number}: {each.staged} staged files")
    if rounds and named(data) != rounds[-1].kept:
        found.append("the manifest names other vintages than lie on the disk")
    return found
