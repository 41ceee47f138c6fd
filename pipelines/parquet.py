"""Published Parquet: written by its contract, and described for a manifest."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from pipelines.files import sha256_of
from pipelines.published_contract import TableContract, arrow_schema, published_contracts


def write_table(
    connection: duckdb.DuckDBPyConnection,
    contract: TableContract,
    folder: Path,
    period: str | None,
) -> None:
    """Write one Parquet by its contract: columns, types and a total order of rows."""
    path = folder / f"{contract.name}.parquet"
    columns = ", ".join(f'cast("{p.name}" as {p.type}) as "{p.name}"' for p in contract.properties)
    # A column may bear the name of a key word; what follows it is `desc nulls last`. What all rows
    # share is no part of the order: it would be compared first, a fifth of the time.
    order = ", ".join(
        re.sub(r"^\w+", r'"\g<0>"', entry)
        for entry in contract.sort_order
        if period is None or entry != "period"
    )
    where = "" if period is None else "where period = $period"
    parameters = {"path": str(path)} | ({} if period is None else {"period": period})
    connection.execute(
        f"copy (select {columns} from {contract.name} {where} "
        f"order by {order}) to $path (format parquet, compression zstd)",
        parameters,
    )
    written = pq.read_schema(path).remove_metadata()
    promised = arrow_schema(contract)
    assert [(f.name, f.type) for f in written] == [(f.name, f.type) for f in promised], path.name


def described(folder: Path) -> dict[str, dict[str, Any]]:
    """Return file name → `sha256` and, of a table, `rows` and `schema_version`."""
    files: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.iterdir()):
        files[path.name] = {"sha256": sha256_of(path)}
        if path.suffix == ".parquet":
            files[path.name]["rows"] = pq.read_metadata(path).num_rows
            files[path.name]["schema_version"] = published_contracts()[path.stem].version
    return files
