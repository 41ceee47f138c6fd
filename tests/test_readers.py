"""Readers while runs publish: each reading is of one state, and an open connection blocks nobody.

In bounded form; `make soak` has more of them read for longer.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import kill_runs
import pyarrow.parquet as pq
import pytest
import read_runs
from rich.console import Console

from pipelines import verify
from pipelines.editions import held, read_manifest
from pipelines.quarter import published_table
from pipelines.reconcile import computed
from pipelines.workspace import Workspace

STATES = [3000, 3001, 3002, 3003]


def publish(data: Path, dossiers: int) -> None:
    kill_runs.lay_out(data, dossiers)
    ended = kill_runs.run(kill_runs.quarter(data))
    assert ended.returncode == 0, ended.stderr


def count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"select count(*) from curated.{table}").fetchone()
    assert row
    return int(row[0])


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Runs of the real command, with readers that come and go, and one that stays."""
    data = tmp_path_factory.mktemp("read") / "data"
    publish(data, STATES[0])
    forgotten = duckdb.connect(data / "igate.duckdb", read_only=True)
    cursor = forgotten.execute("select dossier_code from curated.dossiers order by all")
    first = cursor.fetchmany(10)
    file = pq.ParquetFile(data / "curated" / read_runs.PERIOD / "dossiers.parquet")
    with read_runs.reading(data, read_runs.READERS) as readers:
        for dossiers in STATES[1:]:
            publish(data, dossiers)
        time.sleep(1)  # for the last state
    rest = cursor.fetchall()
    return {
        "data": data,
        "readers": readers,
        "cursor": first + rest,
        "file": file.read().num_rows,
        "connection": forgotten,
    }


@pytest.mark.parametrize("kind", list(read_runs.READERS))
def test_each_reading_is_of_one_state(served: dict[str, Any], kind: str) -> None:
    (seen,) = [each for each in served["readers"] if each.kind == kind]
    assert seen.problems == []
    assert seen.reads > 3 * len(STATES)
    assert seen.states == STATES


def test_a_forgotten_connection_keeps_its_state_and_blocks_no_run(served: dict[str, Any]) -> None:
    """All runs ended well with it open; its edition is long removed."""
    editions = [path.name for path in (served["data"] / "curated" / ".editions").glob("0*")]
    assert "000001" not in editions
    assert len({code for (code,) in served["cursor"]}) == STATES[0]
    assert served["file"] == STATES[0]
    connection = served["connection"]
    assert count(connection, "dossiers") == STATES[0]
    assert count(connection, "counts_by_day") > 0  # a table that it had not touched before
    # DuckDB gives a program that has a file open that same file again, by its path; resolved,
    # the path is that of the newest.
    with duckdb.connect((served["data"] / "igate.duckdb").resolve(), read_only=True) as newest:
        assert count(newest, "dossiers") == STATES[-1]


class Switch:
    """Two publications, and the link that publishes one or the other."""

    def __init__(self, data: Path) -> None:
        self.data, self.editions = data, data / "curated" / ".editions"

    def show(self, name: str) -> None:
        link = self.editions / ".other"
        link.unlink(missing_ok=True)
        link.symlink_to(name)
        link.replace(self.editions / "current")

    def often(self, seconds: float) -> None:
        for number in range(int(seconds * 500)):
            self.show(("000001", "000002")[number % 2])
            time.sleep(0.002)


@pytest.fixture(scope="module")
def two_editions(tmp_path_factory: pytest.TempPathFactory) -> Switch:
    data = tmp_path_factory.mktemp("switched") / "data"
    publish(data, 9)
    publish(data, 12)
    return Switch(data)


@pytest.fixture
def switch(two_editions: Switch) -> Iterator[Switch]:
    """Begins and ends with the first of the two."""
    two_editions.show("000001")
    yield two_editions
    two_editions.show("000001")


def test_hundreds_of_switches_mix_nothing(switch: Switch) -> None:
    """And the same reader that does not resolve the links would meet a mixture."""
    careless = {"links": read_runs.by_links}
    with read_runs.reading(switch.data, read_runs.READERS | careless) as readers:
        time.sleep(2)  # for the processes to begin
        switch.often(4)
    found = {each.kind: each for each in readers}
    mixed = found.pop("links")
    assert any("states [9, 12] in one reading" in problem for problem in mixed.problems)
    for seen in found.values():
        assert seen.problems == []
        assert len(seen.states) > 10
        assert set(seen.states) == {9, 12}


def test_commands_read_one_edition(switch: Switch, monkeypatch: pytest.MonkeyPatch) -> None:
    """`igate reconcile`, `explain` and the summary of a run go by what is held when they begin."""
    workspace = held(Workspace(switch.data))

    def table(workspace: Workspace, folder: str, name: str) -> Any:
        found = published_table(workspace, folder, name)
        switch.show("000002")
        return found

    monkeypatch.setattr(computed, "published_table", table)
    facts = computed.load_facts(workspace, "2023Q3")
    assert {scope: measures["received"] for (scope, way), measures in facts.counts.items() if way == "received"} == {
        "commune": 9, "district": 0, "province": 0, "all": 9, "Xã Hòa Ân": 9,
    }  # fmt: skip
    assert read_manifest(workspace) != read_manifest(Workspace(switch.data))
    with duckdb.connect(workspace.published_database, read_only=True) as connection:
        assert count(connection, "dossiers") == 9


def test_verify_proves_what_is_published_meanwhile(
    switch: Switch, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = []
    of_files = verify._files

    def files(workspace: Workspace, stated: dict[str, dict[str, object]]) -> list[str]:
        if not calls:
            switch.show("000002")
        calls.append(stated)
        return of_files(workspace, stated)

    monkeypatch.setattr(verify, "_files", files)
    assert verify.verify(Workspace(switch.data), Console(width=200)) == 0
    assert len(calls) == 2
    assert calls[0] != calls[1]
    assert "Nguyên vẹn" in capsys.readouterr().out
