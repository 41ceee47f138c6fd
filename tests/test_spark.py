"""Apache Spark counts what DuckDB counts: every published file is the same to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import publish_sample
from spark_cluster import NEEDS_SPARK, environment, tables

from pipelines.workspace import Workspace

pytestmark = NEEDS_SPARK


@pytest.fixture(autouse=True)
def _told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(tmp_path / "spark", {}).items():
        monkeypatch.setenv(name, value)


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
