"""The gate sees an empty required cell, and says in which column."""

from __future__ import annotations

import duckdb

from pipelines.checks import _filled


def test_empty_cells_are_told_with_their_columns() -> None:
    query = _filled("counts", ["a", "b"]).query
    with duckdb.connect() as connection:
        connection.execute(
            "create table counts as select * from (values (1, 'x', 1), (null, 'x', 1),"
            " (1, null, 1), (null, null, 1), (1, '', null)) as rows (a, b, not_required)"
        )
        found = connection.execute(query).fetchall()
    assert sorted(found) == [("a",), ("a b",), ("b",)]
