"""Lots of small files: how they are handed to workers, what a bad one costs, and how they are counted."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import build
import pyarrow.parquet as pq
import pytest

from pipelines import staging_pool, workers
from pipelines.engines.duckdb import duckdb_engine
from pipelines.exports import RawFile, find_exports
from pipelines.staging_pool import stage_many
from pipelines.workspace import Workspace


def misbehaving(files: list[RawFile]) -> list[str]:
    """A job that does with a file what its name says; it is called in workers."""
    for raw in files:
        if "crash" in raw.name:
            os.kill(os.getpid(), signal.SIGSEGV)
        if "killed" in raw.name:
            os.kill(os.getpid(), signal.SIGKILL)
        if "fail" in raw.name:
            raise ValueError
        held = b"x" * (900 << 20) if "much" in raw.name else b""
        if held or "hang" in raw.name:
            time.sleep(1000)
    return [raw.name for raw in files]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("crash", "dừng giữa chừng"),
        ("killed", None),
        ("fail", "ValueError"),
        ("hang", "đọc quá 6 giây"),
        ("much", "cần quá 700 MB bộ nhớ"),
    ],
)
def test_one_of_many_that_ends_badly_costs_itself(
    bad: str, reason: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IGATE_MAX_FILE_SECONDS", "6")
    monkeypatch.setenv("IGATE_MAX_FILE_MEMORY_MB", "700")
    names = ["a", "b", bad, "c", "d"]
    files = [RawFile(name, Path(name), name) for name in names]
    results = list(workers.in_workers([files[:4], files[4:]], 2, misbehaving))
    assert sorted(raw.name for raw, _ in results) == sorted(names)
    said = {raw.name: result for raw, result in results}
    ended = said.pop(bad)
    assert said == {name: name for name in "abcd"}
    assert (ended is None) if reason is None else (reason in str(ended))


def test_all_workers_have_their_share(tmp_path: Path) -> None:
    def lots(sizes: list[int], workers: int) -> list[list[int]]:
        files = []
        for number, size in enumerate(sizes):
            path = tmp_path / f"{number}"
            with path.open("wb") as file:
                file.truncate(size)
            files.append(RawFile(path.name, path, path.name))
        batches = staging_pool._batches(files, workers)
        return [[raw.path.stat().st_size for raw in batch] for batch in batches]

    assert lots([], 2) == []
    assert lots([10] * 3, 2) == [[10]] * 3
    assert lots([10] * 8, 2) == [[10, 10]] * 4
    assert max(map(len, lots([10] * 1000, 2))) == 64
    assert lots([1000_000] * 40, 2) == [[1000_000] * 4] * 10
    assert lots([10, 2 << 20, 10, 10, 10, 10], 1) == [[2 << 20], [10, 10], [10, 10], [10]]


def test_files_in_an_archive_are_as_large_as_they_unpack_to(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    small, large = build.csv_bytes(build.lines(build.dossiers(2))), b"a,b\n" * 500_000
    packed = build.zip_bytes({"a.csv": small, "b.csv": small, "c.csv": large})
    (tmp_path / "raw" / "x.zip").write_bytes(packed)
    files = find_exports(Workspace(tmp_path)).files
    assert staging_pool._sizes(files) == [len(small), len(small), len(large)]


def test_each_file_is_told_once_when_it_is_done(tmp_path: Path) -> None:
    files = build.laid_out(tmp_path, 25)
    done: list[str] = []
    results = stage_many(files, tmp_path / "staging", None, done.append)
    assert sorted(done) == sorted(results) == sorted(raw.name for raw in files)
    again = stage_many(files, tmp_path / "staging", None, done.append)
    assert again == results and len(done) == 50


def test_many_small_parquets_are_counted_as_they_stand(tmp_path: Path) -> None:
    """Put into one for the count, each row still tells its file and its place there."""
    files = build.laid_out(tmp_path, 40)
    results = stage_many(files, tmp_path / "staging", None, lambda name: None)
    paths = [str(each.path) for result in results.values() for each in result]  # type: ignore[union-attr]
    expected = [
        (path, place, row["dossier_code"])
        for path in paths
        for place, row in enumerate(pq.read_table(path).to_pylist())
    ]
    with duckdb_engine(tmp_path / "staging") as engine:
        engine.create_staged("many", paths)
        engine.create_staged("few", paths[:3])
        for name, wanted in (("many", expected), ("few", expected[:3])):
            found = engine.query(f"select filename, file_row_number, dossier_code from {name}")
            assert sorted(found) == sorted(wanted)
        assert len(list((tmp_path / "staging").glob(".staging-*/many.parquet"))) == 1
    assert not list((tmp_path / "staging").glob(".staging-*"))
