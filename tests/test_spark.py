"""Apache Spark counts what DuckDB counts: every published table is the same, row for row."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from conftest import publish_sample
from hypothesis import given, settings
from hypothesis import strategies as st
from lives import REFERENCE, Files, exported, staged_sources
from spark_cluster import NEEDS_SPARK, environment, tables
from test_lives_property import PERIODS, lives, snapshots

from pipelines.checks import check_selects
from pipelines.engines import Engine
from pipelines.engines.duckdb import DuckDB
from pipelines.engines.spark import Spark
from pipelines.engines.spark_session import spark_session
from pipelines.inputs import load_inputs
from pipelines.published_contract import published_contracts
from pipelines.tables import build_tables, statements
from pipelines.workspace import Workspace

pytestmark = NEEDS_SPARK


@pytest.fixture
def _told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(tmp_path / "spark", {}).items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("_told")
def test_the_sample_is_published_as_by_duckdb(
    published_sample: Workspace, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    workspace, said = publish_sample(tmp_path / "Dữ liệu 50%", "spark")
    assert "Tính số liệu" in said
    assert tables(workspace.curated) == tables(published_sample.curated)
    assert len(tables(workspace.curated)) > 20
    # Java has much to say, to nobody who reads this.
    assert capfd.readouterr() == ("", "")
    assert not (workspace.staging / ".spark").exists()
    assert not Path("spark-warehouse").exists()


def everything(engine: Engine, folder: Path, files: Files) -> dict[str, tuple[object, ...]]:
    """The columns, types and rows of all tables that are published or checks, by name."""
    load_inputs(engine, staged_sources(folder, files), PERIODS, REFERENCE)
    engine.create_table("run_options", pa.table({"max_rejected": [0.01]}))
    selects = statements() | check_selects()
    build_tables(engine, selects)
    names = sorted({*published_contracts(), *check_selects()} & selects.keys())
    connection = engine.local(names)
    found = {}
    for name in names:
        rows = connection.execute(f'select * from "{name}" order by all')
        columns = [(column[0], str(column[1])) for column in rows.description or ()]
        found[name] = (columns, rows.fetchall())
    return found


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("session")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(folder, {}).items():
            patch.setenv(name, value)
        with spark_session(folder / "log", folder) as started:
            yield started


# Few, for each takes Spark a quarter of a minute; so each is a crowd.
@settings(max_examples=2, deadline=None, derandomize=True)
@given(
    world=st.lists(lives(), min_size=25, max_size=60, unique_by=lambda life: str(life["code"])),
    seen_on=snapshots,
)
def test_what_hypothesis_finds_is_counted_alike(
    session: Any, world: list[dict[str, Any]], seen_on: list[date]
) -> None:
    files = {f"{day:%Y-%m-%d}/a.csv": exported(world, day) for day in seen_on}
    with TemporaryDirectory() as name, duckdb.connect() as one, duckdb.connect() as other:
        folder = Path(name)
        expected = everything(DuckDB(one), folder, files)
        engine = Spark(session, None, folder, other)
        try:
            counted = everything(engine, folder, files)
        finally:
            engine.close()
    for table, (columns, rows) in expected.items():
        assert counted[table] == (columns, rows), table
