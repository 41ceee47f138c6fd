"""What is open at the end of a period is what the next one carries over, unit by unit."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import permutations

import duckdb
import pytest
from tables_of import REFERENCE, plain, rows, tables_of

from pipelines.checks import check_selects
from pipelines.engines.duckdb import DuckDB
from pipelines.periods import load_period
from pipelines.tables import build_tables, statements

CHECK = "check_stock_not_conserved"
PERIODS = [load_period(name, REFERENCE) for name in
           ("2025Q1", "2025Q2", "2025Q3", "2025Q4", "2025M06", "2025M07", "2025M08", "2025H1")]  # fmt: skip
UNITS = [
    "UBND xã Hòa Ân",
    "UBND xã Thông Hòa",
    "Phòng Tư pháp huyện Cầu Kè",
    "UBND huyện Tiểu Cần",
    "Sở Tư pháp",
    "Sở Y tế",
]
STATUSES = ["Đang xử lý", "Dừng xử lý", "Đã trả kết quả", "Từ chối giải quyết", "Rút hồ sơ", ""]


def _lives() -> list[dict[str, object]]:
    """Lives of all kinds, many of which begin or end on the first or last day of a period."""
    draw = random.Random(5)
    edges = [day + timedelta(shift) for period in PERIODS for day in (period.start, period.end)
             for shift in (-1, 0, 1)]  # fmt: skip
    days = [*edges, *(date(2024, 11, 1) + timedelta(number) for number in range(0, 420, 9))]
    lives = []
    for number in range(1, 901):
        received, closed = draw.choice(days), draw.choice([None, *[draw.choice(days)] * 3])
        if closed and closed < received and draw.random() < 0.9:
            received, closed = closed, received
        due = draw.choice([None, received + timedelta(draw.randint(0, 40))])
        status, unit = draw.choice(STATUSES), draw.choice(UNITS)
        lives.append(
            plain(number, unit=unit, received=received, due=due, finished=closed, status=status)
        )
    return lives


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    files = {"a-2025-12-20.csv": _lives()}
    with tables_of(tmp_path_factory.mktemp("stock"), files, PERIODS) as connection:
        yield connection


def _flows(tables: duckdb.DuckDBPyConnection) -> dict[str, dict[str, dict[str, int]]]:
    """Period → today's unit → its counts on basis flow, over all levels."""
    found = rows(
        tables,
        "select period, unit_code, sum(carried_over) as carried_over, sum(received) as received, "
        "sum(resolved + withdrawn + undetermined) as closed from counts_by_successor_unit "
        "where basis = 'flow' group by period, unit_code",
    )
    flows: dict[str, dict[str, dict[str, int]]] = {}
    for row in found:
        flows.setdefault(row["period"], {})[row["unit_code"]] = row
    return flows


def test_what_is_left_is_carried_over_unit_by_unit(tables: duckdb.DuckDBPyConnection) -> None:
    flows = _flows(tables)
    none = {"carried_over": 0, "received": 0, "closed": 0}
    tiling = [(one, other) for one, other in permutations(PERIODS, 2)
              if one.end + timedelta(1) == other.start]  # fmt: skip
    assert len(tiling) == 9
    for one, other in tiling:
        before, after = flows[one.name], flows[other.name]
        assert sum(row["carried_over"] for row in after.values()) > 0
        for unit in before.keys() | after.keys():
            row = before.get(unit, none)
            left = row["carried_over"] + row["received"] - row["closed"]
            assert left == after.get(unit, none)["carried_over"], (one.name, other.name, unit)


def test_the_check_is_content_with_it(tables: duckdb.DuckDBPyConnection) -> None:
    assert tables.execute(f"from {CHECK}").fetchall() == []


FAULTS: Mapping[str, tuple[str, str, str]] = {
    "closed on the first day is no more carried over": (
        "scoped_dossiers",
        "known.closed_on >= periods.period_start",
        "known.closed_on > periods.period_start",
    ),
    "received on the last day is left out": (
        "scoped_dossiers",
        "known.received_on <= periods.period_end",
        "known.received_on < periods.period_end",
    ),
    "closed on the last day is still open": (
        "scoped_dossiers",
        "known.closed_on <= periods.period_end",
        "known.closed_on < periods.period_end",
    ),
    "the undetermined are carried over for ever": (
        "scoped_dossiers",
        "and known.status_group not in ('resolved', 'declined', 'withdrawn')",
        "",
    ),
    "the withdrawn are counted twice": (
        "measures",
        "case when outcome = 'late' then",
        "case when outcome in ('late', 'withdrawn') then",
    ),
    "a unit's dossiers get lost on the way to its successor": (
        "cells",
        "and successors.held_to = date '9999-12-31'",
        "and successors.held_from = date '1900-01-01'",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_sql_is_caught(tables: duckdb.DuckDBPyConnection, fault: str) -> None:
    """With one period alone: the stocks before and after it are counted all the same."""
    table, right, wrong = FAULTS[fault]
    selects = statements() | check_selects()
    assert right in selects[table]
    selects[table] = selects[table].replace(right, wrong)
    rebuilt = ["scoped_dossiers", "cells", "measures", "counts_by_successor_unit", CHECK]
    with tables.cursor() as broken:
        broken.execute("create schema broken")
        broken.execute("set search_path = 'broken,main'")
        broken.execute("create table periods as from main.periods where period = '2025Q2'")
        build_tables(
            DuckDB(broken), {name: selects[name] for name in ("reporting_periods", *rebuilt)}
        )
        reported = broken.execute(f"from {CHECK}").fetchall()
        broken.execute("drop schema broken cascade")
    assert reported


def test_form_06_adds_up_over_a_province_of_many_units(tables: duckdb.DuckDBPyConnection) -> None:
    """In every line 3 = 4 + 5 + 6 = 7 + 11; fields sum to sections, sections to the total."""
    lines = rows(tables, "select * from form_06 order by period, line")
    for line in lines:
        assert line["c3"] == line["c4"] + line["c5"] + line["c6"] == line["c7"] + line["c11"]
        assert line["c7"] == line["c8"] + line["c9"] + line["c10"]
        assert line["c11"] == line["c12"] + line["c13"]
    columns = [f"c{number}" for number in range(3, 14)]
    for period in PERIODS:
        own = [line for line in lines if line["period"] == period.name]
        sections = {line["section"]: line for line in own if line["field"] is None}
        total = sections.pop("Tổng số")
        assert len(sections) == (2 if period.name in ("2025M08", "2025Q4") else 3)
        for column in columns:
            assert total[column] == sum(line[column] for line in sections.values())
            for section, line in sections.items():
                fields = [r[column] for r in own if r["section"] == section and r["field"]]
                assert line[column] == sum(fields)
