"""A closed period's figures stay as newer exports arrive, unless what happened inside it changed."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import build
import pytest
from lives import exported
from tables_of import REFERENCE, plain, rows, tables_of

from pipelines.periods import load_period

SNAPSHOTS = [date(2023, 9, 5), date(2023, 12, 20), date(2024, 3, 20), date(2024, 6, 20)]
PERIODS = [load_period(name, REFERENCE)
           for name in ("2023M07", "2023Q3", "2023Q4", "2023Y", "2024Q1", "2024Q2")]  # fmt: skip
# What an open dossier is said to be may change with every export: a pause is known only for now.
OPEN = {"paused", "pending_in_time", "pending_overdue", "c12", "c13"}
TABLES = ["counts_by_level", "counts_by_unit", "counts_by_field", "counts_by_procedure",
          "counts_by_day", "form_06", "procedure_catalogue", "report_figures"]  # fmt: skip
PROCEDURES = [("1.000894", "Đăng ký kết hôn", "Hộ tịch"), ("2.001234", "Chứng thực chữ ký", "Chứng thực"),
              ("", "Cấp bản sao từ sổ gốc", "Tư pháp")]  # fmt: skip
UNITS = ["UBND xã Hòa Ân", "Phòng Tư pháp huyện Cầu Kè", "Sở Tư pháp"]


@cache
def _world() -> list[dict[str, Any]]:
    """Dossiers as they really went: received, paused for a time, extended, closed or not."""
    draw = random.Random(4)
    world = []
    for number in range(1, 301):
        received = date(2023, 5, 1) + timedelta(draw.randrange(420))
        due = draw.choice([None, received + timedelta(draw.randrange(1, 60))])
        code, name, field = draw.choice(PROCEDURES)
        world.append(
            plain(
                number,
                received=received,
                due=due,
                extended=due and due + timedelta(10),
                finished=draw.choice([None, *[received + timedelta(draw.randrange(90))] * 4]),
                unit=draw.choice(UNITS),
                channel=draw.choice(["Trực tuyến", "Tại một cửa"]),
                procedure_code=code,
                procedure_name=name,
                field=field,
                status=draw.choice(["Đã trả kết quả", "Từ chối giải quyết", "Rút hồ sơ"]),
            )
            # An extension is lawful only before the promised date has passed.
            | {
                "granted": due and draw.choice([None, due - timedelta(draw.randrange(1, 9))]),
                "paused": (received + timedelta(3), received + timedelta(draw.randrange(3, 80))),
            }
        )
    return world


def _export(world: Iterable[dict[str, Any]], day: date, written: int) -> list[dict[str, Any]]:
    """Every export spells fields and procedures its own way."""
    spelt = str.upper if written % 2 else str
    return [
        life | {name: spelt(life[name]) for name in ("field", "procedure_name")}
        for life in exported(world, day)
    ]


def _catalogue(raw: Path, day: date, written: int) -> None:
    """Each catalogue drops the procedure that stood last, adds one, and renames the first."""
    listed = [("1.000894", f"Đăng ký kết hôn{' lại' * written}"), ("3.000000", "Cấp bản sao từ sổ gốc"),
              *((f"9.00000{number}", f"Thủ tục {number}") for number in range(written, written * 2 + 3))]  # fmt: skip
    lines = build.lines(
        [
            {
                "procedure_code": code,
                "procedure_name": name,
                "field": f"Lĩnh vực {written}",
                "level": "Cấp xã",
                "one_stop": "Có" if written else "Không",
            }
            for code, name in listed
        ],
        "E",
    )
    build.write_csv(raw / f"danh-muc-{day}.csv", lines)


def _loaded(folder: Path, count: int, world: Iterable[dict[str, Any]]) -> dict[str, list[Any]]:
    """Period and table → its rows, once the first `count` exports have arrived."""
    (folder / "raw").mkdir(parents=True)
    for written, day in enumerate(SNAPSHOTS[:count]):
        _catalogue(folder / "raw", day, written)
    files = {
        f"a-{day}.csv": _export(world, day, written)
        for written, day in enumerate(SNAPSHOTS[:count])
    }
    with tables_of(folder, files, PERIODS) as tables:
        return {
            (period.name, table): sorted(
                rows(tables, f"select * from {table} where period = '{period.name}'"), key=str
            )
            for period in PERIODS
            for table in TABLES
        }  # type: ignore[return-value]


def _settled(table: str, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows without what may change between pause and pending."""
    kept = [{name: value for name, value in row.items() if name not in OPEN} for row in found]
    if table == "report_figures":
        return [row for row in kept if row["figure_id"].split(".")[0] not in OPEN]
    return kept


def test_newer_exports_move_no_closed_period(tmp_path: Path) -> None:
    before = _loaded(tmp_path / "1", 1, _world())
    moved = set()
    for count in range(2, len(SNAPSHOTS) + 1):
        after = _loaded(tmp_path / str(count), count, _world())
        newest = SNAPSHOTS[count - 2]
        for period in PERIODS:
            for table in TABLES:
                old, new = before[period.name, table], after[period.name, table]  # type: ignore[index]
                assert old, (period.name, table)
                if period.end <= newest:
                    assert _settled(table, new) == _settled(table, old), (count, period.name, table)
                elif old != new:
                    moved.add((count, period.name, table))
        before = after
    # What was not over when the older export was taken does move, in every table of counts.
    assert {table for _, _, table in moved} == set(TABLES)
    assert {name for _, name, _ in moved} == {"2023Q4", "2023Y", "2024Q1", "2024Q2"}


def test_what_is_not_over_is_provisional(tmp_path: Path) -> None:
    loaded = _loaded(tmp_path / "a", 2, _world()[:20])
    said = {period.name: {row["provisional"] for row in loaded[period.name, "counts_by_level"]}  # type: ignore[index]
            for period in PERIODS}  # fmt: skip
    assert said == {
        "2023M07": {False},
        "2023Q3": {False},
        "2023Q4": {False},
        "2023Y": {False},
        "2024Q1": {True},
        "2024Q2": {True},
    }


def _outcomes(folder: Path, *shown: tuple[date, dict[str, Any]]) -> str:
    """The outcome in 2023Q3 of one dossier that exports of these days show so."""
    files = {f"a-{day}.csv": [plain(1, **changes)] for day, changes in shown}
    with tables_of(folder, files, [load_period("2023Q3", REFERENCE)]) as tables:
        ((outcome,),) = tables.execute("select outcome from dossiers").fetchall()
    return str(outcome)


def test_a_paused_dossier_that_is_closed_later_was_pending(tmp_path: Path) -> None:
    """By the rule: its status as exported later says nothing about the pause. So of a closed
    period `paused` may become pending, and `in_progress` stays.
    """
    paused = (SNAPSHOTS[0], {"due": date(2023, 7, 1), "status": "Dừng xử lý"})
    closed = (
        SNAPSHOTS[1],
        {"due": date(2023, 7, 1), "finished": date(2023, 10, 2), "status": "Đã trả kết quả"},
    )
    assert _outcomes(tmp_path / "1", paused) == "paused"
    assert _outcomes(tmp_path / "2", paused, closed) == "pending_overdue"


@pytest.mark.parametrize("finished", [date(2023, 9, 1), date(2023, 8, 1)])
def test_what_happened_inside_the_period_and_is_learnt_later_is_a_revision(
    tmp_path: Path, finished: date
) -> None:
    still = (SNAPSHOTS[0], {"due": date(2023, 9, 1)})
    known = (
        SNAPSHOTS[1],
        {"due": date(2023, 9, 1), "finished": finished, "status": "Đã trả kết quả"},
    )
    assert _outcomes(tmp_path / "1", still) == "pending_in_time"
    assert _outcomes(tmp_path / "2", still, known) in ("early", "on_due_date")


def test_each_period_has_the_catalogue_in_force_level_by_level(tmp_path: Path) -> None:
    """The newest on or before its last day, else the oldest after it; each replaces its level's
    whole, so that a procedure it leaves out is gone.
    """
    (tmp_path / "raw").mkdir()
    for day, level, count in [
        ("2023-06-01", "Cấp xã", 3),
        ("2023-09-05", "Cấp xã", 5),
        ("2023-12-10", "Cấp xã", 2),
        ("2023-10-01", "Cấp huyện", 7),
    ]:
        listed = [{"procedure_code": f"1.00000{number}", "procedure_name": f"Thủ tục {number}",
                   "field": "Hộ tịch", "level": level} for number in range(count)]  # fmt: skip
        path = tmp_path / "raw" / f"danh-muc-{day}-{count}.csv"
        build.write_csv(path, build.lines(listed, "E"))
    periods = [load_period(name, REFERENCE) for name in ("2023M01", "2023Q3", "2023M10", "2023Q4")]
    with tables_of(tmp_path, {"a-2023-12-20.csv": [plain(1)]}, periods) as tables:
        found = tables.execute(
            "select period, level, procedures from procedure_catalogue"
        ).fetchall()
    counts: dict[str, dict[str, int]] = {}
    for period, level, procedures in found:
        counts.setdefault(period, {})[level] = procedures
    assert counts == {
        "2023M01": {"province": 0, "district": 7, "commune": 3, "all": 10},
        "2023Q3": {"province": 0, "district": 7, "commune": 3, "all": 10},
        "2023M10": {"province": 0, "district": 7, "commune": 5, "all": 12},
        "2023Q4": {"province": 0, "district": 7, "commune": 2, "all": 9},
    }
