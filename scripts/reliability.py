"""The figures of a soak, and docs/reliability.md that is written from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from many_quarters import Round

from pipelines import __version__


@dataclass(frozen=True)
class Figures:
    """What was tried, what was met, and what did not hold."""

    command: str
    minutes: float
    cores: int
    writes: int  # calls by which a run changes something below its data folder
    begun: dict[str, int]  # kind of stop → runs
    hit: dict[str, int]  # kind of stop → runs that it ended
    readings: dict[str, int]
    publications: int
    files: int
    files_read: int
    quarters: int
    keep: int
    rounds: list[Round]
    run_log: int
    leaked: int
    faults: dict[str, list[str]]


_PAGE = """\
# What the guarantees hold against

Written by `{command}`, which needs strace. {date}, igate {version}, {cores} cores, {minutes}
minutes. Every fault is counted; a soak without any ends with status 0.

| what was done | tried | met | faults |
| --- | ---: | ---: | ---: |
{table}

| {quarters} quarters, {rounds} rounds | first round | round {middle} | last round |
| --- | ---: | ---: | ---: |
| on the disk before `igate gc --keep {keep}` | {before} |
| on the disk after it | {after} |

The run log, which is never cut, grew by {log} kB a run of {quarters} quarters.

## What each line means, and how it is made so

**Killed at a write.** A run makes {writes} calls that change something below its data folder
(`write`, `rename`, `fsync`, … also those of native libraries). SIGKILL comes at each of them in
turn, by the kernel's own tracing; the next run has other data and finds what was left. *Met* are
the runs that were killed; the others ended before that call, since threads do not make the same
calls every time. After each, what is published is held against its manifest like by `make verify`,
and must be the old state or the new one. It is, because a run builds an edition beside the old one,
forces it to the disk and switches one link by one rename.

**Killed at any moment.** The same with SIGKILL to all processes of a run after a random time.

**Without space.** From a write on, that system call fails with ENOSPC. The run must end with
status 1 and a sentence, without a traceback; what is published stays whole. *Met* are the runs
that could not go on.

**Readers.** Each reads over and over in its own process while the real command publishes, with new
data each time: the files of an edition through pyarrow, with their checksums, and through DuckDB;
one file under its visible path; and the database. A fault is a reading that failed, that saw
numbers of two states, or an older state after a newer one. A connection that is opened at first
and never closed must see its old state at the end, and no run may fail for it.
[reading-parquet.md](reading-parquet.md) says how a program reads several files of one state.

**Mutated files.** Exports of every format with bits flipped, cut out, put in and mixed
(`scripts/fuzz.py`). *Met* are those still read as a table; the others were refused with a reason. A
fault is a crash, a hang, an unforeseen error, or rows that do not add up by a second count.

**Quarters.** All are published in each round with other figures, one vintage is signed and released
in round 2, and `igate gc --keep {keep}` follows each round. A fault is a vintage that should have
gone or stayed, a signed one above all, or a staged file that no export needs. An edition stays
until two more are published, so the first rounds add up.

**Bytes leaked.** The exports of all killed runs, and of those that were read, carry a made-up name,
number and address; others have such in every place (`scripts/leaks.py`) and are killed, refused and
published. Everything that was written but the exports, and what commands said, is searched for
them: only columns of the contract leave the reader.
"""


def document(figures: Figures) -> str:
    """Return the page."""
    middle = min(figures.keep + 1, len(figures.rounds))
    shown = [figures.rounds[number - 1] for number in (1, middle, len(figures.rounds))]
    return _PAGE.format(
        command=figures.command,
        date=date.today().isoformat(),
        version=__version__,
        cores=figures.cores,
        minutes=round(figures.minutes),
        table="\n".join(f"| {' | '.join(row)} |" for row in _rows(figures)),
        quarters=figures.quarters,
        rounds=len(figures.rounds),
        middle=middle,
        keep=figures.keep,
        before=" | ".join(_megabytes(each.before) for each in shown),
        after=" | ".join(_megabytes(each.after) for each in shown),
        log=figures.run_log // 1000 // len(figures.rounds),
        writes=figures.writes,
    )


def _rows(figures: Figures) -> list[tuple[str, str, str, str]]:
    def stopped(kind: str, text: str) -> tuple[str, str, str, str]:
        faults = sum(f"kind='{kind}'" in fault for fault in figures.faults["runs"])
        begun, hit = figures.begun.get(kind, 0), figures.hit.get(kind, 0)
        return text, _number(begun), _number(hit), str(faults)

    after = sum("kind=" not in fault for fault in figures.faults["runs"])
    readings = sum(figures.readings.values())
    publications = len(figures.rounds) * figures.quarters
    return [
        stopped("write", f"runs killed at a write of their own, of {figures.writes}"),
        stopped("any moment", "runs killed at a random moment"),
        stopped("full disk", "runs without space on the disk"),
        ("the run after all of these repairs and publishes", "", "", str(after)),
        (
            f"readings during {figures.publications} publications",
            *(_number(readings),) * 2,
            str(len(figures.faults["readers"])),
        ),
        *((f"– {kind}", *(_number(n),) * 2, "") for kind, n in figures.readings.items()),
        (
            "mutated files staged",
            _number(figures.files),
            _number(figures.files_read),
            str(len(figures.faults["files"])),
        ),
        (
            f"publications of {figures.quarters} quarters",
            *(_number(publications),) * 2,
            str(len(figures.faults["quarters"])),
        ),
        ("bytes of personal data leaked", "", "", _number(figures.leaked)),
    ]


def _number(number: int) -> str:
    return f"{number:,}"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
