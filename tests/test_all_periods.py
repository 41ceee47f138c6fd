"""`all`, and the list of periods."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import build
import pyarrow.parquet as pq
import pytest
from tables_of import plain

from pipelines import cli


def _exports(data: Path) -> None:
    raw = data / "raw"
    raw.mkdir(parents=True)
    shown = [
        plain(1, received="10/06/2023", finished="01/07/2023", status="Đã trả kết quả"),
        plain(2, received="20/06/2023"),
        plain(3, received="15/09/2023"),
    ]
    build.write_csv(raw / "a-2023-09-20.csv", build.lines(shown))


def test_all_publishes_every_period_and_the_list_tells_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _exports(tmp_path)
    assert cli.run(["periods", "--data", str(tmp_path)]) == 0
    before = capsys.readouterr().out
    assert "2023Q3" in before and "chưa công bố" in before and "đã công bố" not in before

    assert cli.run(["quarter", "all", "2023Q1", "--data", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    folders = {
        path.name.removeprefix("period=") for path in (tmp_path / "curated").glob("period=*")
    }
    assert folders == {
        *("2023Q1", "2023Q2", "2023Q3", "2023Q4", "2023M06", "2023M07", "2023M10"),
        *("2023H1", "2023H2", "2023N9", "2023Y"),
    }
    assert all(name in said for name in folders)
    path = tmp_path / "curated" / "period=2023Y" / "counts_by_level.parquet"
    rows = pq.read_table(path, partitioning=None).to_pylist()
    (year,) = (r for r in rows if r["basis"] == "received" and r["level"] == "all")
    assert (year["received"], year["period_end"], year["provisional"]) == (
        3,
        date(2023, 12, 14),
        True,
    )

    assert cli.run(["periods", "--data", str(tmp_path)]) == 0
    listed = {
        line.split()[0]: line for line in capsys.readouterr().out.splitlines() if line[:4] == "2023"
    }
    assert listed.keys() == folders
    assert "quy định riêng: Công văn 228" in listed["2023Q3"]
    assert "đã công bố, tạm tính" in listed["2023Q4"]
    assert "tạm tính" not in listed["2023M07"]
    assert "trùng 10 ngày" in listed["2023Q2"] + listed["2023Q3"]


def test_the_list_needs_exports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["periods", "--data", str(tmp_path)]) == 2
    assert "raw" in capsys.readouterr().err
