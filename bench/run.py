"""`make bench`: the pipeline against what it cannot do without, plain readers and its peers.

Every command is a process of its own, run in turn with those it is held against; medians, and the
peak memory of all its processes together, are printed as a table and with `--write FILE` put into
it. `--rows` bounds the largest export; peers are installed into `.venv/peers` for `--peers`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from exports import write_csv, write_xlsx
from measure import Measured, Side, in_turn

HERE = Path(__file__).resolve().parent
MILLION = 1_000_000
TABLE = ("<!-- results -->", "<!-- end of results -->")
_LIBRARIES = (
    "import os, duckdb, duckdb_engine, fastexcel, pyarrow.parquet, rich, sqlalchemy, yaml; "
)
IMPORTS = _LIBRARIES + "import great_expectations; os._exit(0)"
# Great Expectations as we import it: without what no check needs.
OWN_IMPORTS = _LIBRARIES + "from pipelines.expectations import library; library(); os._exit(0)"
STAGE = """
import os, sys; from pathlib import Path
from pipelines.exports import RawFile; from pipelines.staging import stage
path = Path(sys.argv[1]); stage(RawFile(path.name, path, "0" * 64), Path(sys.argv[2]))
os._exit(0)
"""
FASTEXCEL = """
import os, sys, fastexcel
sheet = fastexcel.read_excel(sys.argv[1]).load_sheet(0, header_row=None, dtypes="string")
sheet.to_arrow(); os._exit(0)
"""
OPENPYXL = """
import sys, pandas
pandas.read_excel(sys.argv[1], dtype=str, engine="openpyxl").to_parquet(sys.argv[2] + "/o.parquet")
"""
PLAIN_COPY = """
import os, sys, duckdb
duckdb.execute("set enable_progress_bar = false")
duckdb.execute("copy (select * from read_csv($file, all_varchar = true)) to $to (format parquet)",
               {"file": sys.argv[1], "to": sys.argv[2] + "/o.parquet"})
os._exit(0)
"""
# What the whole job may not be slower than: the copy, and the import that takes longer than it.
COPY_AND_IMPORT = PLAIN_COPY.replace("os._exit(0)", "import great_expectations; os._exit(0)")


@dataclass(frozen=True)
class Row:
    """One line of the results."""

    title: str
    ours: Measured
    theirs: Measured
    most: float | None

    def __str__(self) -> str:
        ratio = self.ours.seconds / self.theirs.seconds
        shown = self.theirs.failed or f"{self.theirs.seconds:.2f}"
        wanted = "" if self.most is None else f"{self.most:g}"
        held = "" if self.most is None else ("yes" if ratio <= self.most else "**no**")
        return (
            f"| {self.title} | {self.ours.seconds:.2f} | {self.ours.megabytes:,.0f} | {shown} "
            f"| {self.theirs.megabytes:,.0f} | {ratio:.2f} | {wanted} | {held} |"
        )


class Bench:
    """The contests, on exports that are written as they are needed."""

    def __init__(self, folder: Path, rounds: int, big_rounds: int, peers: Path | None) -> None:
        self.folder, self.rounds, self.big_rounds, self.peers = folder, rounds, big_rounds, peers
        self.per_row: dict[int, float] = {}  # rows → seconds a row of the whole job

    def small(self) -> Iterator[Row]:
        """The committed sample against the imports that it needs."""
        data = self._data("sample")
        shutil.copytree(HERE.parent / "data" / "raw", data / "raw")
        ours, again, imports, own = in_turn(
            [self._whole(data), self._quarter(data), python(IMPORTS), python(OWN_IMPORTS)],
            self.rounds,
        )
        yield Row("sample, nothing staged / its imports", ours, imports, 2.0)
        yield Row("sample, nothing staged / imports as ours are", ours, own, None)
        yield Row("sample, nothing new / the same", again, imports, 0.5)

    def readers(self) -> Iterator[Row]:
        """Staging alone against plain readers."""
        book, csv = self.folder / "100k.xlsx", self._export(MILLION)
        write_xlsx(book, 100_000)
        out = self._fresh("read")
        ours, plain = in_turn(
            [self._python(STAGE, book, out), python(FASTEXCEL, book)], self.rounds
        )
        yield Row("xlsx 100,000 × 15, staged / fastexcel → Arrow", ours, plain, 1.5)
        (slow,) = in_turn([self._python(OPENPYXL, book, out)], 1, warm_up=False)
        yield Row("the same / pandas with openpyxl", ours, slow, 1 / 8)
        ours, plain = in_turn(
            [self._python(STAGE, csv, out), self._python(PLAIN_COPY, csv, out)], self.rounds
        )
        yield Row("CSV 1 M, staged / DuckDB's plain copy", ours, plain, 1.5)

    def whole(self) -> Iterator[Row]:
        """The whole job on a million rows."""
        csv, data, out = self._export(MILLION), self._data("1m"), self._fresh("copy")
        self._link(csv, data)
        ours, bound, plain = in_turn(
            [
                self._whole(data),
                self._python(COPY_AND_IMPORT, csv, out),
                self._python(PLAIN_COPY, csv, out),
            ],
            self.rounds,
        )
        self.per_row[MILLION] = ours.seconds / MILLION
        yield Row("CSV 1 M, whole job / plain copy and GX import", ours, bound, 1.5)
        yield Row("CSV 1 M, whole job / plain copy alone", ours, plain, None)
        yield from self._peers(csv, MILLION, ours, imports_out=True)

    def many(self) -> Iterator[Row]:
        """A thousand small workbooks against one."""
        one, many = self._data("one"), self._data("many")
        for data in (one, many):
            (data / "raw" / "2023Q3").mkdir(parents=True)
        write_xlsx(one / "raw" / "2023Q3" / "all.xlsx", 200_000)
        for number in range(1000):
            path = many / "raw" / "2023Q3" / f"commune-{number:04d}.xlsx"
            write_xlsx(path, 200, number * 200)
        ours, single = in_turn([self._whole(many), self._whole(one)], 1, warm_up=False)
        yield Row("1,000 xlsx × 200 rows / one xlsx × 200,000", ours, single, 1.5)

    def big(self, rows: int) -> Iterator[Row]:
        """The whole job on an export of so many rows, which is removed after it."""
        csv, data, out = self._export(rows), self._data(f"{rows}"), self._fresh("copy")
        self._link(csv, data)
        millions = f"{rows // MILLION} M"
        copy = self._python(PLAIN_COPY, csv, out)
        ours, plain = in_turn([self._whole(data), copy], self.big_rounds, warm_up=False)
        yield Row(f"CSV {millions}, whole job / plain copy alone", ours, plain, 2.5)
        per_row = ours.seconds / rows
        for before in sorted(self.per_row)[-1:]:
            grown = Measured(per_row * MILLION, ours.megabytes)
            base = Measured(self.per_row[before] * MILLION, 0)
            yield Row(f"per million rows: {millions} / {before // MILLION} M", grown, base, 1.1)
        self.per_row[rows] = per_row
        if rows == 10 * MILLION:
            yield from self._on_top(data, ours, rows)
            yield from self._peers(csv, rows, ours, imports_out=False)
        shutil.rmtree(data)
        csv.unlink()

    def _on_top(self, data: Path, full: Measured, rows: int) -> Iterator[Row]:
        small = Side(self._whole(data).command, environment=(("IGATE_MAX_MEMORY_MB", "1024"),))
        shutil.rmtree(data / "curated")
        (frugal,) = in_turn([small], 1, warm_up=False)
        yield Row("the same, staged, with 1 GB / with 3 GB, nothing staged", frugal, full, None)
        write_csv(data / "raw" / "new-2023-10-15.csv", 10_000, rows)
        (added,) = in_turn([self._quarter(data)], 1, warm_up=False)
        yield Row("10,000 rows more onto 10 M / the full run", added, full, 0.25)

    def _peers(self, csv: Path, rows: int, ours: Measured, imports_out: bool) -> Iterator[Row]:
        if self.peers is None:
            return
        out = self._fresh("peer")
        peer = str(self.peers / "bin" / "python")
        told = (("PEER_FOLDER", str(out)), ("PEER_EXPORT", str(csv)))
        project = str(HERE / "peers" / "dbt")
        dbt = [str(self.peers / "bin" / "dbt"), "run", "--project-dir", project]
        dbt += ["--profiles-dir", project, "--log-path", str(out), "--target-path", str(out / "t")]
        sides = {
            name: Side([peer, str(HERE / "peers" / f"with_{name}.py"), str(csv), str(out)])
            for name in ("pandas", "polars")
        } | {"dbt-duckdb": Side(dbt, environment=told)}
        imports = {
            "pandas": [peer, "-c", "import pandas, pyarrow"],
            "polars": [peer, "-c", "import polars"],
            "dbt-duckdb": [peer, "-c", "import dbt.cli.main, dbt.adapters.duckdb, duckdb"],
        }
        own = in_turn([python(OWN_IMPORTS)], 3)[0].seconds if imports_out else 0.0
        for name, side in sides.items():
            (theirs,) = in_turn([side], 3 if imports_out else 1, warm_up=imports_out)
            less = in_turn([Side(imports[name])], 3)[0].seconds if imports_out else 0.0
            title = f"CSV {rows // MILLION} M, whole job / {name}"
            title += ", imports of both taken out" if imports_out else ""
            yield Row(
                title,
                Measured(ours.seconds - own, ours.megabytes),
                Measured(theirs.seconds - less, theirs.megabytes, theirs.failed),
                1.0,
            )

    def _export(self, rows: int) -> Path:
        path = self.folder / f"{rows}-2023-09-30.csv"
        if not path.exists():
            write_csv(path, rows)
        return path

    def _data(self, name: str) -> Path:
        data = self._fresh(name)
        shutil.copytree(HERE.parent / "data" / "reference", data / "reference")
        return data

    def _fresh(self, name: str) -> Path:
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    @staticmethod
    def _link(csv: Path, data: Path) -> None:
        (data / "raw").mkdir()
        os.link(csv, data / "raw" / csv.name)

    @staticmethod
    def _quarter(data: Path) -> Side:
        code = "from pipelines.cli import main; main()"
        return Side([sys.executable, "-c", code, "quarter", "2023Q3", "--data", str(data)])

    def _whole(self, data: Path) -> Side:
        def before() -> None:
            for name in ("staging", "curated"):
                shutil.rmtree(data / name, ignore_errors=True)

        return Side(self._quarter(data).command, before)

    @staticmethod
    def _python(code: str, file: Path, out: Path) -> Side:
        def before() -> None:
            for path in out.iterdir():
                path.unlink()

        return Side([sys.executable, "-c", code, str(file), str(out)], before)


def python(code: str, *arguments: Path) -> Side:
    """A side that is a Python process."""
    return Side([sys.executable, "-c", code, *map(str, arguments)])


def peers() -> Path:
    """Install the peers, pinned, beside our own packages, and return where."""
    folder = HERE.parent / ".venv" / "peers"
    if not (folder / "bin" / "dbt").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "--quiet", "install"]
        locked = str(HERE / "peers" / "requirements.txt")
        subprocess.run([*pip, "--require-hashes", "-r", locked], check=True)
    return folder


def main() -> None:
    """Run the contests one after the other and print each line as it comes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=MILLION, help="rows of the largest export")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--big-rounds", type=int, default=1, help="rounds from 10 M rows on")
    parser.add_argument("--peers", action="store_true", help="also pandas, polars and dbt-duckdb")
    parser.add_argument("--only", nargs="+", default=["small", "readers", "whole", "many", "big"])
    parser.add_argument("--write", type=Path, help="put the table into this Markdown file")
    chosen = parser.parse_args()
    lines = [
        "| measure | ours s | MB | theirs s | MB | ratio | at most | held |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    print(*lines, sep="\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="igate-bench-") as name:
        bench = Bench(
            Path(name), chosen.rounds, chosen.big_rounds, peers() if chosen.peers else None
        )
        parts = [getattr(bench, part)() for part in chosen.only if part != "big"]
        if "big" in chosen.only:
            sizes = (size for size in (10 * MILLION, 30 * MILLION) if size <= chosen.rows)
            parts += [bench.big(size) for size in sizes]
        for part in parts:
            for row in part:
                lines.append(str(row))
                print(row, flush=True)
    if chosen.write:
        given = [each for each in sys.argv[1:] if each not in ("--write", str(chosen.write))]
        command = f'make bench BENCH="{" ".join(given)}"' if given else "make bench"
        head = f"{date.today():%Y-%m-%d}, {os.cpu_count()} cores, `{command}`:\n\n"
        text = chosen.write.read_text(encoding="utf-8")
        before, _, rest = text.partition(TABLE[0])
        after = rest.partition(TABLE[1])[2]
        table = "\n".join(lines)
        chosen.write.write_text(
            f"{before}{TABLE[0]}\n{head}{table}\n{TABLE[1]}{after}", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
