"""What is said where Apache Spark or Java is missing, or no cluster answers."""

from __future__ import annotations

import importlib.util
from importlib.machinery import ModuleSpec
from pathlib import Path

import kill_runs
import pytest
from spark_cluster import NEEDS_SPARK

from pipelines import cli
from pipelines.engines import spark_session

pytestmark = NEEDS_SPARK


@pytest.fixture
def data(tmp_path: Path) -> Path:
    kill_runs.lay_out(tmp_path / "data", 3)
    return tmp_path / "data"


def refused(data: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one line that a run with Spark ends with; nothing is published and left behind."""
    assert cli.run(["quarter", "2023Q3", "--data", str(data), "--engine", "spark"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert not (data / "curated").exists()
    assert not list((data / "staging").glob(".*"))
    return line


def test_spark_that_is_not_installed(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    usual = importlib.util.find_spec

    def find_spec(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "pyspark" else usual(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", find_spec)
    assert refused(data, capsys) == (
        "Lỗi: Chưa cài Apache Spark: hãy chạy «make spark» (hoặc pip install 'igate[spark]') rồi "
        "chạy lại."
    )


def test_java_that_is_not_installed(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "")
    line = refused(data, capsys)
    assert line.startswith("Lỗi: Apache Spark cần Java mà máy này chưa có")
    assert "openjdk-17-jre-headless" in line


# Nobody listens on a port that the system gives to no one.
@pytest.mark.parametrize("address", ["127.0.0.1:1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:99999"])
def test_a_server_that_does_not_answer(
    address: str, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SPARK_REMOTE", f"sc://{address}/;token=bi-mat")
    line = refused(data, capsys)
    assert line.startswith(f"Lỗi: Không có máy chủ Spark Connect nào trả lời ở {address}: ")
    assert "bi-mat" not in line


def test_a_server_of_this_machine_is_started_not_asked_for() -> None:
    spark_session._ask("local[2]")
