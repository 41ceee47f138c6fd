"""Building the tables: every `sql/*.sql` is one SELECT that makes the table of its name.

No order is written down: each statement is parsed, and runs after those whose tables it reads.
One whose first line is a comment `View: …` makes a view.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from pipelines.engines import Engine
from pipelines.workspace import SQL

_VIEW = "-- View:"  # so begins a SELECT that costs less to run again than its rows to keep


def statements(folder: Path = SQL) -> dict[str, str]:
    """Return table name → SELECT of the `.sql` files directly in `folder`."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.sql"))}


@cache
def tables_read(sql: str) -> frozenset[str]:
    """Return the names of the tables that a SELECT reads, its own CTEs left out.

    Raises `ValueError` if it is none.
    """
    # DuckDB's own parser, which is here anyway: to load sqlglot takes longer than to parse.
    (found,) = _parser().execute("select json_serialize_sql($1::varchar)", [sql]).fetchone() or ()
    tree = json.loads(found)
    if tree["error"]:
        raise ValueError(tree["error_message"])
    nodes = list(_nodes(tree))
    read = {node["table_name"] for node in nodes if node.get("type") == "BASE_TABLE"}
    own = {cte["key"] for node in nodes if "cte_map" in node for cte in node["cte_map"]["map"]}
    return frozenset(read - own)


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, dict):
        yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for branch in tree:
            yield from _nodes(branch)


def with_inputs(selects: dict[str, str], wanted: Iterable[str]) -> dict[str, str]:
    """Return those of `selects` that are `wanted`, and all that they read."""
    found: dict[str, str] = {}
    left = list(wanted)
    while left:
        name = left.pop()
        if name not in found:
            found[name] = selects[name]
            left += tables_read(selects[name]) & selects.keys()
    return found


def in_order(selects: dict[str, str]) -> list[str]:
    """Return the names of `selects` so that each stands after the tables it reads."""
    graph = {name: tables_read(sql) & selects.keys() for name, sql in selects.items()}
    return list(TopologicalSorter(graph).static_order())


def build_tables(
    engine: Engine,
    selects: dict[str, str],
    built: Callable[[str], None] = lambda name: None,
) -> None:
    """Create every table of `selects` in `engine`, which has the inputs they read.

    `built` is called with each table's name when it is there.
    """
    for name in in_order(selects):
        make = engine.create_view if selects[name].startswith(_VIEW) else engine.build
        make(name, selects[name])
        built(name)
