"""Apache Spark counts what DuckDB counts: every published file is the same to the byte."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest
from conftest import publish_sample

from pipelines.workspace import Workspace

pytestmark = [
    pytest.mark.java,
    pytest.mark.skipif(
        importlib.util.find_spec("pyspark") is None or shutil.which("java") is None,
        reason="Apache Spark or Java is not installed",
    ),
]


def published_tables(workspace: Workspace) -> dict[str, bytes]:
    return {
        str(path.relative_to(workspace.curated)): path.read_bytes()
        for path in sorted(workspace.curated.glob("*/*.parquet"))
    }


def test_the_sample_is_published_as_by_duckdb(
    published_sample: Workspace, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    workspace, said = publish_sample(tmp_path / "data", "spark")
    assert "Tính số liệu: 63/63" in said
    assert published_tables(workspace) == published_tables(published_sample)
    assert len(published_tables(workspace)) > 20
    # Java has much to say, to nobody who reads this.
    assert capfd.readouterr() == ("", "")
    assert not (workspace.staging / ".spark").exists()
