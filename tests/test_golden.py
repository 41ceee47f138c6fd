"""The seed report's figures come out of the sample exactly."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from pipelines.workspace import Workspace

SEED = {
    "received.all": ("10503", "10.503"),
    "received.district": ("641", "641"),
    "received.commune": ("9862", "9.862"),
    "handled.district": ("639", "639"),
    "on_time.district": ("630", "630"),
    "late.district": ("8", "08"),
    "on_time_share.district": ("98.59", "98,59%"),
    "late_share.district": ("1.25", "1,25%"),
    "pending_in_time.district": ("1", "01"),
    "withdrawn.district": ("2", "02"),
    "procedures.district": ("265", "265"),
    "procedures.commune": ("148", "148"),
    "one_stop_share.district": ("100", "100%"),
    "one_stop_share.commune": ("100", "100%"),
}


@pytest.mark.parametrize("figure_id", SEED)
def test_the_seeds_figure(published_sample: Workspace, figure_id: str) -> None:
    path = published_sample.curated / "period=2023Q3" / "report_figures.parquet"
    rows = {row["figure_id"]: row for row in pq.read_table(path, partitioning=None).to_pylist()}
    value, text = SEED[figure_id]
    assert rows[figure_id]["value"] == Decimal(value)
    assert rows[figure_id]["text_vi"] == text


def test_every_raw_row_is_accounted_for(published_sample: Workspace) -> None:
    path = published_sample.curated / "quality" / "sources.parquet"
    rows = pq.read_table(path, partitioning=None).to_pylist()
    assert len(rows) == 14
    for row in rows:
        assert row["rows_read"] == row["accepted"] + row["rejected"] + row["ignored"]
    assert sum(row["rejected"] for row in rows) == 7


def test_pandas_and_duckdb_read_it_as_the_readme_says(published_sample: Workspace) -> None:
    name = "counts_by_level.parquet"
    frame = pd.read_parquet(published_sample.curated / "period=2023Q3" / name)
    assert set(frame["period"]) == {"2023Q3"}
    pattern = str(published_sample.curated / "period=*" / name)
    rows = duckdb.execute(
        "select received from read_parquet($1) where basis = 'received' and level = 'all'",
        [pattern],
    ).fetchall()
    assert rows == [(10503,)]


def test_the_database_explains_itself(published_sample: Workspace) -> None:
    with duckdb.connect(published_sample.database, read_only=True) as connection:
        tables = connection.execute(
            "select table_name, comment from duckdb_tables() where schema_name = 'curated'"
        ).fetchall()
        assert {"counts_by_level", "dossiers", "sources", "findings"} <= {t for t, _ in tables}
        assert all(comment for _, comment in tables)
        silent = connection.execute(
            "select table_name, column_name from duckdb_columns() "
            "where schema_name = 'curated' and comment is null"
        ).fetchall()
        assert silent == []
        total = connection.execute(
            "select value from curated.report_figures "
            "where period = '2023Q3' and figure_id = 'received.all'"
        ).fetchall()
        assert total == [(Decimal("10503.00"),)]
