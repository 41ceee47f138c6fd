"""The queries run, and the cookbook shows what they give on the sample."""

from __future__ import annotations

import duckdb
import pytest
from docs.cookbook import PATH, cookbook

from pipelines.cookbook import Query, read_queries
from pipelines.workspace import Workspace


def test_there_are_twenty() -> None:
    assert len(read_queries()) == 20


@pytest.mark.parametrize("query", read_queries(), ids=lambda query: query.name)
def test_a_query_answers_its_question(published_sample: Workspace, query: Query) -> None:
    assert query.title and query.question.endswith("?")
    with duckdb.connect(str(published_sample.database), read_only=True) as connection:
        rows = connection.execute(query.sql).fetchall()
        assert rows and rows == connection.execute(query.sql).fetchall()  # a total order


def test_what_must_be_nought(published_sample: Workspace) -> None:
    """The queries that look for losses and differences find none, whatever the page shows."""
    by_name = {query.name: query.sql for query in read_queries()}
    with duckdb.connect(str(published_sample.database), read_only=True) as connection:
        for name in ("10-stock", "14-form-06-totals", "16-tie-out"):
            assert all(row[-1] == 0 for row in connection.execute(by_name[name]).fetchall()), name


def test_the_cookbook_is_current(published_sample: Workspace) -> None:
    assert PATH.read_text(encoding="utf-8") == cookbook(published_sample.database), (
        "run `make docs`"
    )
