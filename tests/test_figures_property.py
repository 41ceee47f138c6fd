"""The published counts against an independent calculation in plain Python (tests/oracle.py)."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import build
import oracle
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lives import CHANNELS, GROUPS, LEVELS, MEASURES, counted, oracle_rows
from sample_rows import read_sample
from tables_of import rows as records

from pipelines.periods import Period
from pipelines.text import key
from pipelines.workspace import Workspace

CONSERVATION = "check_stock_not_conserved"
FORM_COLUMNS = [f"c{number}" for number in range(3, 14)]
START, END = date(2023, 6, 5), date(2023, 9, 1)


@pytest.mark.parametrize("basis", ["received", "flow"])
def test_the_samples_counts_are_the_oracles(published_sample: Workspace, basis: str) -> None:
    path = published_sample.curated / "period=2023Q3" / "counts_by_level.parquet"
    rows = pq.read_table(path, partitioning=None).to_pylist()
    wanted = oracle.counts(read_sample().rows, START, END, basis)
    compared = 0
    for row in rows:
        if row["basis"] == basis and row["level"] in wanted:
            expected = wanted[row["level"]]
            assert {m: row[m] for m in MEASURES} == {m: expected[m] for m in MEASURES}
            compared += 1
    assert compared >= 3


def test_each_dossier_of_the_sample_has_the_oracles_outcome(published_sample: Workspace) -> None:
    path = published_sample.curated / "period=2023Q3" / "dossiers.parquet"
    rows = pq.read_table(path, columns=["dossier_code", "outcome"], partitioning=None).to_pylist()
    wanted = {
        row.code: outcome
        for row in oracle.newest(read_sample().rows)
        if (outcome := oracle.outcome(row, START, END)) is not None
    }
    assert {row["dossier_code"]: row["outcome"] for row in rows} == wanted


near = st.integers(-14, 102).map(lambda days: START + timedelta(days))
maybe = st.one_of(st.none(), near)
shown = st.fixed_dictionaries(
    {
        "code": st.integers(1, 12).map(lambda number: f"H59.18-230605-{number:04d}"),
        "unit": st.sampled_from([*LEVELS, "Xã Đâu Đó"]),
        "channel": st.sampled_from([*CHANNELS, ""]),
        "status": st.sampled_from([*GROUPS, "", "Trạng thái chưa ai biết"]),
        "field": st.sampled_from(["Hộ tịch", "Đất đai"]),
        "received": st.one_of(near, near, near, st.none()),
        "due": maybe,
        "extended": st.one_of(st.none(), st.none(), near),
        "finished": maybe,
        "returned": maybe,
    }
)
files = st.dictionaries(
    st.integers(0, 60).map(lambda days: f"2023Q3/a-{date(2023, 8, 15) + timedelta(days)}.csv"),
    st.lists(shown.map(lambda changes: build.dossier(**changes)), max_size=25),
    min_size=1,
    max_size=4,
)
spans = st.lists(st.tuples(st.integers(-5, 60), st.integers(0, 60)), min_size=1, max_size=4)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(exports=files, spans=spans)
def test_any_dossiers_any_periods(exports: dict[str, Any], spans: list[tuple[int, int]]) -> None:
    """Any exports, over any periods at once, however they overlap or leave gaps."""
    periods = [
        Period(
            f"{2023 + number}Q3", START + timedelta(first), START + timedelta(first + length), ""
        )
        for number, (first, length) in enumerate(spans)
    ]
    rows = oracle_rows(exports)
    wanted = ["counts_by_level", "counts_by_field", "counts_by_day", "form_06", CONSERVATION]
    with (
        tempfile.TemporaryDirectory() as name,
        counted(Path(name), exports, periods, wanted) as connection,
    ):
        found = {table: records(connection, f"select * from {table}") for table in wanted}
    for period in periods:
        own = {
            table: [row for row in found[table] if row["period"] == period.name]
            for table in wanted
            if table != CONSERVATION
        }
        for basis in ("received", "flow"):
            by_level = oracle.counts(rows, period.start, period.end, basis)
            counts = {
                r["level"]: _measures(r) for r in own["counts_by_level"] if r["basis"] == basis
            }
            if basis == "received":
                counts.pop("unknown", None)  # there if a dossier in scope of flow has it
                by_level.pop("unknown", None)
            assert counts == {level: _measures(measures) for level, measures in by_level.items()}
            for measures in counts.values():
                _identities(measures)
            by_field = oracle.counts_by(rows, period.start, period.end, basis, lambda r: r.field)
            assert {
                (r["level"], r["field"]): _measures(r)
                for r in own["counts_by_field"]
                if r["basis"] == basis
            } == {group: _measures(measures) for group, measures in by_field.items()}
        by_day = oracle.counts_by_day(rows, period.start, period.end)
        assert {
            (r["level"], r["day"]): {m: r[m] for m in ("received", "resolved", "on_time", "late")}
            for r in own["counts_by_day"]
            if r["received"] or r["resolved"]
        } == by_day
        (total,) = [r for r in own["form_06"] if r["section"] == "Tổng số"]
        flow = oracle.counts(rows, period.start, period.end, "flow")["all"]
        assert {c: total[c] for c in FORM_COLUMNS} == oracle.form_06(flow)
    assert found[CONSERVATION] == []


def _measures(row: Mapping[str, Any]) -> dict[str, Any]:
    return {measure: row[measure] for measure in MEASURES}


def _identities(row: dict[str, Any]) -> None:
    assert row["in_scope"] == row["received"] + row["carried_over"]
    assert row["in_scope"] == (
        row["resolved"] + row["withdrawn"] + row["in_progress"] + row["undetermined"]
    )
    assert row["handled"] == row["in_scope"] - row["withdrawn"]


@pytest.mark.parametrize("basis", ["received", "flow"])
def test_the_samples_counts_by_unit_are_the_oracles(
    published_sample: Workspace, basis: str
) -> None:
    def called(name: str) -> str:
        return key(name).removeprefix(key("UBND") + " ")

    path = published_sample.curated / "period=2023Q3" / "counts_by_unit.parquet"
    rows = pq.read_table(path, partitioning=None).to_pylist()
    found = {
        (row["level"], called(row["unit_name"])): {m: row[m] for m in MEASURES}
        for row in rows
        if row["basis"] == basis
    }
    counted = oracle.counts_by(
        read_sample().rows, START, END, basis, lambda row: called(row.unit_name)
    )
    assert len(found) == 22
    assert found == {
        where: {m: measures[m] for m in MEASURES} for where, measures in counted.items()
    }
