"""The open set: nobody can work out a small count from what is published."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import LinearConstraint, milp

from pipelines import cli
from pipelines.open_data.publication import publish_open
from pipelines.open_data.relations import KEYS, MEASURES, RATES, Cell, cells_of, equations_of
from pipelines.open_data.suppression import THRESHOLD, Suppression
from pipelines.workspace import Workspace

LEAVES = [
    *("received_online", "received_in_person", "received_postal", "received_unknown_channel"),
    *("early", "on_due_date", "late", "paused", "pending_in_time", "pending_overdue"),
    *("undetermined", "withdrawn"),
]


def attack(
    published: Mapping[Cell, int | None], target: Cell, equations: list[Mapping[Cell, int]]
) -> tuple[int, int]:
    """Return the least and greatest whole number that `target` can be, given what is published."""
    hidden = [cell for cell, value in published.items() if value is None]
    at = {cell: position for position, cell in enumerate(hidden)}
    matrix = np.zeros((len(equations), len(hidden)))
    known = np.zeros(len(equations))
    for number, equation in enumerate(equations):
        for cell, coefficient in equation.items():
            if cell in at:
                matrix[number, at[cell]] += coefficient
            else:
                known[number] -= coefficient * (published[cell] or 0)
    goal = np.zeros(len(hidden))
    goal[at[target]] = 1
    limits = []
    for sign in (1, -1):
        found = milp(
            sign * goal,
            integrality=np.ones(len(hidden)),
            # Without a bound above, what can be of any size has no solution to read.
            bounds=(0, 1_000_000),
            constraints=LinearConstraint(matrix, known, known),
        )
        limits.append(round(sign * found.fun))
    return limits[0], limits[1]


def read_open(folder: Path) -> dict[Cell, int | None]:
    """Return the cells as a stranger reads them from the CSV files."""
    cells: dict[Cell, int | None] = {}
    for name, keys in KEYS.items():
        with (folder / f"counts_by_{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                key = tuple(row[column] or None for column in keys)
                for measure in MEASURES:
                    cells[Cell(name, key, measure)] = int(row[measure]) if row[measure] else None
    return cells


@pytest.fixture(scope="module")
def opened(published_sample: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("open")
    publish_open(published_sample, "2023Q3", target)
    return target


def truth(workspace: Workspace) -> dict[Cell, int]:
    folder = workspace.curated / "period=2023Q3"
    tables = {
        name: pq.read_table(folder / f"counts_by_{name}.parquet", partitioning=None).to_pylist()
        for name in KEYS
    }
    return cells_of(
        {name: [r for r in rows if r["basis"] == "flow"] for name, rows in tables.items()}
    )


def test_no_small_count_of_the_sample_can_be_solved_for(
    published_sample: Workspace, opened: Path
) -> None:
    true = truth(published_sample)
    published = read_open(opened / "2023Q3")
    assert published.keys() == true.keys()
    assert all(value in (None, true[cell]) for cell, value in published.items())
    small = [cell for cell, value in true.items() if 0 < value < THRESHOLD]
    assert len(small) > 50
    equations = equations_of(published)
    for cell in small:
        assert published[cell] is None
        low, high = attack(published, cell, equations)
        assert low == 0 and high >= THRESHOLD, (cell, low, high)


def test_the_attack_finds_what_primary_suppression_alone_gives_away(
    published_sample: Workspace,
) -> None:
    true = truth(published_sample)
    naive = {cell: None if 0 < value < THRESHOLD else value for cell, value in true.items()}
    equations = equations_of(true)
    small = [cell for cell, value in true.items() if 0 < value < THRESHOLD]
    solved = [c for c in small if attack(naive, c, equations) == (true[c], true[c])]
    assert len(solved) > 5


def test_the_sums_hold_in_the_published_tables(published_sample: Workspace) -> None:
    true = truth(published_sample)
    for equation in equations_of(true):
        assert sum(true[cell] * coefficient for cell, coefficient in equation.items()) == 0


def test_much_stays_published(published_sample: Workspace, opened: Path) -> None:
    published = read_open(opened / "2023Q3")
    assert sum(value is not None for value in published.values()) > len(published) / 2
    top = Cell("level", ("all",), "received")
    assert published[top] == truth(published_sample)[top]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(0, 9), min_size=12, max_size=12), min_size=1, max_size=4))
def test_no_small_count_of_any_tables_can_be_solved_for(units: list[list[int]]) -> None:
    def row(leaves: list[int], level: str, unit: str) -> dict[str, object]:
        counts = dict(zip(LEAVES, leaves, strict=True))
        counts["received"] = sum(counts[name] for name in LEAVES[:4])
        counts["on_time"] = counts["early"] + counts["on_due_date"]
        counts["resolved"] = counts["on_time"] + counts["late"]
        counts["in_progress"] = sum(counts[name] for name in LEAVES[7:10])
        counts["handled"] = counts["resolved"] + counts["in_progress"] + counts["undetermined"]
        counts["in_scope"] = counts["handled"] + counts["withdrawn"]
        counts["carried_over"] = counts["in_scope"] - counts["received"]
        return {"level": level, "unit_code": unit, "unit_name": unit, "field": "Đất đai", **counts}

    def at_least(leaves: list[int]) -> list[int]:
        # what is received is part of what is in scope
        short = max(0, sum(leaves[:4]) - sum(leaves[4:]))
        return [*leaves[:5], leaves[5] + short, *leaves[6:]]

    rows = [row(at_least(leaves), "commune", str(n)) for n, leaves in enumerate(units)]
    total = {m: sum(int(str(r[m])) for r in rows) for m in MEASURES}
    tables = {
        "unit": rows,
        "field": [{**rows[0], **total}],
        "level": [{**rows[0], **total}, {**rows[0], **total, "level": "all"}],
    }
    cells = cells_of(tables)
    equations = equations_of(cells)
    withheld = Suppression(cells, equations).withheld
    published = {cell: None if cell in withheld else value for cell, value in cells.items()}
    for cell, value in cells.items():
        if 0 < value < THRESHOLD:
            low, high = attack(published, cell, equations)
            assert low == 0 and high >= THRESHOLD


def test_a_table_small_enough_to_try_every_value() -> None:
    """Two by two with totals; every whole-number table with the published rest is tried."""
    values = {"a": 3, "b": 7, "c": 8, "d": 9}
    cells = {Cell("unit", ("x", name), "n"): value for name, value in values.items()}
    sums = {"ab": 10, "cd": 17, "ac": 11, "bd": 16}
    cells |= {Cell("level", (name,), "n"): value for name, value in sums.items()}
    equations = [
        {Cell("level", (pair,), "n"): -1} | {Cell("unit", ("x", name), "n"): 1 for name in pair}
        for pair in sums
    ]
    withheld = Suppression(cells, equations).withheld
    possible = set()
    for guess in product(range(30), repeat=4):
        trial = dict(zip("abcd", guess, strict=True))
        fits = all(
            trial[name] == value
            for name, value in values.items()
            if Cell("unit", ("x", name), "n") not in withheld
        ) and all(
            sum(trial[name] for name in pair) == total
            for pair, total in sums.items()
            if Cell("level", (pair,), "n") not in withheld
        )
        if fits:
            possible.add(trial["a"])
    assert {0, 5} <= possible


def test_a_rate_needs_both_its_parts(opened: Path) -> None:
    for name in KEYS:
        table = pq.read_table(opened / "2023Q3" / f"counts_by_{name}.parquet", partitioning=None)
        for row in table.to_pylist():
            for rate, parts in RATES.items():
                if any(row[part] is None for part in parts):
                    assert row[rate] is None


def test_the_package_describes_its_files(opened: Path) -> None:
    folder = opened / "2023Q3"
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        with (folder / resource["path"][0]).open(encoding="utf-8", newline="") as file:
            assert next(csv.reader(file)) == [f["name"] for f in resource["schema"]["fields"]]


def test_overlapping_periods_are_refused_and_the_same_one_is_replaced(
    published_sample: Workspace, opened: Path, tmp_path: Path
) -> None:
    shutil.copytree(published_sample.data, tmp_path / "data", symlinks=True)
    data = str(tmp_path / "data")
    assert cli.run(["publish-open", "2023Q3", "--data", data]) == 0
    assert cli.run(["publish-open", "2023Q3", "--data", data]) == 0
    for path in (opened / "2023Q3").iterdir():
        assert path.read_bytes() == (tmp_path / "data/open/2023Q3" / path.name).read_bytes()
    assert cli.run(["quarter", "2023M07", "--data", data]) == 0
    assert cli.run(["publish-open", "2023M07", "--data", data]) == 1
    assert not (tmp_path / "data/open/2023M07").exists()


def test_a_period_that_is_not_published(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data").mkdir()
    assert cli.run(["publish-open", "2023Q3", "--data", str(tmp_path / "data")]) == 1
    assert "make quarter Q=2023Q3" in capsys.readouterr().err
