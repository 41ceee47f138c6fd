"""`docs/cookbook.md`: the queries of `docs/queries/` with their results on the sample."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).parents[2]
QUERIES = ROOT / "docs" / "queries"
PATH = ROOT / "docs" / "cookbook.md"

_HEAD = """\
# Cookbook

<!-- Written from docs/queries/ by `make docs`. Do not edit. -->

Questions and the queries that answer them, on the analysts' database `data/igate.duckdb`. The
results are those of the sample, whose people and dossiers are invented. Each query is a file in
[`docs/queries/`](queries/); change the period in it to ask of another one. What the columns mean
stands in the [data dictionary](data-dictionary.md).

```sh
.venv/bin/python -c "
import duckdb
query = open('docs/queries/01-counts-by-level.sql').read()
print(duckdb.connect('data/igate.duckdb', read_only=True).sql(query))"
```
"""


@dataclass(frozen=True)
class Query:
    """A query file: its first line is the title, its second the question."""

    name: str
    title: str
    question: str
    sql: str


def read_queries() -> list[Query]:
    """Return the queries in the order of their names."""
    found = []
    for path in sorted(QUERIES.glob("*.sql")):
        title, question, sql = path.read_text(encoding="utf-8").split("\n", 2)
        found.append(Query(path.stem, title.removeprefix("-- "), question.removeprefix("-- "), sql))
    return found


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
