"""What several test files share: the sample, published once."""

from __future__ import annotations

import atexit
import io
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import chromium, opened, written
from playwright.sync_api import Browser, Page
from reported import publish_periods
from rich.console import Console

from pipelines.options import Options
from pipelines.quarter import run_quarter
from pipelines.reports.report import Report, load_report
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


@pytest.fixture(scope="module")
def report(published_sample: Workspace) -> Report:
    """The report of the sample's period."""
    return load_report(published_sample, "2023Q3")


@pytest.fixture(scope="module")
def page_file(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its page."""
    return written(report, tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser; without one what needs it is skipped."""
    with chromium() as started:
        yield started


@pytest.fixture
def page(browser: Browser, page_file: Path) -> Iterator[Page]:
    """The page of the sample's period, opened, which must not complain."""
    shown, _, said = opened(browser, page_file)
    yield shown
    assert said == []
    shown.close()
