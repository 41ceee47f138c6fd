"""Form 06 (Biểu 06/VPCP/KSTT) against the plain-Python calculation."""

from __future__ import annotations

import io
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import oracle
import pyarrow.parquet as pq
import pytest
from rich.console import Console
from sample_rows import read_sample

from pipelines.options import Options
from pipelines.quarter import published_table, run_quarter
from pipelines.workspace import Workspace

START, END = date(2023, 6, 5), date(2023, 9, 1)
SECTIONS = {
    "province": "Sở, ban, ngành",
    "district": "Huyện, thị xã, thành phố",
    "commune": "Xã, phường, thị trấn",
    "all": "Tổng số",
}
COLUMNS = [f"c{number}" for number in range(3, 14)]


@pytest.fixture(scope="module")
def form(published_sample: Workspace) -> list[dict[str, Any]]:
    path = published_sample.curated / "period=2023Q3" / "form_06.parquet"
    rows: list[dict[str, Any]] = pq.read_table(path, partitioning=None).to_pylist()
    return rows


def test_sections_and_total_are_the_oracles(form: list[dict[str, Any]]) -> None:
    counted = oracle.counts(read_sample().rows, START, END, "flow")
    wanted = {SECTIONS[level]: oracle.form_06(measures) for level, measures in counted.items()}
    found = {r["section"]: {c: r[c] for c in COLUMNS} for r in form if r["field"] is None}
    assert found == wanted


def test_every_field_is_the_oracles(tmp_path: Path) -> None:
    """Dossiers of all kinds, drawn at random, whose exports name the field."""
    draw = random.Random(6)
    units = [("UBND xã Hòa Ân", "commune"), ("Phòng Tư pháp huyện Cầu Kè", "district")]
    statuses = [
        ("Đã trả kết quả", "resolved"),
        ("Xin rút", "withdrawn"),
        ("Đang xử lý", "processing"),
    ]
    rows, lines = (
        [],
        [
            "Mã hồ sơ,Đơn vị giải quyết,Lĩnh vực,Hình thức nộp,Ngày tiếp nhận,"
            "Ngày hẹn trả,Ngày có kết quả,Trạng thái"
        ],
    )
    for number in range(400):
        unit, level = draw.choice(units)
        status, group = draw.choice(statuses)
        field = draw.choice(["Hộ tịch", "Đất đai", "Chứng thực"])
        channel = draw.choice([("Trực tuyến", "online"), ("Trực tiếp", "in_person")])
        received = START + timedelta(draw.randint(-30, 88))
        due = draw.choice([None, received + timedelta(draw.randint(0, 20))])
        finished = draw.choice([None, received + timedelta(draw.randint(0, 30))])
        days = [day.strftime("%d/%m/%Y") if day else "" for day in (received, due, finished)]
        code = f"H59.18-230605-{number:04d}"
        lines.append(",".join([code, unit, field, channel[0], *days, status]))
        rows.append(
            oracle.DossierRow(
                code=code, level=level, unit_name=unit, field=field, procedure_code=None,
                channel=channel[1], status_group=group, received_on=received, due_on=due,
                extended_due_on=None, finished_on=finished, returned_on=None,
                snapshot=(date(2023, 9, 5), "a", "", number),
            )
        )  # fmt: skip
    raw = tmp_path / "raw" / "2023Q3" / "a-2023-09-05.csv"
    raw.parent.mkdir(parents=True)
    raw.write_text("\n".join(lines) + "\n", encoding="utf-8")
    workspace = Workspace(tmp_path)
    run_quarter(workspace, ["2023Q3"], Options(), Console(file=io.StringIO()))
    wanted = {
        (SECTIONS[level], field): oracle.form_06(measures)
        for (level, field), measures in oracle.counts_by(
            rows, START, END, "flow", lambda row: row.field
        ).items()
    }
    found = {
        (row["section"], row["field"]): {c: row[c] for c in COLUMNS}
        for row in published_table(workspace, "period=2023Q3", "form_06").to_pylist()
        if row["field"] is not None
    }
    assert len(wanted) == 6
    assert found == wanted


def test_lines_stand_in_the_forms_order(form: list[dict[str, Any]]) -> None:
    assert [row["line"] for row in form] == list(range(1, len(form) + 1))
    sections = list(dict.fromkeys(row["section"] for row in form))
    assert sections == list(SECTIONS.values())
    for section in sections:
        fields = [row["field"] for row in form if row["section"] == section]
        assert fields[0] is None and None not in fields[1:]
    assert form[-1]["section"] == "Tổng số"


def test_three_is_four_five_six_and_seven_eleven(form: list[dict[str, Any]]) -> None:
    for row in form:
        assert row["c3"] == row["c4"] + row["c5"] + row["c6"] == row["c7"] + row["c11"]
