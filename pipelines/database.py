"""The analysts' database: the published tables in one self-contained DuckDB file."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipelines import limits
from pipelines.published_contract import TableContract, published_contracts
from pipelines.sql_text import literal

SCHEMA, REVISIONS = "curated", "revisions"


def build_database(path: Path, edition: Path) -> None:
    """Write a new DuckDB file at `path` from the Parquet files below `edition`.

    Every table stands in schema `curated` under its name, those of a period with `period` as
    their first column; every table and column carries a comment. Revisions of signed periods
    stand in schema `revisions`, which is there only if there are any.
    """
    with duckdb.connect(path, config={"memory_limit": limits.database_memory()}) as connection:
        connection.execute("set enable_progress_bar = false")
        # One transaction: each of its own would be forced to the disk, hundreds in all.
        connection.begin()
        for schema, below in ((SCHEMA, edition), (REVISIONS, edition / REVISIONS)):
            if not below.is_dir():
                continue
            connection.execute(f"create schema {schema}")
            for contract in published_contracts().values():
                if contract.folder == "period" or schema == SCHEMA:
                    pattern = "period=*" if contract.folder == "period" else contract.folder
                    files = [str(each) for each in below.glob(f"{pattern}/{contract.name}.parquet")]
                    _create(connection, f"{schema}.{contract.name}", contract, sorted(files))
        connection.commit()


def _create(
    connection: duckdb.DuckDBPyConnection, table: str, contract: TableContract, files: list[str]
) -> None:
    """Create a table by its contract and fill it from `files`.

    A vintage of an earlier version of the software may lack a table or a column of today's.
    """
    types = {each.name: each.type for each in contract.properties}
    if contract.folder == "period":
        types = {"period": "VARCHAR"} | types
    columns = ", ".join(f'"{name}" {type_}' for name, type_ in types.items())
    connection.execute(f"create table {table} ({columns})")
    if files:
        source = f"""read_parquet(
            $files, union_by_name = true, hive_partitioning = {contract.folder == "period"},
            hive_types_autocast = false)"""
        found = connection.execute(f"describe from {source}", {"files": files}).fetchall()
        shared = ", ".join(f'"{name}"' for name, *_ in found if name in types)
        connection.execute(
            f"insert into {table} by name select {shared} from {source}", {"files": files}
        )
    comments = {each.name: each.description for each in contract.properties}
    comments.setdefault("period", "Reporting period (kỳ báo cáo), for example 2023Q3.")
    connection.execute(f"comment on table {table} is {literal(contract.description)}")
    for name in types:
        connection.execute(f'comment on column {table}."{name}" is {literal(comments[name])}')
