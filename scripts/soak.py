"""Pulls the plug at every write, fuzzes, reads during runs, publishes for years; says what held.

Usage: python scripts/soak.py [--minutes N] [--write FILE] and the counts below; `make soak` writes
docs/reliability.md. Bounded by minutes it stops early and says how far it came.
"""

from __future__ import annotations

import argparse
import atexit
import os
import queue
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import fuzz
import kill_runs
import leaks
import many_quarters
import read_runs
from kill_runs import Moment
from reliability import Figures, document

# When each part ends, as a share of the minutes.
_UNTIL = {"kills": 0.58, "readers": 0.67, "files": 0.75, "quarters": 0.85}
_FULL_DISK = ("write", "pwrite64", "rename", "symlink", "mkdir", "ftruncate")
_PERSON = [leaks.TEXTS[name] for name in ("applicant", "phone", "address")]
_KEEP = 3  # vintages that `igate gc` keeps in the soak


@dataclass
class Task:
    """One way to stop a run: killed at a write, after so many seconds, or without space."""

    kind: str
    moment: Moment | float


@dataclass
class Tally:
    """How many runs were begun and how many of them were hit, by kind; and what broke."""

    begun: Counter[str] = field(default_factory=Counter)
    hit: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def stop_runs(folder: Path, options: argparse.Namespace, deadline: float) -> tuple[Tally, int]:
    """Stop runs in every way, two at a time; return what came of it and how many writes there are.

    Each run has something new to publish, and finds what the stopped one before it left.
    """
    seen = folder / "moments"
    kill_runs.lay_out(seen, 9)
    assert kill_runs.run(kill_runs.quarter(seen)).returncode == 0
    kill_runs.lay_out(seen, 10)
    began = time.monotonic()
    moments = kill_runs.moments(seen, folder / "trace")
    seconds = time.monotonic() - began
    chance = random.Random(options.seed)
    full = [moment for moment in moments if moment.syscall in _FULL_DISK]
    tasks = [
        Task("write", moment)
        for moment in chance.sample(moments, min(options.writes, len(moments)))
    ]
    tasks += [Task("any moment", chance.uniform(0.1, seconds)) for _ in range(options.random)]
    tasks += [Task("full disk", chance.choice(full)) for _ in range(options.full_disk)]
    chance.shuffle(tasks)  # stopped early, the soak has met some of each kind
    waiting: queue.SimpleQueue[Task] = queue.SimpleQueue()
    for task in tasks:
        waiting.put(task)
    tally = Tally()
    with ThreadPoolExecutor(options.workers) as pool:
        for each in range(options.workers):
            pool.submit(_stop_in_turn, folder / f"killed-{each}", waiting, deadline, tally)
    return tally, len(moments)


def _stop_in_turn(
    data: Path, waiting: queue.SimpleQueue[Task], deadline: float, tally: Tally
) -> None:
    try:
        _stop_each(data, waiting, deadline, tally)
    except Exception as error:  # what nobody foresaw is a fault too
        tally.faults.append(f"{type(error).__name__}: {error}")


def _stop_each(data: Path, waiting: queue.SimpleQueue[Task], deadline: float, tally: Tally) -> None:
    old = new = 10
    kill_runs.lay_out(data, old)
    assert kill_runs.run(kill_runs.quarter(data)).returncode == 0
    while time.monotonic() < deadline:
        try:
            task = waiting.get_nowait()
        except queue.Empty:
            break
        new += 1
        kill_runs.lay_out(data, new, _PERSON)
        hit, problems = _stop(data, task)
        problems += kill_runs.whole(data, {old, new})
        tally.begun[task.kind] += 1
        tally.hit[task.kind] += hit
        for problem in problems:
            tally.faults.append(f"{task}: {problem}")
            print(f"FAULT {tally.faults[-1]}", flush=True)
        old = kill_runs.received(data)
    ended = kill_runs.run(kill_runs.quarter(data))
    problems = kill_runs.whole(data, {new}) + kill_runs.remains(data)
    if ended.returncode != 0:
        problems.append(ended.stderr)
    tally.faults += [f"after all: {problem}" for problem in problems]


def _stop(data: Path, task: Task) -> tuple[bool, list[str]]:
    """Stop one run; return whether it was hit and what it did wrong itself."""
    if isinstance(task.moment, float):
        return kill_runs.kill_after(data, task.moment), []
    if task.kind == "write":
        return kill_runs.kill_at(data, task.moment), []
    ended = kill_runs.without_space_at(data, task.moment)
    if ended.returncode not in (0, 1) or "Traceback" in ended.stderr:
        return True, [f"status {ended.returncode}: {ended.stderr[-1000:]}"]
    return ended.returncode == 1, []


def serve_readers(
    data: Path, publications: int, deadline: float
) -> tuple[list[read_runs.Served], int, list[str]]:
    """Publish while readers read; return what they saw, how often was published, and faults."""
    faults = []
    kill_runs.lay_out(data, 1000)
    assert kill_runs.run(kill_runs.quarter(data)).returncode == 0
    forgotten = duckdb.connect(data / "igate.duckdb", read_only=True)
    published = 1
    with read_runs.reading(data, read_runs.READERS) as readers:
        while published < publications and time.monotonic() < deadline:
            kill_runs.lay_out(data, 1000 + published, _PERSON)
            ended = kill_runs.run(kill_runs.quarter(data))
            published += 1
            if ended.returncode != 0:
                faults.append(ended.stderr[-1000:])
        time.sleep(2)  # for the last state
    count = forgotten.execute("select count(*) from curated.dossiers").fetchone()
    if count != (1000,):
        faults.append(f"the forgotten connection sees {count}")
    states = list(range(1000, 1000 + published))
    for each in readers:
        faults += [f"{each.kind}: {problem}" for problem in each.problems]
        if each.states != sorted(set(each.states) & set(states)):
            faults.append(f"{each.kind}: states {each.states}")
    return readers, published, faults


def fuzz_files(count: int, seed: int, deadline: float) -> tuple[Counter[str], list[str]]:
    """Stage mutated files in lots, until there were `count` or the time is over."""
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    for lot in range(0, count, 100):
        if time.monotonic() > deadline:
            break
        found, wrong = fuzz.fuzz(min(100, count - lot), seed + lot)
        outcomes += found
        faults += wrong
    return outcomes, faults


def stop_over_persons(data: Path, times: int) -> list[str]:
    """Run over exports with personal data in every place, killed and to the end.

    What the commands say is kept beside what they write. Returns those that ended otherwise than
    they should.
    """
    leaks.lay_out(data / "raw" / "2023Q3")
    # So much of these exports is meant to be rejected that nothing else would be published.
    lenient = ["--max-rejected", "1"]
    for number in range(times):
        kill_runs.kill_after(data, 0.5 + number, lenient)
    faults = []
    commands = [["quarter", "2023Q3"], ["quarter", "2023Q3", *lenient], ["log"], ["verify"]]
    commands += [[name, "2023Q3"] for name in ("report", "publish-open", "vintages")]
    for number, command in enumerate(commands):
        ended = kill_runs.run([*kill_runs.IGATE, *command, "--data", str(data)])
        said = ended.stdout + ended.stderr
        (data / f"said-{number}.txt").write_text(said, encoding="utf-8")
        if ended.returncode != (number == 0):  # the first is refused, and lists samples of why
            faults.append(f"{command}: status {ended.returncode}: {said[-500:]}")
    return faults


def soak(options: argparse.Namespace, folder: Path) -> Figures:
    """Do all of it below `folder` and return the figures."""
    began = time.monotonic()

    def until(phase: str) -> float:
        return began + options.minutes * 60 * _UNTIL[phase]

    def told(text: str) -> None:
        print(f"{(time.monotonic() - began) / 60:5.1f} min  {text}", flush=True)

    tally, writes = stop_runs(folder, options, until("kills"))
    told(f"runs stopped: {dict(tally.hit)}, faults: {len(tally.faults)}")
    readers, published, wrong = serve_readers(
        folder / "read", options.publications, until("readers")
    )
    told(f"readings: {sum(each.reads for each in readers)}, faults: {len(wrong)}")
    outcomes, broken = fuzz_files(options.files, options.seed, until("files"))
    told(f"files fuzzed: {outcomes.total()}, faults: {len(broken)}")
    rounds = many_quarters.publish_rounds(
        folder / "quarters", options.quarters, options.rounds, _KEEP, until("quarters")
    )
    told(f"rounds of {options.quarters} quarters: {len(rounds)}")
    ended_wrong = stop_over_persons(folder / "persons", 4)
    written = [
        path for path in folder.iterdir() if path.name.startswith(("killed", "read", "pers"))
    ]
    leaked = sum(leaks.found(path) for path in written)
    told(f"bytes leaked: {leaked}")
    return Figures(
        command=options.command,
        minutes=(time.monotonic() - began) / 60,
        cores=os.cpu_count() or 1,
        writes=writes,
        begun=dict(tally.begun),
        hit=dict(tally.hit),
        readings={each.kind: each.reads for each in readers},
        publications=published,
        files=outcomes.total(),
        files_read=sum(n for outcome, n in outcomes.items() if outcome.startswith("read as")),
        quarters=options.quarters,
        keep=_KEEP,
        rounds=rounds,
        run_log=(folder / "quarters" / "run-log.jsonl").stat().st_size,
        leaked=leaked,
        faults={
            "runs": tally.faults,
            "readers": wrong,
            "files": broken,
            "persons": ended_wrong,
            "quarters": many_quarters.faults(folder / "quarters", rounds, options.quarters, _KEEP),
        },
    )


def arguments() -> argparse.Namespace:
    """The command line; without `--minutes` everything is done to its end."""
    parser = argparse.ArgumentParser(description="Show what the guarantees hold against.")
    counts = {
        "writes": (10_000, "kill at so many of the run's own writes"),
        "random": (400, "kill at so many random moments"),
        "full-disk": (80, "let so many writes fail for want of space"),
        "publications": (40, "publish so often while readers read"),
        "files": (20_000, "stage so many mutated exports"),
        "quarters": (100, "publish so many quarters"),
        "rounds": (12, "publish them so often"),
        "workers": (2, "stop so many runs at a time"),
        "seed": (1, "where chance begins"),
    }
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after so many")
    for name, (default, text) in counts.items():
        parser.add_argument(f"--{name}", type=int, default=default, help=f"{text} ({default})")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the figures there")
    options = parser.parse_args()
    given = [each for each in sys.argv[1:] if each != "--write" and each != str(options.write)]
    options.command = f'make soak SOAK="{" ".join(given)}"' if given else "make soak"
    return options


def main() -> None:
    """Exit with 1 if anything did not hold."""
    options = arguments()
    if shutil.which("strace") is None:
        sys.exit("strace is needed: it kills a run at its own writes.")
    with tempfile.TemporaryDirectory(prefix="igate-soak-") as folder:
        figures = soak(options, Path(folder))
    text = document(figures)
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    print(text)
    for what, faults in figures.faults.items():
        for fault in faults:
            print(f"FAULT {what}: {fault}")
    sys.exit(any(figures.faults.values()) or bool(figures.leaked))


if __name__ == "__main__":
    # DuckDB behind SQLAlchemy prints pages of "leaked" lines when an interpreter is torn down.
    atexit.register(lambda: os.dup2(os.open(os.devnull, os.O_WRONLY), 2))
    main()
