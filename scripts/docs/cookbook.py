"""`docs/cookbook.md`: the queries of `docs/queries/` with their results on the sample."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from pipelines.cookbook import read_queries

ROOT = Path(__file__).parents[2]
PATH = ROOT / "docs" / "cookbook.md"

_HEAD = """\
# Cookbook

<!-- Written from docs/queries/ by `make docs`. Do not edit. -->

Questions and the queries that answer them, on the analysts' database `data/igate.duckdb`. The
results are those of the sample, whose people and dossiers are invented. Each query is a file in
[`docs/queries/`](queries/); change the period in it to ask of another one. What the columns mean
stands in the [data dictionary](data-dictionary.md).

`make query` opens the database read-only in a SQL shell that has them at hand: `.queries` lists
them, `.run 1` runs the first, `.run 1 2023Q4` does so for another period. Without the shell:

```sh
.venv/bin/igate query -c ".run 1"                     # a table; into a pipe: CSV
.venv/bin/igate query -c ".run 4" --csv tre-han.csv   # all rows into a file
```
"""


def cookbook(database: Path) -> str:
    """Return the cookbook with the results that `database` gives."""
    sections = [_HEAD]
    with duckdb.connect(str(database), read_only=True) as connection:
        for number, query in enumerate(read_queries(), start=1):
            cursor = connection.execute(query.sql)
            columns = [column[0] for column in cursor.description or ()]
            result = _table(columns, cursor.fetchall())
            sections.append(
                f"## {number}. {query.title}\n\n{query.question}\n\n"
                f"```sql\n{query.sql.strip()}\n```\n\n{result}"
            )
    return "\n".join(sections)


def _table(columns: list[str], rows: list[tuple[Any, ...]]) -> str:
    lines = [columns, ["---"] * len(columns)]
    lines += [
        ["" if cell is None else str(cell).replace("|", "\\|") for cell in row] for row in rows
    ]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
