"""The workbook of tables: every cell is the Parquet's, in words and types that Excel knows."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from reported import LATE, PERIODS, THREE_LEVELS, TWO_LEVELS, converted

from pipelines.reports import data_tables
from pipelines.reports.names import column_label, value_label
from pipelines.reports.report import Report, load_report
from pipelines.workspace import Workspace

HEAD = 5
LEFT_OUT = {
    "period", "period_start", "period_end", "provisional", "status_group", "position", "definition",
    "reason",
}  # fmt: skip


def plain(report: Report, name: str, value: Any) -> Any:
    """A value of the Parquet as a clerk should see it in a cell."""
    if name in {"level", "basis", "channel", "outcome"}:
        return value_label(report, name, value)
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, Decimal):
        return float(value) / 100 if "rate" in name or "share" in name else float(value)
    return value


def found(cell: Any) -> Any:
    return cell.date() if isinstance(cell, datetime) else cell


def rows_of(sheet: Worksheet) -> list[dict[str, Any]]:
    heads, *rows = list(sheet.iter_rows(min_row=HEAD, values_only=True))
    return [dict(zip(map(str, heads), map(found, row), strict=True)) for row in rows]


@pytest.mark.parametrize("period", ["2023Q3", *PERIODS])
def test_every_cell_is_the_parquets(
    published_sample: Workspace, published_periods: Workspace, period: str, tmp_path: Path
) -> None:
    workspace = published_sample if period == "2023Q3" else published_periods
    report = load_report(workspace, period)
    (path,) = data_tables.write(report, tmp_path)
    book = load_workbook(path, data_only=True)
    tables = [table for table in data_tables.TABLES if table.name in report.tables]
    assert book.sheetnames == [table.sheet for table in tables]
    for table in tables:
        names = [n for n in report.tables[table.name].column_names if n not in LEFT_OUT]
        assert not [name for name in names if column_label(report, name) == name]
        wanted = [
            tuple(plain(report, name, row[name]) for name in names)
            for row in report.tables[table.name].to_pylist()
        ]
        cells = [
            tuple(row[column_label(report, name)] for name in names)
            for row in rows_of(book[table.sheet])
        ]
        assert len(cells) == len(wanted)
        for row, other in zip(sorted(cells, key=repr), sorted(wanted, key=repr), strict=True):
            assert row == pytest.approx(other), table.name


def test_late_dossiers_in_their_order_with_real_dates(
    published_periods: Workspace, tmp_path: Path
) -> None:
    report = load_report(published_periods, THREE_LEVELS)
    (path,) = data_tables.write(report, tmp_path)
    sheet = load_workbook(path)["Hồ sơ trễ hạn"]
    rows = rows_of(sheet)
    codes = [row["Mã hồ sơ"] for row in rows]
    assert codes == [row["dossier_code"] for row in report.rows("late_dossiers")]
    assert len(codes) > LATE
    assert all(isinstance(row["Ngày tiếp nhận"], date) for row in rows)
    assert data_tables.CAUSE in rows[0] and rows[0][data_tables.CAUSE] is None
    assert sheet.auto_filter.ref and sheet.freeze_panes == f"A{HEAD + 1}"


def test_text_never_becomes_a_formula(published_periods: Workspace, tmp_path: Path) -> None:
    (path,) = data_tables.write(load_report(published_periods, TWO_LEVELS), tmp_path)
    sheet = load_workbook(path)["Theo lĩnh vực"]
    odd = [
        c
        for row in sheet.iter_rows(min_row=HEAD + 1)
        for c in row
        if c.value in {"=1+1", "@lĩnh vực"}
    ]
    assert odd and all(cell.data_type != "f" and cell.quotePrefix for cell in odd)


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_libreoffice_sums_what_the_filter_shows(
    published_sample: Workspace, tmp_path: Path
) -> None:
    report = load_report(published_sample, "2023Q3")
    (path,) = data_tables.write(report, tmp_path)
    scratch = tmp_path / "office"
    scratch.mkdir()
    stored, again = (
        load_workbook(each, data_only=True) for each in (path, converted(path, "xlsx", scratch))
    )
    for name in ("Theo đơn vị", "Theo lĩnh vực", "Theo thủ tục"):
        sums = [cell.value for cell in stored[name][HEAD - 1] if isinstance(cell.value, int)]
        assert [c.value for c in again[name][HEAD - 1] if isinstance(c.value, int)] == sums
        assert sums[0] == report.counts("all")["received"]
