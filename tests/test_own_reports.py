"""The reports that `igate report` writes, held against the figures they were made from."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import docx
import pytest
from reported import HEAD, PERIODS
from rich.console import Console

from pipelines.options import Options
from pipelines.periods import load_period
from pipelines.quarter import run_quarter
from pipelines.reconcile.document import Document, read_document
from pipelines.reconcile.report import document_lines, reconcile
from pipelines.reconcile.verdicts import Line, exit_status
from pipelines.reports import sentences, word
from pipelines.reports.report import load_report
from pipelines.workspace import Workspace

EVERYTHING = "2024Q2"
COMMUNE, DISTRICT = "UBND xã Hòa Ân, huyện Cầu Kè", "Phòng Tư pháp huyện Cầu Kè"
DONE, PAUSED = "Đã trả kết quả", "Chờ bổ sung"
# (unit, days from 2024-04-01, days to the due date, days taken or None, channel, status) × times
LIVES = [
    (COMMUNE, 0, 5, 3, "Trực tuyến", DONE, 41),
    (COMMUNE, 2, 5, 5, "Trực tiếp", DONE, 23),
    (COMMUNE, 3, 5, 9, "BCCI", DONE, 7),
    (COMMUNE, 5, 5, None, "", PAUSED, 4),
    (COMMUNE, 5, 5, None, "", DONE, 3),  # resolved, but nobody knows when
    (COMMUNE, 60, 90, None, "", "Đang xử lý", 6),
    (COMMUNE, 20, 5, None, "Trực tiếp", "Đang xử lý", 8),
    (COMMUNE, 8, 5, 2, "Trực tiếp", "Xin rút", 2),
    (DISTRICT, 1, 9, 4, "Trực tuyến", DONE, 11),
    (DISTRICT, 1, 9, 12, "", DONE, 5),
    (DISTRICT, -40, 9, 60, "Trực tuyến", DONE, 3),  # carried over, then late
    (COMMUNE, -40, 9, None, "Trực tiếp", "Đang xử lý", 2),  # carried over and overdue
    (COMMUNE, -20, 40, 30, "Trực tiếp", DONE, 9),  # carried over, in time
]


def _export(path: Path) -> None:
    """Write all of `LIVES`."""
    lines = [HEAD]
    for unit, start, due, took, channel, status, times in LIVES:
        for _ in range(times):
            received = date(2024, 4, 1) + timedelta(start)
            closed = "" if took is None else f"{received + timedelta(took):%d/%m/%Y}"
            lines.append(
                f"H59.18-{received:%y%m%d}-{len(lines):05d};1.000001;Đăng ký việc gì đó;Hộ tịch;"
                f"{unit};{channel};{received:%d/%m/%Y};{received + timedelta(due):%d/%m/%Y};{closed};"
                f"{status}"
            )
    path.parent.mkdir(parents=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="session")
def published_everything(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A period with dossiers carried over, paused, of unknown channel, undetermined."""
    workspace = Workspace(tmp_path_factory.mktemp("everything") / "data")
    _export(workspace.raw / "danh-sach-2024-06-20.csv")
    run_quarter(workspace, [EVERYTHING], Options(max_rejected=0), Console(file=io.StringIO()))
    return workspace


def written(workspace: Workspace, period: str, folder: Path) -> list[Path]:
    report = load_report(workspace, period)
    if period == EVERYTHING:
        report = replace(report, revision=1)  # as if signed again
    return [*sentences.write(report, folder), *word.write(report, folder)]


def held(workspace: Workspace, document: Document, period: str) -> list[Line]:
    return document_lines(workspace, document, load_period(period, workspace.reference))


@pytest.fixture(params=["2023Q3", EVERYTHING])
def own(
    request: pytest.FixtureRequest,
    published_sample: Workspace,
    published_everything: Workspace,
    tmp_path: Path,
) -> tuple[Workspace, str, list[Path]]:
    """A period and what was written for it: the sentences, and the Word document."""
    workspace = published_sample if request.param == "2023Q3" else published_everything
    return workspace, request.param, written(workspace, request.param, tmp_path)


def test_the_period_has_everything(published_everything: Workspace) -> None:
    report = load_report(published_everything, EVERYTHING)
    (flow,) = report.rows("counts_by_level", basis="flow", level="all")
    counts = ("carried_over", "paused", "received_unknown_channel", "undetermined", "withdrawn")
    assert [flow[name] for name in counts] == [14, 4, 18, 3, 2]


def test_they_agree_and_leave_nothing_unchecked(own: tuple[Workspace, str, list[Path]]) -> None:
    workspace, period, paths = own
    for path in paths:
        lines = reconcile(workspace, path, load_period(period, workspace.reference))
        assert exit_status(lines) == 0, [line for line in lines if line.wrong]
        assert not [line for line in lines if line.verdict == "unchecked"]
        alone = reconcile(workspace, path, None)
        assert exit_status(alone) == 0, [line for line in alone if line.wrong]


@pytest.mark.parametrize("period", PERIODS)
def test_those_of_other_periods_have_no_wrong_line(
    published_periods: Workspace, period: str, tmp_path: Path
) -> None:
    for path in written(published_periods, period, tmp_path):
        lines = reconcile(published_periods, path, load_period(period, published_periods.reference))
        assert exit_status(lines) == 0, (path.name, lines)
        unchecked = {line.stated for line in lines if line.verdict == "unchecked"}
        # That nothing came in at all names no measure.
        assert unchecked <= {"không phát sinh"}


def altered(text: str) -> Iterator[str]:
    """Yield `text` with the last digit of one number of dossiers, procedures or per cent changed.

    Dates, and numbers that are a part of a name, are left alone.
    """
    text_without_dates = re.sub(r"\d+/\d+/\d+", lambda m: "#" * len(m.group()), text)
    for match in re.finditer(r"\d+(?:[.,]\d+)*(?=%| hồ sơ| thủ tục)", text_without_dates):
        last = match.end() - 1
        yield text[:last] + str((int(text[last]) + 3) % 10) + text[last + 1 :]


def test_any_number_of_their_sentences_altered_is_caught(
    own: tuple[Workspace, str, list[Path]],
) -> None:
    workspace, period, paths = own
    count = 0
    for path in paths:
        document = replace(read_document(path), tables=[])
        for number, (text, where) in enumerate(document.paragraphs):
            for other in altered(text):
                paragraphs = list(document.paragraphs)
                paragraphs[number] = other, where
                lines = held(workspace, replace(document, paragraphs=paragraphs), period)
                assert exit_status(lines) == 1, other
                count += 1
    assert count > 40


def test_any_number_of_their_table_altered_is_caught(
    own: tuple[Workspace, str, list[Path]],
) -> None:
    workspace, period, paths = own
    tables = read_document(paths[1]).tables
    ((rows, where),) = [each for each in tables if each[0][0][1:3] == ["Đơn vị", "Tiếp nhận"]]
    for row in (rows[1], rows[2], rows[-1]):  # a level, a unit, the total
        assert exit_status(held(workspace, Document([], [([rows[0], row], where)]), period)) == 0
        for column, cell in enumerate(row[2:], start=2):
            digits = re.sub(r"\d(?=\D*$)", lambda m: str((int(m.group()) + 3) % 10), cell)
            cells = [*row[:column], digits, *row[column + 1 :]]
            lines = held(workspace, Document([], [([rows[0], cells], where)]), period)
            assert digits == cell or exit_status(lines) == 1, (rows[0][column], row[1], digits)


def test_a_column_is_read_under_its_groups_heading(
    published_sample: Workspace, tmp_path: Path
) -> None:
    """Overdue stands beside late, told apart only by the merged cells above."""
    rows = [
        ("Cấp", "Đã giải quyết", "Đã giải quyết", "Đang giải quyết", "Đang giải quyết"),
        ("Cấp", "Đúng hạn", "Quá hạn", "Trong hạn", "Quá hạn"),
        ("Cấp xã", "9.742", "58", "27", "09"),
    ]
    document = docx.Document()
    table = document.add_table(len(rows), len(rows[0]))
    for cells, row in zip(rows, table.rows, strict=True):
        for text, cell in zip(cells, row.cells, strict=True):
            cell.text = text
    for start, end in ((1, 2), (3, 4)):
        table.cell(0, end).text = ""
        table.cell(0, start).merge(table.cell(0, end))
    for text, status in (("09", 0), ("58", 1)):
        table.cell(2, 4).text = text
        document.save(str(tmp_path / "bang.docx"))
        period = load_period("2023Q3", published_sample.reference)
        assert exit_status(reconcile(published_sample, tmp_path / "bang.docx", period)) == status


@pytest.mark.parametrize(
    "text",
    [
        "Cấp huyện tiếp nhận 720 hồ sơ (gồm cả hồ sơ kỳ trước chuyển sang).",
        "Cấp huyện đã giải quyết 704 hồ sơ, kể cả từ kỳ trước chuyển qua; trễ hạn 15 hồ sơ.",
    ],
)
def test_a_sentence_that_counts_those_carried_over_says_so(
    published_sample: Workspace, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "bao-cao.txt"
    period = load_period("2023Q3", published_sample.reference)
    path.write_text(text, encoding="utf-8")
    assert exit_status(reconcile(published_sample, path, period)) == 0
    # Those received in the period alone are no answer to it.
    for flow, received in (("720", "641"), ("704", "638"), ("15", "08")):
        if flow in text:
            path.write_text(text.replace(flow, received), encoding="utf-8")
            assert exit_status(reconcile(published_sample, path, period)) == 1
