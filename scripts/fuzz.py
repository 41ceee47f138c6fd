"""Mutates exports of every format, stages each mutation in the worker pool and reports what broke.

Usage: python scripts/fuzz.py COUNT [--seed N] [--keep DIR]

Nothing may crash, hang, fail in a way that nobody foresaw, or give rows that do not add up; what
does is kept in DIR and named. Text is counted a second time by Python's csv.
"""

import argparse
import csv
import io
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import build
from legacy_text import in_cp1258, in_tcvn3, in_vni
from workbooks import write_ods, write_xlsb

from pipelines.errors import UnreadableFile
from pipelines.exports import RawFile, exports_in
from pipelines.staging_pool import Result, stage_many

_BATCH = 500


def seeds(folder: Path) -> list[bytes]:
    """Returns one small export of every format that can be written without an office program."""
    rows = build.lines(build.dossiers(6), "D", ["DANH SÁCH HỒ SƠ"], ["Tổng cộng: 6"])
    register = build.lines(build.dossiers(4), "B", ["UBND xã Hòa Ân"])
    paths = [
        build.write_xlsx(folder / "a", {"x": rows, "y": register}),
        write_xlsb(folder / "b", {"x": rows}),
        write_ods(folder / "c", {"x": rows}),
        build.write_html(folder / "d", rows),
        build.write_html_register(folder / "e", build.dossiers(3)),
        build.write_csv(folder / "f", rows),
        build.write_csv(folder / "g", register, ";", "utf-8-sig"),
        build.write_csv(folder / "h", rows, "\t", "utf-16"),
    ]
    text = (folder / "f").read_bytes().decode()
    contents = [path.read_bytes() for path in paths]
    contents += [encode(text) for encode in (in_cp1258, in_tcvn3, in_vni)]
    sample = Path(__file__).resolve().parents[1] / "tests" / "data"
    return contents + [path.read_bytes() for path in sorted(sample.glob("*.xls"))]


def mutated(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """Returns `content` with bits flipped, bytes cut out, put in or taken from `other`."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5))):
        at = chance.randrange(len(changed) + 1)
        length = chance.choice((1, 2, 8, 64, 1000))
        match chance.randrange(6):
            case 0 if changed:
                changed[at - 1] ^= 1 << chance.randrange(8)
            case 1:
                del changed[at:]
            case 2:
                changed[at:at] = chance.randbytes(length)
            case 3:
                start = chance.randrange(len(other))
                changed[at:at] = other[start : start + length]
            case 4:
                del changed[at : at + length]
            case _:
                mark = chance.choice(
                    (b'"', b"\n", b"\r", b"\0", b",", b"\xff", b"<", b"</tr>", b"<table>")
                )
                changed[at : at + chance.randrange(2)] = mark
    return bytes(changed)


def fault(content: bytes, result: Result) -> str | None:
    """Returns what is wrong with the outcome of a file, if anything is."""
    if isinstance(result, UnreadableFile):
        reason = str(result)
        if "ngoài dự kiến" in reason or reason.isascii() or "\n" in reason:
            return reason
        # A native reader may die of a file; the pool holds it. Anything else is slow or large.
        return reason if "giây" in reason else None
    total = 0
    for staged in result:
        rows = pq.read_table(staged.path).to_pylist()
        total += len(rows) + staged.rows_above
        for row in rows:
            accepted = row["ignored_as"] is None and row["reject_reason"] is None
            if row["ignored_as"] is not None and row["reject_reason"] is not None:
                return "a row is both ignored and rejected"
            if (
                accepted
                and not row[f"{'dossier' if staged.kind == 'dossiers' else 'procedure'}_code"]
            ):
                return "an accepted row has no code"
    if result[0].format == "csv":
        csv.field_size_limit(1 << 24)
        encoding = result[0].encoding
        single_byte = encoding in ("tcvn3", "vni")  # neither changes what separates cells and rows
        text = content.decode("latin-1" if single_byte else encoding, errors="replace")
        counts = {
            sum(1 for _ in csv.reader(io.StringIO(text, newline=""), delimiter=mark))
            for mark in ",;\t|"
        }
        if total not in counts:
            return f"{total} rows, by Python's csv {sorted(counts)}"
    return None


def fuzz(count: int, seed: int, keep: Path | None = None) -> tuple[Counter[str], list[str]]:
    """Stages `count` mutations; returns how often which outcome came, and the faults."""
    chance = random.Random(seed)
    outcomes: Counter[str] = Counter()
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        originals = seeds(folder)
        for start in range(0, count, _BATCH):
            files: list[RawFile] = []
            for number in range(start, min(start + _BATCH, count)):
                path = folder / f"{number}.xlsx"
                path.write_bytes(
                    mutated(chance.choice(originals), chance.choice(originals), chance) or b" "
                )
                exports = exports_in(path.name, path)
                files += [RawFile(label, path, sha, member) for label, sha, member in exports]
            results = stage_many(files, folder / "staging", frozenset(), lambda _: None)
            for raw in files:
                result = results[raw.name]
                unread = isinstance(result, UnreadableFile)
                outcomes[str(result)[:60] if unread else f"read as {result[0].format}"] += 1
                content = raw.path.read_bytes()
                wrong = None if raw.member else fault(content, result)
                if wrong is not None:
                    faults.append(f"{raw.name} (seed {seed}): {wrong}")
                    if keep is not None:
                        keep.mkdir(parents=True, exist_ok=True)
                        (keep / f"{seed}-{raw.path.name}").write_bytes(content)
            for raw in files:
                raw.path.unlink(missing_ok=True)
            for path in (folder / "staging").glob("*.parquet"):
                path.unlink()
    return outcomes, faults


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Stage mutated exports and report what breaks.")
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder for the files that broke something")
    options = parser.parse_args()
    outcomes, faults = fuzz(options.count, options.seed, options.keep)
    for outcome, times in outcomes.most_common():
        print(f"{times:7} {outcome}")
    for each in faults:
        print("FAULT", each)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
