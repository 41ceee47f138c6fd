"""The analysts' database: the published tables in one self-contained DuckDB file."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipelines.published_contract import TableContract, published_contracts

SCHEMA = "curated"


def build_database(path: Path, edition: Path, periods: list[str]) -> None:
    """Write a new DuckDB file at `path` from the Parquet files below `edition`.

    Every table stands in schema `curated` under its name, those of a period with `period` as
    their first column; every table and column carries a comment.
    """
    with duckdb.connect(path) as connection:
        # One transaction: each of its own would be forced to the disk, hundreds in all.
        connection.begin()
        connection.execute(f"create schema {SCHEMA}")
        for contract in published_contracts().values():
            files = (
                [str(edition / "quality" / f"{contract.name}.parquet")]
                if contract.folder == "quality"
                else [
                    str(edition / f"period={period}" / f"{contract.name}.parquet")
                    for period in periods
                ]
            )
            _create(connection, contract, files)
        connection.commit()


def _create(
    connection: duckdb.DuckDBPyConnection, contract: TableContract, files: list[str]
) -> None:
    table = f"{SCHEMA}.{contract.name}"
    names = [each.name for each in contract.properties]
    if contract.folder == "period":
        names = ["period", *(name for name in names if name != "period")]
    columns = ", ".join(f'"{name}"' for name in names)
    connection.execute(
        f"create table {table} as select {columns} "
        f"from read_parquet($files, hive_partitioning = {contract.folder == 'period'})",
        {"files": files},
    )
    comments = {each.name: each.description for each in contract.properties}
    comments.setdefault("period", "Reporting period (kỳ báo cáo), for example 2023Q3.")
    connection.execute(f"comment on table {table} is {_literal(contract.description)}")
    for name in names:
        connection.execute(f'comment on column {table}."{name}" is {_literal(comments[name])}')


def _literal(text: str) -> str:
    """Quote a contract's text; COMMENT takes no parameters."""
    return "'" + text.replace("'", "''") + "'"
