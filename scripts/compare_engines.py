"""Count exports of many rows with DuckDB and with Spark, and hold every published table of the one
against the other's: `python scripts/compare_engines.py FOLDER [rows]` (default 1,000,000).

Prints for each engine the seconds and the most memory that its processes held at one time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench"), str(ROOT / "tests")]

from exports import write_csv  # noqa: E402
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
        seconds, memory = _count(data, engine)
        print(f"{engine}: {rows} rows, {seconds:.0f} s, {memory >> 20} MB", flush=True)
        found[engine] = tables(data / "curated")
    one, other = found["duckdb"], found["spark"]
    differing = [name for name in one.keys() | other.keys() if one.get(name) != other.get(name)]
    print(f"{len(one)} tables, differing: {', '.join(sorted(differing)) or 'none'}")
    return 1 if differing or not one else 0


def _count(data: Path, engine: str) -> tuple[float, int]:
    """Count the quarter; return the seconds, and the most bytes held by all processes together."""
    command = [sys.executable, "-c", "from pipelines.cli import main; main()"]
    command += ["quarter", "2023Q3", "--data", str(data), "--engine", engine]
    command += ["--allow-unknown-units"]
    started, most = time.monotonic(), 0
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
    while process.poll() is None:
        most = max(most, _memory(process.pid))
        time.sleep(0.5)
    if process.returncode:
        sys.exit(process.returncode)
    return time.monotonic() - started, most


def _memory(session: int) -> int:
    """Return the bytes that the processes of a session hold, each with what it shares."""
    held = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(folder.name)) == session:
                pages = int((folder / "statm").read_text(encoding="ascii").split()[1])
                held += pages * os.sysconf("SC_PAGE_SIZE")
        except (OSError, ValueError, IndexError):
            continue
    return held


if __name__ == "__main__":
    sys.exit(main())
