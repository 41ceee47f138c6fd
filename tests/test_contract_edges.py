"""Edges of the contract that an audit found crossed (definitions.md, interfaces.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import build
import duckdb
import pytest
from small import Life, export, igate

PERIOD = "2023Q3"


def rows(data: Path, select: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(data / "igate.duckdb"), read_only=True) as connection:
        connection.execute("use curated")
        return connection.execute(select).fetchall()


def published(data: Path, lines: list[build.Line], *arguments: str) -> None:
    folder = data / "raw" / PERIOD
    folder.mkdir(parents=True, exist_ok=True)
    build.write_csv(folder / "a.csv", lines)
    assert igate("quarter", data, PERIOD, *arguments) == 0


def test_periods_with_and_without_findings_are_verified_together(tmp_path: Path) -> None:
    odd = build.dossier(1, finished="", returned="")  # resolved, and no date says when
    whole = build.dossier(code="H59.18-231002-0002", received="02/10/2023", due="10/10/2023",
                          finished="09/10/2023", returned="")  # fmt: skip
    folder = tmp_path / "raw"
    folder.mkdir()
    build.write_csv(folder / "a-2023-12-20.csv", build.lines([odd, whole]))
    assert igate("quarter", tmp_path, PERIOD, "2023Q4") == 0
    counts = rows(tmp_path, "select count(*) from period_findings group by period")
    assert len(counts) == 1  # one of them has none, else this would try nothing
    assert igate("verify", tmp_path) == 0


@pytest.mark.parametrize("begin", ["KT", "TM", "TL", "H59"])
def test_a_code_that_begins_like_a_signature_is_no_signature(tmp_path: Path, begin: str) -> None:
    faulty = build.dossier(1, code=f"{begin}.18-230701-0901", received="31/02/2023", due="",
                           finished="", returned="", submitted="", internal_due="")  # fmt: skip
    lines = build.lines([*build.dossiers(3), faulty], "D")
    without_number = [line[1:] for line in lines]
    published(tmp_path, without_number, "--max-rejected", "1")
    assert rows(tmp_path, "select reason from rejected_rows") == [("received_at_unreadable",)]


def test_signatures_are_furniture_still(tmp_path: Path) -> None:
    lines = build.lines(build.dossiers(3), "D")
    width = len(lines[0])
    for words in ("KT. CHỦ TỊCH", "TL.UBND", "Trang 1/2", "Tổng cộng"):
        lines.append([words, "15", "x", "y", *[None] * (width - 4)])
    published(tmp_path, lines)
    assert rows(tmp_path, "select accepted, rejected, ignored from sources") == [(3, 0, 5)]


@pytest.mark.parametrize(
    ("serial", "day", "outcome"),
    [
        ("45117.99999996528", date(2023, 7, 10), "late"),  # 23:59:59.997, as SQL Server ends a day
        ("45118", date(2023, 7, 11), "on_due_date"),
        ("45118.0", date(2023, 7, 11), "on_due_date"),
        ("45117.9999999999", date(2023, 7, 11), "on_due_date"),  # midnight, a little low
    ],
)
def test_the_last_moment_of_a_day_is_of_that_day(
    tmp_path: Path, serial: str, day: date, outcome: str
) -> None:
    dossier = build.dossier(1, received="45108.5", due=serial, finished="45118.4", returned="")
    published(tmp_path, build.lines([dossier]))
    assert rows(tmp_path, "select due_on, outcome from dossiers") == [(day, outcome)]


@pytest.mark.parametrize("last", ["c-2023-09-10.csv", "0-2023-09-10.csv"])
def test_what_is_still_so_on_a_later_day_is_as_new_as_that_day(tmp_path: Path, last: str) -> None:
    opened = Life(1, received=date(2023, 7, 3), due=date(2023, 7, 10), finished=None,
                  group="processing")  # fmt: skip
    closed = replace(opened, finished=date(2023, 7, 5), group="resolved")
    export(tmp_path, "a-2023-08-20.csv", [opened])
    export(tmp_path, "b-2023-08-25.csv", [closed])
    assert igate("quarter", tmp_path, PERIOD) == 0
    assert rows(tmp_path, "select outcome from dossiers") == [("early",)]
    export(tmp_path, last, [opened])
    assert igate("quarter", tmp_path, PERIOD) == 0
    assert rows(tmp_path, "select outcome, source_file from dossiers") == [
        ("pending_overdue", f"{PERIOD}/{last}")
    ]


@pytest.mark.parametrize("command", ["verify", "query", "log", "report", "vintages", "gc", "diff"])
def test_a_missing_folder_is_a_wrong_command(
    tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [PERIOD] if command in ("report", "vintages", "diff") else []
    assert igate(command, tmp_path / "nowhere", *words) == 2
    said = capsys.readouterr().err
    assert said.startswith("Lỗi: Không có thư mục dữ liệu") and "Traceback" not in said


def test_where_nothing_is_published_there_are_no_vintages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert igate("vintages", tmp_path, PERIOD) == 2
    assert "Kỳ 2023Q3 chưa được công bố" in capsys.readouterr().err
