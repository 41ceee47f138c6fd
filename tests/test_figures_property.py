"""The published counts against an independent calculation in plain Python (tests/oracle.py)."""

from __future__ import annotations

import csv
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import oracle
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lives import MEASURES
from sample_rows import read_sample

from pipelines.exports import find_exports
from pipelines.inputs import Source, load_inputs
from pipelines.periods import Period
from pipelines.staging import stage
from pipelines.tables import build_tables, statements
from pipelines.text import key
from pipelines.workspace import Workspace

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


STATUSES = [
    ("Đang xử lý", "processing"),
    ("YÊU CẦU BỔ SUNG GIẤY TỜ", "paused"),
    ("Đã trả kết quả", "resolved"),
    ("Từ chối giải quyết", "declined"),
    ("Rút hồ sơ", "withdrawn"),
    ("Không được tiếp nhận", "refused"),
    ("", None),
    ("Trạng thái chưa ai biết", None),
]
UNITS = [
    ("UBND xã Hòa Ân", "commune"),
    ("Phòng Tư pháp", "district"),
    ("UBND tỉnh Trà Vinh", "province"),
]
CHANNELS = [
    ("Trực tuyến", "online"),
    ("Tại một cửa", "in_person"),
    ("BCCI", "postal"),
    ("", "unknown"),
]
FILES = ["2023Q3/a-2023-08-15.csv", "2023Q3/b-2023-09-20.csv"]
HEADERS = [
    "Mã hồ sơ",
    "Đơn vị giải quyết",
    "Hình thức nộp",
    "Ngày tiếp nhận",
    "Ngày hẹn trả",
    "Ngày gia hạn",
    "Ngày có kết quả",
    "Ngày trả kết quả",
    "Trạng thái",
]

near = st.integers(-14, 102).map(lambda days: START + timedelta(days))
maybe = st.one_of(st.none(), near)
lines = st.fixed_dictionaries(
    {
        "file": st.sampled_from(range(2)),
        "code": st.integers(1, 12),
        "unit": st.sampled_from(UNITS),
        "channel": st.sampled_from(CHANNELS),
        "status": st.sampled_from(STATUSES),
        "received": st.one_of(near, near, near, st.none()),
        "due": maybe,
        "extended": st.one_of(st.none(), st.none(), near),
        "finished": maybe,
        "returned": maybe,
    }
)


def _written(day: date | None) -> str:
    return "" if day is None else day.strftime("%d/%m/%Y")


def _rows(chosen: list[dict[str, Any]], raw: Path) -> list[oracle.DossierRow]:
    """Write the exports and return what an auditor would read in them."""
    rows = []
    (raw / "2023Q3").mkdir(parents=True)
    for number, name in enumerate(FILES):
        with (raw / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADERS)
            for place, line in enumerate((c for c in chosen if c["file"] == number), start=2):
                code = f"H59.18-230605-{line['code']:04d}"
                days = [line[n] for n in ("received", "due", "extended", "finished", "returned")]
                dates = [_written(day) for day in days]
                writer.writerow(
                    [code, line["unit"][0], line["channel"][0], *dates, line["status"][0]]
                )
                group = line["status"][1]
                if line["received"] is None and group != "refused":
                    continue  # rejected: it cannot be placed
                closed = line["finished"] or line["returned"]
                rows.append(
                    oracle.DossierRow(
                        code=code,
                        level=line["unit"][1],
                        unit_name=line["unit"][0],
                        field=None,
                        procedure_code=None,
                        channel=line["channel"][1],
                        status_group=group or ("resolved" if closed else "processing"),
                        received_on=line["received"],
                        due_on=line["due"],
                        extended_due_on=line["extended"],
                        finished_on=line["finished"],
                        returned_on=line["returned"],
                        snapshot=(date.fromisoformat(name[-14:-4]), name, "", place),
                    )
                )
    return rows


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    chosen=st.lists(lines, min_size=1, max_size=25),
    first=st.integers(-5, 60),
    length=st.integers(0, 60),
)
def test_any_dossiers_any_period(chosen: list[dict[str, Any]], first: int, length: int) -> None:
    start = START + timedelta(first)
    period = Period("2023Q3", start, start + timedelta(length), "")
    with tempfile.TemporaryDirectory() as name, duckdb.connect() as connection:
        workspace = Workspace(Path(name))
        rows = _rows(chosen, workspace.raw)
        sources = [
            Source(raw, tuple(stage(raw, workspace.staging)), None)
            for raw in find_exports(workspace).files
        ]
        load_inputs(connection, sources, [period], workspace.reference)
        build_tables(connection, statements())
        for basis in ("received", "flow"):
            wanted = oracle.counts(rows, period.start, period.end, basis)
            found = connection.execute(
                f"select level, {', '.join(MEASURES)} from counts_by_level where basis = $1",
                [basis],
            ).fetchall()
            assert {level for level, *_ in found} == {"province", "district", "commune", "all"}
            for level, *values in found:
                counted = dict(zip(MEASURES, values, strict=True))
                expected = wanted.get(level)
                if expected is None:
                    assert not any(counted.values())
                else:
                    assert counted == {m: expected[m] for m in MEASURES}
                _identities(counted)


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
