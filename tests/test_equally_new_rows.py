"""Where exports of one day disagree on a dossier, the order of names decides, and a finding says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from small import Life, export, igate

CLOSED = Life(1)
OPEN = replace(CLOSED, finished=None, group="processing")
LATER = replace(CLOSED, finished=date(2023, 6, 20))
EXTENDED = replace(CLOSED, due=date(2023, 6, 30))


def samples(data: Path) -> list[str]:
    assert igate("quarter", data, "2023Q3") == 0
    table = data / "curated" / "quality" / "findings.parquet"
    found = duckdb.sql(
        f"select sample from read_parquet('{table}') where check_id = 'equally_new_rows'"
    ).fetchall()
    return [line for (sample,) in found for line in sample.split("\n")]


def group(data: Path) -> str:
    table = data / "curated" / "period=2023Q3" / "dossiers.parquet"
    (found,) = duckdb.sql(f"select status_group from read_parquet('{table}')").fetchall()
    return str(found[0])


@pytest.mark.parametrize("other", [OPEN, LATER, EXTENDED])
@pytest.mark.parametrize("swapped", [False, True])
def test_rows_that_differ_on_one_day_are_told(tmp_path: Path, other: Life, swapped: bool) -> None:
    first, last = (other, CLOSED) if swapped else (CLOSED, other)
    export(tmp_path, "a.csv", [first])
    export(tmp_path, "b.csv", [last])
    assert samples(tmp_path) == [f"{CLOSED.code} (dòng được dùng: 2023Q3/b.csv, dòng 2)"]
    assert group(tmp_path) == last.group


def test_rows_of_one_file_that_differ_are_told(tmp_path: Path) -> None:
    export(tmp_path, "a.csv", [CLOSED, OPEN])
    assert samples(tmp_path) == [f"{CLOSED.code} (dòng được dùng: 2023Q3/a.csv, dòng 3)"]


def test_rows_that_say_the_same_are_no_finding(tmp_path: Path) -> None:
    export(tmp_path, "a.csv", [CLOSED, Life(2)])
    export(tmp_path, "b.csv", [CLOSED, Life(3)])
    assert samples(tmp_path) == []


def test_a_newer_export_is_no_finding(tmp_path: Path) -> None:
    export(tmp_path, "b-2023-09-05.csv", [OPEN])
    export(tmp_path, "a-2023-09-12.csv", [CLOSED])
    assert samples(tmp_path) == []
    assert group(tmp_path) == "resolved"


def test_older_exports_that_differ_among_themselves_are_no_finding(tmp_path: Path) -> None:
    export(tmp_path, "a-2023-09-05.csv", [OPEN])
    export(tmp_path, "b-2023-09-05.csv", [LATER])
    export(tmp_path, "c-2023-09-12.csv", [CLOSED])
    assert samples(tmp_path) == []
