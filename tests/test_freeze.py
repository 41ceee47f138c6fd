"""A signed vintage stays, whatever later runs say; what they say stands beside it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
from small import Life, export, igate

LIVES = [Life(n) for n in range(1, 5)]
LATE = replace(LIVES[0], finished=date(2023, 6, 20))


def manifest(data: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((data / "curated" / "manifest.json").read_text())
    return content


def late(data: Path, folder: str) -> int:
    table = pq.read_table(data / "curated" / folder / "report_figures.parquet", partitioning=None)
    (row,) = [row for row in table.to_pylist() if row["figure_id"] == "late.all"]
    return int(row["value"])


def query(data: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(data / "igate.duckdb", read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_a_signed_vintage_stays_and_its_revision_stands_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export(tmp_path, "a-2023-09-05.csv", LIVES)
    assert igate("quarter", tmp_path, "2023Q3") == 0
    assert igate("freeze", tmp_path, "2023Q3", "--note", "Báo cáo 481/BC-UBND") == 0
    frozen = manifest(tmp_path)["periods"]["2023Q3"]["frozen"]
    assert frozen["vintage"] == 1 and frozen["note"] == "Báo cáo 481/BC-UBND"
    assert frozen["by"] and frozen["at"].startswith("20")
    signed = {
        path.name: path.read_bytes() for path in (tmp_path / "curated/period=2023Q3").iterdir()
    }
    assert not (tmp_path / "curated" / "revisions").exists()

    export(tmp_path, "b-2023-10-01.csv", [LATE])
    capsys.readouterr()
    assert igate("quarter", tmp_path, "2023Q3") == 0
    said = capsys.readouterr().out
    assert "KHÁC với số liệu đã chốt" in said and "481/BC-UBND" in said
    assert "late.commune" in said and "igate freeze 2023Q3 --vintage 2" in said
    assert signed == {
        path.name: path.read_bytes() for path in (tmp_path / "curated/period=2023Q3").iterdir()
    }
    assert (late(tmp_path, "period=2023Q3"), late(tmp_path, "revisions/period=2023Q3")) == (0, 1)
    assert len(list((tmp_path / "curated").glob("period=*"))) == 1
    figure = "select value from {}.report_figures where figure_id = 'late.all'"
    assert query(tmp_path, figure.format("curated")) == [(0,)]
    assert query(tmp_path, figure.format("revisions")) == [(1,)]
    facts = manifest(tmp_path)["periods"]["2023Q3"]
    assert (facts["vintage"], facts["revision"]["vintage"]) == (1, 2)
    assert list(facts["sources"]) == ["2023Q3/a-2023-09-05.csv"]
    assert igate("verify", tmp_path) == 0

    # Said again, and not published again, when there is nothing new.
    capsys.readouterr()
    assert igate("quarter", tmp_path, "2023Q3") == 0
    said = capsys.readouterr().out
    assert "KHÁC với số liệu đã chốt" in said and "Không có gì mới" in said

    # The revision's bytes are verified too.
    path = tmp_path / "curated" / "revisions" / "period=2023Q3" / "dossiers.parquet"
    before = path.read_bytes()
    path.write_bytes(before[:-1] + b"x")
    assert igate("verify", tmp_path) == 1
    assert "revisions/period=2023Q3/dossiers.parquet" in capsys.readouterr().out
    path.write_bytes(before)

    # Accepted: the newer one is the signed and visible one.
    assert igate("freeze", tmp_path, "2023Q3", "--vintage", "2") == 0
    assert late(tmp_path, "period=2023Q3") == 1
    assert not (tmp_path / "curated" / "revisions").exists()
    assert query(tmp_path, figure.format("curated")) == [(1,)]
    assert query(
        tmp_path, "select count(*) from duckdb_schemas() where schema_name = 'revisions'"
    ) == [(0,)]
    assert igate("verify", tmp_path) == 0
    capsys.readouterr()
    assert igate("quarter", tmp_path, "2023Q3") == 0
    said = capsys.readouterr().out
    assert "Không có gì mới" in said and "KHÁC" not in said

    # Back to the first; then released: the newest run is shown.
    assert igate("freeze", tmp_path, "2023Q3", "--vintage", "1") == 0
    assert (late(tmp_path, "period=2023Q3"), late(tmp_path, "revisions/period=2023Q3")) == (0, 1)
    assert igate("freeze", tmp_path, "2023Q3", "--release") == 0
    assert late(tmp_path, "period=2023Q3") == 1
    facts = manifest(tmp_path)["periods"]["2023Q3"]
    assert "frozen" not in facts
    assert [mark["vintage"] for mark in facts["signed"]] == [1, 2, 1]
    assert igate("quarter", tmp_path, "2023Q3") == 0
    assert len(manifest(tmp_path)["periods"]["2023Q3"]["signed"]) == 3
    assert igate("verify", tmp_path) == 0


def test_the_same_dossiers_from_another_file_are_no_revision(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export(tmp_path, "a-2023-08-07.csv", LIVES)  # before the end of the period: provisional
    assert igate("quarter", tmp_path, "2023Q3") == 0
    assert igate("freeze", tmp_path, "2023Q3") == 0
    export(tmp_path, "b-2023-10-01.csv", list(reversed(LIVES)))
    capsys.readouterr()
    assert igate("quarter", tmp_path, "2023Q3") == 0
    said = capsys.readouterr().out
    assert "KHÁC" not in said and "đã chốt" in said
    facts = manifest(tmp_path)
    assert (
        list(facts["vintages"]["2023Q3"]) == ["1"] and "revision" not in facts["periods"]["2023Q3"]
    )
    assert [p.name for p in (tmp_path / "curated/.vintages/period=2023Q3").iterdir()] == ["0001"]
    assert igate("quarter", tmp_path, "2023Q3") == 0
    assert "Không có gì mới" in capsys.readouterr().out
    # Released, the newest exports are read again and shown.
    assert igate("freeze", tmp_path, "2023Q3", "--release") == 0
    assert igate("quarter", tmp_path, "2023Q3") == 0
    assert manifest(tmp_path)["periods"]["2023Q3"]["vintage"] == 2


def test_freezing_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export(tmp_path, "a-2023-09-05.csv", LIVES)
    assert igate("freeze", tmp_path, "2023Q3") == 2
    assert "make quarter Q=2023Q3" in capsys.readouterr().err
    assert igate("quarter", tmp_path, "2023Q3") == 0
    assert igate("freeze", tmp_path, "2023Q3", "--vintage", "7") == 2
    assert "không có lần công bố 7; hiện có: 1" in capsys.readouterr().err
    assert igate("freeze", tmp_path, "2023Q3", "--release", "--note", "x") == 2
    assert igate("freeze", tmp_path, "2023Q3", "--note", "một") == 0
    before = manifest(tmp_path)
    capsys.readouterr()
    assert igate("freeze", tmp_path, "2023Q3", "--note", "hai") == 0
    assert "đã chốt từ trước" in capsys.readouterr().out
    assert manifest(tmp_path) == before
