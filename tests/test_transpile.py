"""What is written once in sql/ is SQL to every engine: each file is transpiled here, Spark or not."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from pipelines.checks import check_selects
from pipelines.engines.spark_sql import spark_sql
from pipelines.tables import statements, tables_read

SELECTS = statements() | check_selects()


@pytest.mark.parametrize("name", SELECTS)
def test_a_file_is_spark_sql_too(name: str) -> None:
    tree = sqlglot.parse_one(spark_sql(SELECTS[name]), dialect="spark")
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    assert {table.name for table in tree.find_all(exp.Table)} - own == tables_read(SELECTS[name])
    # A function that sqlglot does not know goes through as it stands, whatever it means there.
    unknown = {each.name.lower() for each in tree.find_all(exp.Anonymous)}
    assert not unknown


def test_what_spark_has_not_is_refused() -> None:
    with pytest.raises(sqlglot.errors.SqlglotError):
        spark_sql("select arg_max(a, b, 3) from numbers")
