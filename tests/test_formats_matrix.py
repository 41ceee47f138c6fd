"""Formats × layouts × quirks, all written from one list of dossiers, all giving the same counts.

Everything is laid into one `raw` folder, each file with codes of its own, and published by one run;
then every file is held against a plain loop over the list (tests/oracle.py).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import oracle
import pyarrow.parquet as pq
import pytest
from format_plans import END, PLANS, START, Plan, write_plans
from rich.console import Console

from pipelines.options import Options
from pipelines.quarter import run_quarter
from pipelines.workspace import Workspace


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """One run over everything."""
    folder = tmp_path_factory.mktemp("matrix")
    workspace = Workspace(folder / "data")
    (workspace.raw / "2023Q3").mkdir(parents=True)
    (folder / "scratch").mkdir()
    write_plans(workspace.raw / "2023Q3", folder / "scratch")
    console = Console(file=(folder / "said").open("w"), width=120)
    run_quarter(workspace, ["2023Q3"], Options(max_rejected=1.0), console)
    return workspace


def table(workspace: Workspace, path: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(
        workspace.curated / path, partitioning=None
    ).to_pylist()
    return rows


@pytest.fixture(scope="module")
def sources(published: Workspace) -> dict[str, dict[str, Any]]:
    return {row["source_file"]: row for row in table(published, "quality/sources.parquet")}


@pytest.fixture(scope="module")
def dossiers(published: Workspace) -> dict[str, Counter[tuple[Any, ...]]]:
    found: dict[str, Counter[tuple[Any, ...]]] = {}
    for row in table(published, "period=2023Q3/dossiers.parquet"):
        seen = (row["dossier_code"], row["level"], row["unit_name"], row["outcome"],
                row["received_in_period"], row["channel"], row["received_on"], row["closed_on"])  # fmt: skip
        found.setdefault(row["source_file"], Counter())[seen] += 1
    return found


@pytest.fixture(scope="module")
def rejected(published: Workspace) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for row in table(published, "quality/rejected_rows.parquet"):
        found.setdefault(row["source_file"], Counter())[row["reason"]] += 1
    return found


def expected(plan: Plan) -> Counter[tuple[Any, ...]]:
    """The plain loop."""
    found: Counter[tuple[Any, ...]] = Counter()
    for row in plan.rows:
        reached = oracle.outcome(row, START, END)
        if reached is not None:
            in_period = oracle.was_received_in(row, START, END)
            found[row.code, row.level, row.unit_name, reached, in_period, row.channel,
                  row.received_on, oracle.closed_on(row)] += 1  # fmt: skip
    return found


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_every_file_gives_what_the_plain_loop_gives(
    plan: Plan,
    sources: dict[str, dict[str, Any]],
    dossiers: dict[str, Counter[tuple[Any, ...]]],
    rejected: dict[str, Counter[str]],
) -> None:
    name = f"2023Q3/{plan.name}"
    source = sources[name]
    assert rejected[name] == plan.rejected
    assert dossiers[name] == expected(plan)
    accounted = {key: source[key] for key in ("rows_read", "accepted", "rejected", "ignored")}
    assert accounted == {
        "rows_read": plan.rows_read,
        "accepted": len(plan.rows),
        "rejected": plan.rejected.total(),
        "ignored": plan.rows_read - len(plan.rows) - plan.rejected.total(),
    }


def test_nothing_but_these_files_was_read(sources: dict[str, dict[str, Any]]) -> None:
    assert sorted(sources) == sorted(f"2023Q3/{plan.name}" for plan in PLANS)
    layouts = {plan.name: sources[f"2023Q3/{plan.name}"]["layout"] for plan in PLANS}
    plain = {name: layout for name, layout in layouts.items() if name[1] == "/"}
    assert plain == {name: name[0] for name in plain}


def test_unknown_headers_are_recorded(sources: dict[str, dict[str, Any]]) -> None:
    dropped = sources["2023Q3/unknown-columns/D-comma.csv"]["dropped_columns"]
    assert "Cột lạ 0" in dropped and "Lạ 0" in dropped and "Chủ hồ sơ" in dropped


def test_the_list_has_every_outcome() -> None:
    outcomes = {seen[3] for plan in PLANS for seen in expected(plan)}
    assert outcomes == set(oracle.OUTCOMES)
    assert len(PLANS) > 200
