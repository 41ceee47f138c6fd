"""Kills the real command at its own writes and at any moment, and looks at what is left.

Used by `tests/test_crash.py` in bounded form and by `scripts/soak.py` in full. The kernel does the
killing: `strace` delivers SIGKILL at the n-th call of a system call, or lets it fail for want of
space, so that writes of native libraries are met like our own.
"""

from __future__ import annotations

import csv
import io
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
from rich.console import Console

from pipelines.verify import verify
from pipelines.workspace import Workspace

WRITES = (
    *("write", "pwrite64", "rename", "symlink", "unlink", "unlinkat", "mkdir", "rmdir"),
    *("fsync", "fdatasync", "ftruncate"),
)
HEADER = ["Mã hồ sơ", "Đơn vị giải quyết", "Ngày tiếp nhận", "Ngày hẹn trả", "Trạng thái"]
PERSONAL = ["Chủ hồ sơ", "Số điện thoại", "Địa chỉ"]
_LINE = re.compile(r"(\d+) +(\w+)\(")
IGATE = [sys.executable, "-c", "from pipelines.cli import main; main()"]


@dataclass(frozen=True)
class Moment:
    """The `nth` call of `syscall` by any one thread."""

    syscall: str
    nth: int


def lay_out(data: Path, dossiers: int, person: Sequence[str] = ("", "", "")) -> None:
    """Put one export of so many dossiers of 2023Q3 under `data/raw`, in place of the one there.

    `person` is who handed them all in: name, number and address.
    """
    raw = data / "raw" / "2023Q3"
    raw.mkdir(parents=True, exist_ok=True)
    with (raw / "a.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*HEADER, *PERSONAL])
        for number in range(dossiers):
            code = f"H59.18-230605-{number:04d}"
            cells = [code, "UBND xã Hòa Ân", "05/06/2023", "09/06/2023", "Đang xử lý"]
            writer.writerow([*cells, *person])


def quarter(data: Path) -> list[str]:
    """Return the command line of the main job over `data`."""
    return [*IGATE, "quarter", "2023Q3", "--data", str(data)]


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def moments(data: Path, log: Path) -> list[Moment]:
    """Run the main job once and return every call by which it changes something below `data`."""
    traced = ["strace", "-f", "-qq", "-y", "-o", str(log), "-e", f"trace={','.join(WRITES)}"]
    ended = run([*traced, *quarter(data)])
    assert ended.returncode == 0, ended.stderr
    calls: Counter[tuple[str, str]] = Counter()
    found: dict[Moment, None] = {}
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        match = _LINE.match(line)
        if match is None:
            continue
        calls[match.groups()] += 1
        if str(data) in line:
            found[Moment(match[2], calls[match.groups()])] = None
    return list(found)


def kill_at(data: Path, moment: Moment) -> bool:
    """Run the main job and kill it at `moment`; return whether it was killed."""
    traced = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={moment.syscall}"]
    traced += ["-e", f"inject={moment.syscall}:signal=KILL:when={moment.nth}"]
    return run([*traced, *quarter(data)]).returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)


def without_space_at(data: Path, moment: Moment) -> subprocess.CompletedProcess[str]:
    """Run the main job; from `moment` on there is no space on the disk for that system call."""
    traced = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={moment.syscall}"]
    traced += ["-e", f"inject={moment.syscall}:error=ENOSPC:when={moment.nth}+"]
    return run([*traced, *quarter(data)])


def kill_after(data: Path, seconds: float, arguments: Sequence[str] = ()) -> bool:
    """Run the main job and kill it, with all its workers, after so many seconds."""
    process = subprocess.Popen(
        [*quarter(data), *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    killed = process.poll() is None
    if killed:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return killed


def received(data: Path) -> int:
    """Return how many dossiers the published period has, as a reader of the Parquet sees it."""
    path = data / "curated" / "period=2023Q3" / "counts_by_level.parquet"
    rows = pq.read_table(path, partitioning=None).to_pylist()
    (total,) = [r["received"] for r in rows if r["level"] == "all" and r["basis"] == "received"]
    return int(total)


def whole(data: Path, allowed: set[int]) -> list[str]:
    """Return what is wrong with the published state: it must be whole, and one of `allowed`."""
    said = io.StringIO()
    proven = verify(Workspace(data), Console(file=said)) == 0
    problems = [] if proven else [said.getvalue()]
    found = received(data)
    if found not in allowed:
        problems.append(f"{found} dossiers are published, not one of {sorted(allowed)}")
    return problems


def remains(data: Path) -> list[str]:
    """Return what is half-built and was not cleared away."""
    found = [*(data / "curated").rglob(".new-*"), *(data / "staging").glob(".staging-*")]
    return sorted(path.name for path in found)


def spread(all_moments: list[Moment], count: int, seed: int) -> list[Moment]:
    """Return `count` of the moments: the renames and links first, then a random choice."""
    chance = random.Random(seed)
    first = [m for m in all_moments if m.syscall in ("rename", "symlink")]
    rest = [m for m in all_moments if m not in first]
    chosen = first[-count // 2 :]
    return chosen + chance.sample(rest, min(len(rest), count - len(chosen)))
