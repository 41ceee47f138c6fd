"""What several test files share: the sample, published once."""

from __future__ import annotations

import atexit
import io
import os
import shutil
from pathlib import Path

import pytest
from reported import publish_periods
from rich.console import Console

from pipelines.quarter import Options, run_quarter
from pipelines.workspace import Workspace

# DuckDB behind SQLAlchemy prints pages of "leaked" lines when an interpreter is torn down.
atexit.register(lambda: os.dup2(os.open(os.devnull, os.O_WRONLY), 2))

SAMPLE = Path(__file__).parent.parent / "data" / "raw" / "2023Q3"


def publish_sample(data: Path, engine: str = "duckdb") -> tuple[Workspace, str]:
    """Copy the committed sample into `data`, publish 2023Q3, return what was printed too."""
    shutil.copytree(
        SAMPLE,
        data / "raw" / "2023Q3",
        ignore=lambda _, names: [name for name in names if not name.startswith("mau-")],
    )
    said = io.StringIO()
    workspace = Workspace(data)
    run_quarter(workspace, ["2023Q3"], Options(), Console(file=said, width=120), engine)
    return workspace, said.getvalue()


@pytest.fixture(scope="session")
def published_sample(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The sample, published; not to be written into."""
    return publish_sample(tmp_path_factory.mktemp("sample") / "data")[0]


@pytest.fixture(scope="session")
def published_periods(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The periods of `reported.py`, published; not to be written into."""
    return publish_periods(tmp_path_factory.mktemp("periods") / "data")
