"""Tables are built in the order in which their SQL needs each other."""

from __future__ import annotations

import itertools
from graphlib import CycleError
from pathlib import Path

import duckdb
import pytest

from pipelines.engines.duckdb import DuckDB
from pipelines.tables import build_tables, in_order, statements, tables_read


def test_a_statements_dependencies_are_read_from_its_sql() -> None:
    sql = """
        -- from comment_only
        with own as (select * from first_table), more as (select * from own)
        select more.*, 'from text_only' as note
        from more
        inner join "second_table" as other on more.id = other.id
        left join main.third_table using (id)
        where exists (select 1 from fourth_table)
            and more.id in (select id from fifth_table union all select id from sixth_table)
    """
    assert tables_read(sql) == {
        "first_table",
        "second_table",
        "third_table",
        "fourth_table",
        "fifth_table",
        "sixth_table",
    }


def test_every_file_of_a_folder_is_one_table(tmp_path: Path) -> None:
    (tmp_path / "a_table.sql").write_text("select 1 as x", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("không", encoding="utf-8")
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / "inner.sql").write_text("select 2 as x", encoding="utf-8")
    assert statements(tmp_path) == {"a_table": "select 1 as x"}


CHAIN = {
    "select 1 as x": (),
    "select x + 1 as x from {0}": (0,),
    "select a.x * 10 + b.x as x from {0} as a cross join {1} as b": (0, 1),
    "with t as (select x from {2}) select x + 100 as x from t": (2,),
}


@pytest.mark.parametrize("names", list(itertools.permutations(["a", "b", "c", "d"])))
def test_the_order_does_not_depend_on_names(names: tuple[str, ...]) -> None:
    selects = {name: sql.format(*names) for name, sql in sorted(zip(names, CHAIN, strict=True))}
    built: list[str] = []
    with duckdb.connect() as connection:
        build_tables(DuckDB(connection), selects, built.append)
        last = connection.execute(f"select x from {names[3]}").fetchall()
    assert last == [(112,)]
    assert built == list(names)
    assert in_order(selects) == built


def test_tables_that_are_inputs_are_no_dependencies() -> None:
    assert in_order({"counts": "select count(*) as n from staged_dossiers"}) == ["counts"]


@pytest.mark.parametrize(
    "selects",
    [
        {"a": "select * from b", "b": "select * from c", "c": "select * from a"},
        {"a": "select * from a"},
    ],
    ids=["three", "one"],
)
def test_a_cycle_is_an_error(selects: dict[str, str]) -> None:
    with pytest.raises(CycleError):
        in_order(selects)


def test_the_repositorys_own_tables_can_be_ordered() -> None:
    selects = statements()
    order = in_order(selects)
    assert sorted(order) == sorted(selects)
    for position, name in enumerate(order):
        assert tables_read(selects[name]) & selects.keys() <= set(order[:position])
    assert order.index("newest_rows") < order.index("dossiers") < order.index("counts_by_level")
