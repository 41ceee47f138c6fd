"""Count exports of many rows with DuckDB and with Spark, and hold every published table of the one
against the other's: `python scripts/compare_engines.py FOLDER [rows]` (default 1,000,000).

Prints for each engine the seconds and the most memory that its processes held at one time.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench"), str(ROOT / "tests")]

from exports import write_csv  # noqa: E402
from measure import Measured, Side, measured  # noqa: E402
from spark_cluster import tables  # noqa: E402

_FILES = 4


def main() -> int:
    folder = Path(sys.argv[1])
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    found = {}
    for engine in ("duckdb", "spark"):
        data = folder / engine
        shutil.rmtree(data, ignore_errors=True)
        (data / "raw").mkdir(parents=True)
        for number in range(_FILES):
            path = data / "raw" / f"2023-09-0{number + 1}.csv"
            write_csv(path, rows // _FILES, number * rows // _FILES)
        count = _count(data, engine)
        print(f"{engine}: {rows} rows, {count.seconds:.0f} s, {count.megabytes:.0f} MB", flush=True)
        found[engine] = tables(data / "curated")
    one, other = found["duckdb"], found["spark"]
    differing = [name for name in one.keys() | other.keys() if one.get(name) != other.get(name)]
    print(f"{len(one)} tables, differing: {', '.join(sorted(differing)) or 'none'}")
    return 1 if differing or not one else 0


def _count(data: Path, engine: str) -> Measured:
    command = [sys.executable, "-c", "from pipelines.cli import main; main()"]
    command += ["quarter", "2023Q3", "--data", str(data), "--engine", engine]
    return measured(Side([*command, "--allow-unknown-units"]))


if __name__ == "__main__":
    sys.exit(main())
