"""`docs/lineage.md`: which table is made from which, read from the SQL itself."""

from __future__ import annotations

from pathlib import Path

from pipelines.checks import data_checks
from pipelines.published_contract import published_contracts
from pipelines.tables import statements, tables_read
from pipelines.workspace import SQL

PATH = Path(__file__).parents[2] / "docs" / "lineage.md"

_HEAD = """\
# Lineage

<!-- Drawn from sql/ by `make docs`. Do not edit. -->

Every `sql/<name>.sql` is one SELECT that makes the table of its name. No order is written down: it
is read from the statements. Tables with a double border are published, rounded ones are inputs
that the staged exports, the reference tables and the options of a run give.

"""


def lineage() -> str:
    """Return the graph of all tables as Mermaid, and the tables that each check reads."""
    selects = statements()
    published = published_contracts().keys()
    reads = {name: sorted(tables_read(sql)) for name, sql in selects.items()}
    inputs = sorted({table for tables in reads.values() for table in tables} - selects.keys())
    lines = ["```mermaid", "flowchart LR"]
    lines += [f"    {name}([{name}])" for name in inputs]
    for name in sorted(selects):
        lines.append(f"    {name}[[{name}]]" if name in published else f"    {name}[{name}]")
    lines += [f"    {table} --> {name}" for name in sorted(reads) for table in reads[name]]
    lines.append("```")
    checks = statements(SQL / "checks")
    rows = [
        f"| `{name}` | {data_checks()[name].severity} | "
        f"{', '.join(f'`{table}`' for table in sorted(tables_read(sql)))} |"
        for name, sql in sorted(checks.items())
    ]
    head = [
        "",
        "## What the checks read",
        "",
        "| check | severity | tables |",
        "| --- | --- | --- |",
    ]
    return _HEAD + "\n".join([*lines, *head, *rows]) + "\n"
