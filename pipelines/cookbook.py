"""The queries of the cookbook, `docs/queries/*.sql`."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.workspace import QUERIES

PERIOD = "2023Q3"  # the period in the files


@dataclass(frozen=True)
class Query:
    """A query file: its first line is the title, its second the question."""

    name: str
    title: str
    question: str
    sql: str

    def for_period(self, period: str) -> str:
        """Return the SQL for another period than the one that is written in it."""
        return self.sql.strip().replace(f"'{PERIOD}'", f"'{period}'")


def read_queries() -> list[Query]:
    """Return the queries in the order of their names."""
    found = []
    for path in sorted(QUERIES.glob("*.sql")):
        title, question, sql = path.read_text(encoding="utf-8").split("\n", 2)
        found.append(Query(path.stem, title.removeprefix("-- "), question.removeprefix("-- "), sql))
    return found
