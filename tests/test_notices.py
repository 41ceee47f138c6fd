"""Figures that are without something say so: files that could not be read, periods without any
dossier; in the terminal, in Word and the workbooks, on the page and among the sentences.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import build
import pytest
from browser import opened
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import Browser
from small import Life, export, igate

from pipelines.notices import unread_text
from pipelines.reports import sentences
from pipelines.reports.report import load_report
from pipelines.workspace import Workspace

PERIOD, BEFORE = "2023Q3", "2021Q1"
BROKEN = {
    "b1.csv": b"",
    "b2.pdf": b"%PDF-1.7",
    "b3.xlsx": b"PK\x03\x04 cut",
    "b4 [x].csv": "Tên sách,Năm\nA,1\n".encode(),
    "b5.csv": 'Mã hồ sơ,"Ngày'.encode(),
}
SAID = (
    "05 tệp không đọc được, số liệu CHƯA gồm hồ sơ trong các tệp này: 2023Q3/b1.csv, "
    "2023Q3/b2.pdf, 2023Q3/b3.xlsx và 02 tệp khác."
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of a period with files that cannot be read, and of one without dossiers."""
    data = tmp_path_factory.mktemp("notices") / "data"
    export(data, "good.csv", [Life(1), Life(2)])
    for name, content in BROKEN.items():
        (data / "raw" / "2023Q3" / name).write_bytes(content)
    assert igate("quarter", data, PERIOD, BEFORE) == 0
    return data


def flat(text: str) -> str:
    return " ".join(text.split())


def test_the_report_says_which_files_it_is_without(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert igate("report", data, PERIOD) == 0
    (said,) = [line for line in capsys.readouterr().out.splitlines() if "CHÚ Ý" in line]
    assert said == f"CHÚ Ý: {SAID}"
    folder = data / "reports" / PERIOD
    document = Document(str(folder / f"bao-cao-{PERIOD}.docx"))
    below_the_title = [paragraph.text for paragraph in document.paragraphs][:5]
    assert [text for text in below_the_title if SAID.removesuffix(".") in text]
    text = (folder / sentences.FILE).read_text(encoding="utf-8")
    assert text.split("\n\n")[1] == f"CHÚ Ý: {SAID}"
    assert "Tiếp nhận giải quyết 02 hồ sơ" in text


def test_each_sheet_of_the_workbooks_says_so(data: Path) -> None:
    assert igate("report", data, PERIOD) == 0
    folder = data / "reports" / PERIOD
    for name, sentence in (
        ("bieu-06", f"(CHÚ Ý: {SAID[:-1]})"),
        ("bang-so-lieu", f"CHÚ Ý: {SAID}"),
    ):
        sheets = load_workbook(folder / f"{name}-{PERIOD}.xlsx").worksheets
        assert sheets
        for sheet in sheets:
            above = [str(cell.value) for row in sheet.iter_rows(max_row=5) for cell in row]
            assert [text for text in above if text.endswith(sentence)], sheet.title


@pytest.mark.chromium
def test_the_page_says_so_too(data: Path, browser: Browser) -> None:
    assert igate("report", data, PERIOD) == 0
    page, _, said = opened(browser, data / "reports" / PERIOD / "index.html")
    assert flat(page.inner_text("#caveats")) == f"Chú ý: {SAID}"
    assert page.is_visible("#caveats")
    assert said == []
    page.close()


def test_a_file_that_was_read_is_not_named(
    published_sample: Workspace, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    report = load_report(published_sample, PERIOD)
    assert report.unread == []
    assert sentences.caveat(report) == unread_text([]) == ""
    (path,) = sentences.write(report, tmp_path)
    assert "CHÚ Ý" not in path.read_text(encoding="utf-8")


def test_a_provisional_report_says_both(data: Path) -> None:
    said = sentences.caveat(replace(load_report(Workspace(data), PERIOD), revision=1))
    assert said == (
        f"{sentences.period_phrase(replace(load_report(Workspace(data), PERIOD), revision=1))}; "
        f"CHÚ Ý: {SAID.removesuffix('.')}"
    )


@pytest.mark.parametrize("command", ["quarter", "report"])
def test_a_period_without_dossiers_is_published_and_said(
    command: str, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if command == "quarter":
        assert igate(command, data, PERIOD, BEFORE) == 0  # what is published again says it again
    else:
        assert igate(command, data, BEFORE) == 0
    said = flat(capsys.readouterr().out)
    assert said.count("không có hồ sơ nào") == 1
    assert f"CHÚ Ý: Kỳ {BEFORE} không có hồ sơ nào (từ 15/12/2020 đến 14/03/2021): hãy kiểm" in said
    assert "raw đã có đủ tệp của kỳ này chưa." in said
    assert (data / "curated" / f"period={BEFORE}" / "counts_by_level.parquet").is_file()


def test_among_many_periods_the_empty_are_named(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "data"
    export(other, "good.csv", [Life(1)])
    months = ["2023M06", "2023M07", "2023M08", "2023M09", "2021M01"]
    assert igate("quarter", other, *months) == 0
    said = flat(capsys.readouterr().out)
    # The dossier was received on 2023-06-05 and finished on 2023-06-08: before July's first day.
    for month in months:
        assert (f"Kỳ {month} không có hồ sơ nào" in said) == (month != "2023M06")


def test_a_period_that_no_export_reaches_back_to_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export(tmp_path, "a.csv", [Life(1)])
    assert igate("quarter", tmp_path, "2023Q2", "2023Q3") == 0
    said = flat(capsys.readouterr().out)
    assert said.count("bắt đầu ngày") == 1
    assert (
        "CHÚ Ý: Kỳ 2023Q2 bắt đầu ngày 15/03/2023 nhưng hồ sơ đầu tiên tiếp nhận ngày 05/06/2023: "
        "hãy kiểm tra đã có đủ tệp của đầu kỳ chưa."
    ) in said
    export(
        tmp_path,
        "a.csv",
        [Life(1, received=date(2023, 6, 12)), Life(2, received=date(2023, 6, 13))],
    )
    assert igate("quarter", tmp_path, "2023Q3") == 0
    assert "bắt đầu ngày" not in flat(capsys.readouterr().out)  # a week is nothing
    export(tmp_path, "a.csv", [Life(1, received=date(2023, 6, 13))])
    assert igate("quarter", tmp_path, "2023Q3") == 0
    assert "Kỳ 2023Q3 bắt đầu ngày 05/06/2023 nhưng" in flat(capsys.readouterr().out)
    older = Life(2, received=date(2023, 5, 30), finished=date(2023, 7, 3))
    export(tmp_path, "a.csv", [Life(1, received=date(2023, 6, 13)), older])
    assert igate("quarter", tmp_path, "2023Q3") == 0
    assert "bắt đầu ngày" not in flat(capsys.readouterr().out)  # it reaches back further


def test_a_period_after_the_newest_export_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export(tmp_path, "a-2023-09-05.csv", [Life(1, finished=None, group="processing")])
    assert igate("quarter", tmp_path, "2023Q3", "2030Q1") == 0
    said = flat(capsys.readouterr().out)
    assert said.count("sau ngày xuất mới nhất") == 1
    assert (
        "CHÚ Ý: Kỳ 2030Q1 bắt đầu ngày 15/12/2029, sau ngày xuất mới nhất của các tệp "
        "(05/09/2023): chưa có hồ sơ nào tiếp nhận trong kỳ."
    ) in said


def test_what_stops_a_run_does_not_hide_the_unread_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strange = [{**Life(1).exported(), "unit": "UBND xã Không Có"}]
    path = export(tmp_path, "a.csv", [Life(1)])
    build.write_csv(path, build.lines(strange))
    (path.parent / "b.csv").write_bytes(b"")
    assert igate("quarter", tmp_path, "2023Q3") == 1
    said = flat(capsys.readouterr().err)
    assert "UBND xã Không Có" in said
    assert "Ngoài ra, 01 tệp không đọc được, số liệu CHƯA gồm các tệp này: 2023Q3/b.csv: " in said
