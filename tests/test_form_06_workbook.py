"""The workbook of Form 06: every number is the Parquet's, every sum a formula that gives it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from reported import NOTHING, PERIODS, THREE_LEVELS, TWO_LEVELS, converted

from pipelines.reports import form_06
from pipelines.reports.report import Report, load_report
from pipelines.workspace import Workspace

COLUMNS = range(3, 14)
SUMMED = {3: "4+5+6", 7: "8+9+10", 11: "12+13"}
EVERY = ["2023Q3", *PERIODS]


def written(
    sample: Workspace, periods: Workspace, period: str, folder: Path
) -> tuple[Report, Path]:
    report = load_report(sample if period == "2023Q3" else periods, period)
    (path,) = form_06.write(report, folder)
    return report, path


def lines(sheet: Worksheet) -> list[tuple[str, list[Any]]]:
    """Title and columns 3–13 of the lines below the heads, down to the total."""
    found = []
    for row in sheet.iter_rows(min_row=form_06.FIRST_ROW + 1, max_col=13, values_only=True):
        found.append((str(row[1]), list(row[2:])))
        if row[1] == "TỔNG SỐ":
            break
    return found


def wanted(report: Report) -> list[tuple[str, list[int]]]:
    """The same from the Parquet: the total's title is in capitals, empty districts are gone."""
    found = []
    for row in report.tables["form_06"].to_pylist():
        title = row["field"] or row["section"].replace("Tổng số", "TỔNG SỐ")
        found.append((title, [row[f"c{column}"] for column in COLUMNS]))
    if report.period == TWO_LEVELS:
        found = [line for line in found if line[0] != "Huyện, thị xã, thành phố"]
    return found


@pytest.mark.parametrize("period", EVERY)
def test_stored_values(
    published_sample: Workspace, published_periods: Workspace, period: str, tmp_path: Path
) -> None:
    report, path = written(published_sample, published_periods, period, tmp_path)
    assert lines(load_workbook(path, data_only=True)["Biểu 06"]) == wanted(report)


@pytest.mark.parametrize("period", ["2023Q3", THREE_LEVELS])
def test_sums_are_formulas_and_counts_are_not(
    published_sample: Workspace, published_periods: Workspace, period: str, tmp_path: Path
) -> None:
    report, path = written(published_sample, published_periods, period, tmp_path)
    fields = {row["field"] for row in report.rows("form_06")} - {None}
    for title, cells in lines(load_workbook(path)["Biểu 06"]):
        for column, cell in zip(COLUMNS, cells, strict=True):
            live = isinstance(cell, str) and cell.startswith("=")
            empty_section = title == "Sở, ban, ngành" and period == "2023Q3"
            assert live == (column in SUMMED or (title not in fields and not empty_section))


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
@pytest.mark.parametrize("period", ["2023Q3", NOTHING])
def test_libreoffice_calculates_the_same(
    published_sample: Workspace, published_periods: Workspace, period: str, tmp_path: Path
) -> None:
    report, path = written(published_sample, published_periods, period, tmp_path)
    scratch = tmp_path / "office"
    scratch.mkdir()
    again = converted(path, "xlsx", scratch)
    assert lines(load_workbook(again, data_only=True)["Biểu 06"]) == wanted(report)


def test_the_head_is_that_of_the_form(published_sample: Workspace, tmp_path: Path) -> None:
    (path,) = form_06.write(load_report(published_sample, "2023Q3"), tmp_path)
    sheet = load_workbook(path)["Biểu 06"]
    row = form_06.HEAD_ROW + 1
    merged = {str(area) for area in sheet.merged_cells.ranges}
    assert {
        f"A{row}:A{row + 2}", f"B{row}:B{row + 2}", f"C{row}:F{row}", f"G{row}:J{row}",
        f"K{row}:M{row}", f"D{row + 1}:E{row + 1}",
    } <= merged  # fmt: skip
    numbers = [str(cell.value).split("\n")[0] for cell in sheet[row + 3]]
    assert numbers == [f"({number})" for number in range(1, 14)]
    for column, parts in SUMMED.items():
        said = str(sheet.cell(row + 3, column).value).split("\n=")[1]
        assert said == "+".join(f"({part})" for part in parts.split("+"))
    texts = {str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value}
    assert {"Trực tiếp, dịch vụ bưu chính", "Từ kỳ trước", "NGƯỜI LẬP BIỂU"} <= texts
    assert any("Biểu số 06/VPCP/KSTT" in text for text in texts)
    assert any("3.067 hồ sơ chưa rõ hình thức nộp" in text for text in texts)
    assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.paperSize == 9
    assert sheet.print_title_rows == f"${row}:${row + 3}"


def test_text_that_looks_like_a_formula_is_text(
    published_periods: Workspace, tmp_path: Path
) -> None:
    (path,) = form_06.write(load_report(published_periods, THREE_LEVELS), tmp_path)
    for row in load_workbook(path)["Biểu 06"].iter_rows(min_col=2, max_col=2):
        if str(row[0].value).startswith(("=", "@")):
            assert row[0].data_type == "s" or row[0].quotePrefix
            assert row[0].quotePrefix
            break
    else:
        pytest.fail("no such field")
