"""Levels and units through time: 2025-07-01 and what is carried over it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tables_of import REFERENCE, plain, rows, tables_of

from pipelines.periods import load_period

NAMES = ["2025Q2", "2025Q3", "2025Q4"]
BEFORE, AFTER = "2025-06-20.csv", "2025-12-20.csv"


def _on(text: str) -> date:
    return date.fromisoformat(text)


def _of(number: int, unit: str, received: str, finished: str | None = None) -> dict[str, object]:
    days = {"received": _on(received), "finished": _on(finished) if finished else None}
    status = "Đã trả kết quả" if finished else "Đang xử lý"
    return plain(number, unit=unit, status=status, **days)


# Every unit as the exports of its time name it; 8 and 9 in the new communes' names.
LIVES = [
    _of(1, "UBND xã Thông Hòa", "2025-04-01", "2025-04-10"),
    _of(2, "UBND xã Tam Ngãi", "2025-04-01"),
    _of(3, "UBND xã Hòa Ân", "2025-06-01", "2025-07-20"),
    _of(4, "Phòng Tư pháp huyện Cầu Kè", "2025-05-05", "2025-06-20"),
    _of(5, "Phòng Tư pháp huyện Cầu Kè", "2025-05-05", "2025-07-02"),
    _of(6, "UBND huyện Cầu Kè", "2025-05-06"),
    _of(7, "Chi nhánh Văn phòng Đăng ký đất đai huyện Cầu Kè", "2025-05-07"),
    _of(8, "UBND xã Tam Ngãi", "2025-08-01", "2025-08-10"),
    _of(9, "UBND xã Cầu Kè", "2025-10-01"),
    _of(10, "Sở Tư pháp", "2025-04-02"),
    _of(11, "UBND thị trấn Cầu Kè", "2025-06-16", "2025-06-18"),
]


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    periods = [load_period(name, REFERENCE) for name in NAMES]
    folder = tmp_path_factory.mktemp("levels")
    with tables_of(folder, {f"a-{AFTER}": LIVES}, periods) as connection:
        yield connection


def _held(tables: duckdb.DuckDBPyConnection, period: str) -> dict[int, tuple[str, str, str]]:
    """Dossier → level, code and name of the unit it is counted for in the period."""
    query = (
        f"select dossier_code, level, unit_code, unit_name from dossiers where period = '{period}'"
    )
    return {int(code[-4:]): tuple(unit) for code, *unit in tables.execute(query).fetchall()}  # type: ignore[misc]


def _in_scope(tables: duckdb.DuckDBPyConnection, period: str) -> dict[str, int]:
    found = rows(
        tables,
        f"select level, in_scope from counts_by_level where period = '{period}' and basis = 'flow'",
    )
    return {row["level"]: row["in_scope"] for row in found}


def test_before_the_change_three_levels_handle_dossiers(tables: duckdb.DuckDBPyConnection) -> None:
    assert _in_scope(tables, "2025Q2") == {"province": 1, "district": 4, "commune": 3, "all": 8}
    assert _held(tables, "2025Q2") == {
        1: ("commune", "29335", "Xã Thông Hòa"),
        2: ("commune", "29332", "Xã Tam Ngãi"),
        3: ("commune", "29311", "Xã Hòa Ân"),
        4: ("district", "845-TP", "Phòng Tư pháp"),
        5: ("district", "845-TP", "Phòng Tư pháp"),
        6: ("district", "845", "Huyện Cầu Kè"),
        7: ("district", "845-CNVPDKDD", "Chi nhánh Văn phòng Đăng ký đất đai"),
        10: ("province", "84-STP", "Sở Tư pháp"),
    }


def test_in_the_period_of_the_change_each_stands_where_it_was_closed_or_is_held(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    assert _held(tables, "2025Q3") == {
        2: ("commune", "29335", "Xã Tam Ngãi"),
        3: ("commune", "29308", "Xã Cầu Kè"),
        4: ("district", "845-TP", "Phòng Tư pháp"),
        5: ("commune", "29308", "Xã Cầu Kè"),
        6: ("commune", "29308", "Xã Cầu Kè"),
        7: ("province", "86-SNNMT", "Sở Nông nghiệp và Môi trường"),
        8: ("commune", "29335", "Xã Tam Ngãi"),
        10: ("province", "86-STP", "Sở Tư pháp"),
        11: ("commune", "29308", "Thị trấn Cầu Kè"),
    }


def test_after_the_change_there_are_two(tables: duckdb.DuckDBPyConnection) -> None:
    assert _in_scope(tables, "2025Q4") == {"province": 2, "district": 0, "commune": 3, "all": 5}
    assert _held(tables, "2025Q4") == {
        2: ("commune", "29335", "Xã Tam Ngãi"),
        6: ("commune", "29308", "Xã Cầu Kè"),
        7: ("province", "86-SNNMT", "Sở Nông nghiệp và Môi trường"),
        9: ("commune", "29308", "Xã Cầu Kè"),
        10: ("province", "86-STP", "Sở Tư pháp"),
    }


def test_the_forms_sections_are_the_levels_of_the_period(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    def sections(period: str) -> list[Any]:
        query = (
            f"select section from form_06 where period = '{period}' and field is null order by line"
        )
        return [section for (section,) in tables.execute(query).fetchall()]

    three = ["Sở, ban, ngành", "Huyện, thị xã, thành phố", "Xã, phường, thị trấn", "Tổng số"]
    assert sections("2025Q2") == sections("2025Q3") == three
    assert sections("2025Q4") == [three[0], *three[2:]]


def test_codes_used_again_for_other_territory_do_not_mix(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    """29335 was Thông Hòa and is Tam Ngãi; 29308 was the town and is the commune around it."""
    found = tables.execute(
        "select unit_code, unit_name, in_scope from counts_by_unit "
        "where period = '2025Q3' and basis = 'flow' and unit_code in ('29308', '29335', '29332')"
    ).fetchall()
    assert sorted(found) == [
        ("29308", "Thị trấn Cầu Kè", 1),
        ("29308", "Xã Cầu Kè", 3),
        ("29335", "Xã Tam Ngãi", 2),
    ]


def test_a_series_over_the_change_maps_the_old_communes_forward(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    found = tables.execute(
        "select period, level, unit_name, in_scope from counts_by_successor_unit "
        "where basis = 'flow' and unit_code in ('29308', '29335')"
    ).fetchall()
    assert sorted(found) == [
        ("2025Q2", "commune", "Xã Cầu Kè", 1),
        ("2025Q2", "commune", "Xã Tam Ngãi", 2),
        ("2025Q2", "district", "Xã Cầu Kè", 3),
        ("2025Q3", "commune", "Xã Cầu Kè", 4),
        ("2025Q3", "commune", "Xã Tam Ngãi", 2),
        ("2025Q3", "district", "Xã Cầu Kè", 1),
        ("2025Q4", "commune", "Xã Cầu Kè", 2),
        ("2025Q4", "commune", "Xã Tam Ngãi", 1),
    ]


def test_district_dossiers_that_went_to_a_successor_are_listed(
    tables: duckdb.DuckDBPyConnection,
) -> None:
    found = {
        sample
        for (sample,) in tables.execute(
            "select sample from check_district_dossiers_moved"
        ).fetchall()
    }
    assert found == {
        "H59.18-230605-0005 (Phòng Tư pháp → Xã Cầu Kè)",
        "H59.18-230605-0006 (Huyện Cầu Kè → Xã Cầu Kè)",
        "H59.18-230605-0007 (Chi nhánh Văn phòng Đăng ký đất đai → Sở Nông nghiệp và Môi trường)",
    }


def test_stocks_are_conserved_over_the_change(tables: duckdb.DuckDBPyConnection) -> None:
    assert tables.execute("from check_stock_not_conserved").fetchall() == []


def test_an_export_that_renames_old_units_moves_nothing_that_is_closed(tmp_path: Path) -> None:
    """The later export calls every unit by its name of today; district dossiers stand with the
    department that took them over, which counts from the change on, and not before.
    """
    renamed = {
        1: "UBND xã Tam Ngãi",
        2: "UBND xã Tam Ngãi",
        3: "UBND xã Cầu Kè",
        4: "Sở Tư pháp tỉnh Vĩnh Long",
        5: "Sở Tư pháp tỉnh Vĩnh Long",
    }
    old = [dict(life) for life in LIVES[:5]]
    new = [life | {"unit": renamed[number]} for number, life in enumerate(old, start=1)]
    periods = [load_period(name, REFERENCE) for name in NAMES]
    files = {f"a-{BEFORE}": old, f"b-{AFTER}": new}
    with tables_of(tmp_path, files, periods) as tables:
        assert _held(tables, "2025Q2") == {
            1: ("commune", "29335", "Xã Thông Hòa"),
            2: ("commune", "29332", "Xã Tam Ngãi"),
            3: ("commune", "29311", "Xã Hòa Ân"),
            4: ("district", "845-TP", "Phòng Tư pháp"),
            5: ("district", "845-TP", "Phòng Tư pháp"),
        }
        assert _held(tables, "2025Q3") == {
            2: ("commune", "29335", "Xã Tam Ngãi"),
            3: ("commune", "29308", "Xã Cầu Kè"),
            4: ("district", "845-TP", "Phòng Tư pháp"),
            5: ("province", "86-STP", "Sở Tư pháp"),
        }
        assert tables.execute("select sample from check_district_dossiers_moved").fetchall() == []
        assert tables.execute("from check_stock_not_conserved").fetchall() == []
