"""`make bench`: the pipeline against plain readers and its peers, side by side in one run.

Every command is a process of its own, run in turn with the others, so that a machine that
grows slower slows all alike; medians and peak memory are printed as a table.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from exports import write_csv, write_xlsx

ROUNDS = 5


@dataclass(frozen=True)
class Contest:
    """Our code against what it is measured by, and the ratio that may not be passed."""

    title: str
    ours: str
    theirs: str
    most: float


STAGE = """
import sys; from pathlib import Path
from pipelines.exports import RawFile; from pipelines.staging import stage
path = Path({file!r}); stage(RawFile(path.name, path, {mark!r}), Path({out!r}))
"""
FASTEXCEL = """
import fastexcel
sheet = fastexcel.read_excel({file!r}).load_sheet(0, header_row=None, dtypes="string")
print(sheet.to_arrow().num_rows)
"""
OPENPYXL = """
import pandas
pandas.read_excel({file!r}, dtype=str, engine="openpyxl").to_parquet({out!r} + "/o.parquet")
"""
PLAIN_COPY = """
import duckdb
duckdb.execute("copy (select * from read_csv('{file}', all_varchar = true)) "
               "to '{out}/o.parquet' (format parquet)")
"""


def main() -> None:
    """Write the exports, run the contests and print what came out."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        csv, xlsx = folder / "1m.csv", folder / "100k.xlsx"
        write_csv(csv, 1_000_000)
        write_xlsx(xlsx, 100_000)
        contests = [
            (
                Contest("xlsx 100.000 × 15 → staged / fastexcel → Arrow", STAGE, FASTEXCEL, 1.5),
                xlsx,
            ),
            (
                Contest("xlsx 100.000 × 15 → staged / pandas + openpyxl", STAGE, OPENPYXL, 1 / 8),
                xlsx,
            ),
            (Contest("CSV 1.000.000 → staged / DuckDB plain copy", STAGE, PLAIN_COPY, 1.5), csv),
        ]
        print(
            f"{'measure':<52}{'ours s':>8}{'MB':>7}{'theirs s':>10}{'MB':>7}{'ratio':>8}{'most':>7}"
        )
        for contest, file in contests:
            report(contest, file, folder)


def report(contest: Contest, file: Path, folder: Path) -> None:
    """Run both sides of a contest in turn and print one line."""
    ours, theirs = [], []
    for round_ in range(ROUNDS + 1):
        for code, times in ((contest.ours, ours), (contest.theirs, theirs)):
            out = folder / f"{file.stem}-{abs(hash(contest.title))}-{round_}"
            out.mkdir(exist_ok=True)
            measured = timed(code.format(file=str(file), out=str(out), mark=f"{round_:064d}"))
            if round_:  # the first is a warm-up
                times.append(measured)
    seconds = [statistics.median(each[0] for each in side) for side in (ours, theirs)]
    memory = [max(each[1] for each in side) for side in (ours, theirs)]
    print(
        f"{contest.title:<52}{seconds[0]:>8.2f}{memory[0]:>7.0f}{seconds[1]:>10.2f}"
        f"{memory[1]:>7.0f}{seconds[0] / seconds[1]:>8.2f}{contest.most:>7.2f}"
    )


def timed(code: str) -> tuple[float, float]:
    """Return seconds and peak memory (MB) of a Python process that runs `code`."""
    started = time.perf_counter()
    runner = (
        "import resource, subprocess, sys\n"
        "subprocess.run([sys.executable, '-c', sys.argv[1]], check=True, stdout=-3)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", runner, code], check=True, capture_output=True, text=True
    )
    return time.perf_counter() - started, int(done.stdout) / 1024


if __name__ == "__main__":
    main()
