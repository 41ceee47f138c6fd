"""The published contracts: what each table promises, as data in `schemas/published/`.

One Open Data Contract Standard v3.1 file per table gives its columns, key, order and rules;
types, checks, comments and documentation are all made from it. The standard has an `sql` rule
return one value, so a query there counts the offending rows; here it is their SELECT alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from textwrap import dedent
from typing import Any

import pyarrow as pa

from pipelines.files import read_yaml
from pipelines.workspace import SCHEMAS

FOLDER = SCHEMAS / "published"

_COUNTED = re.compile(r"\s*select count\(\*\) from \(\n(.*\n)\s*\) as offending\s*", re.DOTALL)
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")
_ARROW_TYPES = {
    "VARCHAR": pa.string(),
    "BIGINT": pa.int64(),
    "INTEGER": pa.int32(),
    "DATE": pa.date32(),
    "BOOLEAN": pa.bool_(),
}


@dataclass(frozen=True)
class Property:
    """One column: its DuckDB type, and the values it may have if they are listed."""

    name: str
    type: str
    required: bool
    description: str
    valid_values: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """A check in SQL: `query` selects the offending rows, `description` tells the clerk.

    It reads published tables by their plain names, each with all periods side by side.
    """

    name: str
    description: str
    severity: str
    query: str


@dataclass(frozen=True)
class TableContract:
    """One published table.

    Columns, key and order are those of one Parquet file. A table whose file has no `period`
    gets it in front wherever periods stand side by side, and in its key too.
    """

    name: str
    folder: str  # period or quality
    version: str
    description: str
    properties: tuple[Property, ...]
    primary_key: tuple[str, ...]
    sort_order: tuple[str, ...]  # a total order; `<column> desc nulls last` where descending
    rules: tuple[Rule, ...]


@cache
def contract_documents() -> dict[str, dict[str, Any]]:
    """Return the contracts as they are written, by table name in alphabetical order."""
    documents = {}
    for path in sorted(FOLDER.glob("*.odcs.yaml")):
        document = read_yaml(path)
        documents[document["name"]] = document
    return documents


@cache
def published_contracts() -> dict[str, TableContract]:
    """Return the contracts by table name, in alphabetical order.

    Raises `ValueError` if a rule's query does not count rows the way `offending_rows` reads.
    """
    return {name: _contract(document) for name, document in contract_documents().items()}


def custom_properties(document: dict[str, Any]) -> dict[str, Any]:
    """Return what a contract states beyond the standard: `folder`, `sortOrder`, `joins`."""
    return {entry["property"]: entry["value"] for entry in document["customProperties"]}


def offending_rows(query: str) -> str:
    """Return the SELECT whose rows `query` counts.

    `query` has the form `select count(*) from (` … `) as offending`, each on a line of its own;
    raises `ValueError` if it has not.
    """
    match = _COUNTED.fullmatch(query)
    if match is None:
        raise ValueError(f"not a count of offending rows: {query}")
    return dedent(match[1]).strip()


def arrow_schema(contract: TableContract) -> pa.Schema:
    """Return the Arrow schema of the table's Parquet; only required columns are not nullable."""
    return pa.schema(
        [
            pa.field(column.name, _arrow_type(column.type), nullable=not column.required)
            for column in contract.properties
        ]
    )


def _arrow_type(name: str) -> pa.DataType:
    decimal = _DECIMAL.fullmatch(name)
    if decimal:
        return pa.decimal128(int(decimal[1]), int(decimal[2]))
    return _ARROW_TYPES[name]


def _contract(document: dict[str, Any]) -> TableContract:
    (table,) = document["schema"]
    custom = custom_properties(document)
    keys = [entry for entry in table["properties"] if entry.get("primaryKey")]
    return TableContract(
        name=document["name"],
        folder=custom["folder"],
        version=document["version"],
        description=table["description"],
        properties=tuple(_property(entry) for entry in table["properties"]),
        primary_key=tuple(
            entry["name"] for entry in sorted(keys, key=lambda entry: entry["primaryKeyPosition"])
        ),
        sort_order=tuple(custom["sortOrder"]),
        rules=tuple(
            Rule(
                name=entry["name"],
                description=entry["description"],
                severity=entry["severity"],
                query=offending_rows(entry["query"]),
            )
            for entry in table.get("quality", ())
        ),
    )


def _property(entry: dict[str, Any]) -> Property:
    return Property(
        name=entry["name"],
        type=entry["physicalType"],
        required=entry["required"],
        description=entry["description"],
        valid_values=tuple(
            value
            for check in entry.get("quality", ())
            if check["metric"] == "invalidValues"
            for value in check["arguments"]["validValues"]
        ),
    )
