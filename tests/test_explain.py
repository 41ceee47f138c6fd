"""From every figure of the report to the rows it counts, as the oracle has them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import duckdb
import oracle
import pyarrow.parquet as pq
import pytest
from sample_rows import read_sample
from small import END, START, Life, export, igate
from test_corrections import correction, write

from pipelines.explain import explain, rows_of
from pipelines.workspace import Workspace

_OUTCOMES = {
    "on_time": {"early", "on_due_date"},
    "resolved": {"early", "on_due_date", "late"},
    "in_progress": {"paused", "pending_in_time", "pending_overdue"},
    "handled": set(oracle.OUTCOMES) - {"withdrawn"},
    **{outcome: {outcome} for outcome in oracle.OUTCOMES},
}


def figures(workspace: Workspace) -> list[dict[str, Any]]:
    path = workspace.curated / "period=2023Q3" / "report_figures.parquet"
    rows: list[dict[str, Any]] = pq.read_table(path, partitioning=None).to_pylist()
    return rows


def belongs(row: oracle.DossierRow, measure: str, level: str) -> bool:
    """Whether a dossier counts in `<measure>.<level>` of the report, by the definitions."""
    if not oracle.was_received_in(row, START, END) or level not in ("all", row.level):
        return False
    if measure == "received":
        return True
    if measure in oracle.CHANNELS.values():
        return oracle.CHANNELS[row.channel] == measure
    return oracle.outcome(row, START, END) in _OUTCOMES[measure]


def test_every_figure_of_the_sample_lists_exactly_what_it_counts(
    published_sample: Workspace,
) -> None:
    dossiers = oracle.newest(read_sample().rows)
    counted = 0
    for figure in figures(published_sample):
        explanation = explain(published_sample, "2023Q3", figure["figure_id"])
        assert explanation.rule.endswith(".") and explanation.text == figure["text_vi"]
        measure, level = figure["figure_id"].split(".")
        parts = {part.name: part for part in explanation.parts}
        if figure["unit"] == "percent":
            assert {name: part.count for name, part in parts.items()} == {
                name: figure[name] for name in ("numerator", "denominator")
            }
            below = {"on_time_rate": "resolved", "one_stop_share": "procedures"}
            above = {"late_share": "late", "one_stop_share": "one_stop"}
            names = {
                "numerator": above.get(measure, "on_time"),
                "denominator": below.get(measure, "handled"),
            }
        else:
            assert parts[""].count == figure["value"]
            names = {"": measure}
        for name, part in parts.items():
            rows = list(rows_of(published_sample, part))
            assert len(rows) == part.count
            assert all(row["source_file"] and row["source_row"] > 0 for row in rows)
            if "dossier_code" in part.columns:
                wanted = {row.code for row in dossiers if belongs(row, names[name], level)}
                assert {row["dossier_code"] for row in rows} == wanted, figure["figure_id"]
                counted += 1
            elif level != "all":
                assert {row["level"] for row in rows} <= {level}
    assert counted > 60


def test_the_sql_can_be_pasted_and_the_csv_has_every_row(
    published_sample: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "late.csv"
    data = published_sample.data
    assert (
        igate("explain", data, "2023Q3", "late.district", "--limit", "3", "--csv", str(path)) == 0
    )
    said = capsys.readouterr().out
    assert "Trễ hạn – cấp huyện: 08 hồ sơ" in said and "sau hạn trả" in said
    assert "… và 05 dòng nữa" in said and "mau-huyen-cau-ke" in "".join(said.split())
    sql = said[said.index("select ") :].split(";")[0]
    with duckdb.connect(published_sample.database, read_only=True) as connection:
        codes = [row[0] for row in connection.execute(sql).fetchall()]
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["mã hồ sơ"] for row in rows] == codes and len(codes) == 8
    assert all(row["tệp"] and row["dòng"].isdigit() and "trễ" in row["kết quả"] for row in rows)


def test_a_rate_lists_numerator_and_denominator(
    published_sample: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rate.csv"
    data = published_sample.data
    assert igate("explain", data, "2023Q3", "on_time_share.district", "--csv", str(path)) == 0
    said = capsys.readouterr().out
    assert "98,59%" in said and "= 630" in said and "= 639" in said
    with path.open(encoding="utf-8-sig", newline="") as file:
        parts = [row["phần"] for row in csv.DictReader(file)]
    assert (parts.count("tử số"), parts.count("mẫu số")) == (630, 639)


def test_procedures_stand_behind_a_figure_of_the_catalogue(
    published_sample: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    data = published_sample.data
    assert igate("explain", data, "2023Q3", "procedures.commune", "--limit", "0") == 0
    said = capsys.readouterr().out
    assert "148 thủ tục" in said and said.count("mau-danh-muc-tthc.xlsx") == 148


def test_an_unknown_figure_has_its_likes_named(
    published_sample: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert igate("explain", published_sample.data, "2023Q3", "late.distric") == 2
    assert "late.district" in capsys.readouterr().err
    for wrong in ("", "x", "a.b.c"):
        assert igate("explain", published_sample.data, "2023Q3", wrong) == 2
        assert "Traceback" not in capsys.readouterr().err
    assert igate("explain", published_sample.data, "2022Q1", "late.district") == 2
    assert igate("explain", published_sample.data, "2023Q3", "late.district", "--revision") == 2


def test_a_corrected_dossier_is_marked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export(tmp_path, "a-2023-09-05.csv", [Life(1), Life(2)])
    write(tmp_path, correction(1, "due_on", "2023-06-12", "2023-06-07"))
    assert igate("quarter", tmp_path, "2023Q3") == 0
    capsys.readouterr()
    assert igate("explain", tmp_path, "2023Q3", "received.commune") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert said.count("(đã chữa)") == 1
