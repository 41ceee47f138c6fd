"""The SQL of this project as Spark SQL: transpiled as it stands, nothing is written twice."""

from __future__ import annotations

from functools import cache


@cache
def spark_sql(select: str) -> str:
    """Return a SELECT in our subset of DuckDB's dialect as one that means the same to Spark.

    Raises `sqlglot.errors.SqlglotError` if it has something that Spark has not.
    """
    import sqlglot  # which only the extra `spark` installs

    (text,) = sqlglot.transpile(
        select, read="duckdb", write="spark", unsupported_level=sqlglot.ErrorLevel.RAISE
    )
    return text
