"""The Excel copy of a period's rejected rows: every row, grouped by file, nothing personal."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from shutil import which

import build
import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import cli
from pipelines.engines.duckdb import DuckDB
from pipelines.exports import find_exports
from pipelines.inputs import load_inputs
from pipelines.periods import Period, load_period
from pipelines.reference import read_csv
from pipelines.rejects_workbook import file_name, rejects_workbook
from pipelines.sources import Source
from pipelines.staging import stage
from pipelines.tables import build_tables, statements, with_inputs
from pipelines.workspace import Workspace

REFERENCE = Path(__file__).resolve().parents[1] / "data" / "reference"
TABLES = ("judged_rows", "newest_rows", "rejected_rows", "sources", "period_files", "tie_out")
_CSV = "csv:Text - txt - csv (StarCalc):44,34,76"  # comma, quotes, UTF-8
Q3 = load_period("2023Q3", REFERENCE)
Q4 = load_period("2023Q4", REFERENCE)


def staged_sources(data: Path) -> list[Source]:
    workspace = Workspace(data)
    files = find_exports(workspace).files
    staged = {raw.name: tuple(stage(raw, workspace.staging)) for raw in files if not raw.copy_of}
    return [Source(raw, staged[raw.copy_of or raw.name], None) for raw in files]


def workbook_of(data: Path, period: Period = Q3) -> bytes:
    """The workbook by the pipeline's own tables, without the rest of a run."""
    sources = staged_sources(data)
    with duckdb.connect() as connection:
        load_inputs(DuckDB(connection), sources, [Q3, Q4], REFERENCE)
        build_tables(DuckDB(connection), with_inputs(statements(), TABLES))
        return rejects_workbook(connection, period, read_csv(REFERENCE, "reject_reasons"))


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def cells(sheet: openpyxl.worksheet.worksheet.Worksheet) -> list[list[object]]:
    return [list(row) for row in sheet.iter_rows(values_only=True)]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two exports of the period, one of the next, one without any reject, one copy."""
    raw = tmp_path / "data" / "raw"
    raw.mkdir(parents=True)
    bad = [
        build.dossier(11, code=""),
        build.dossier(12, code="2,3E+14"),
        build.dossier(13, code=build.APPLICANT),
        build.dossier(14, received="31/02/2023"),
        build.dossier(15, received=build.PHONE),
        build.dossier(16, received=None),
    ]
    build.write_csv(raw / "a.csv", build.lines([*build.dossiers(3), *bad]))
    build.write_xlsx(
        raw / "b [một] 'rất dài' tên của tệp xuất từ hệ thống.xlsx",
        {"=1+1": build.lines([build.dossier(21), build.dossier(22, code="05/06/2023")])},
    )
    build.write_csv(raw / "sạch.csv", build.lines([build.dossier(31)]))
    (raw / "bản sao.csv").write_bytes((raw / "sạch.csv").read_bytes())
    later = [build.dossier(41, received="05/10/2023"), build.dossier(42, code="", received="x")]
    build.write_csv(raw / "quý sau.csv", build.lines(later))
    return tmp_path / "data"


def test_every_rejected_row_of_the_period_is_there_once(data: Path) -> None:
    book = opened(workbook_of(data))
    assert book.sheetnames == ["Tổng hợp", "01 a", "02 b  một  'rất dài' tên của tệ"]
    rows = [row[:6] for row in cells(book["01 a"])[5:]]
    assert rows == [
        [1, "", 5, "Mã hồ sơ", "(trống)", "Thiếu mã"],
        [2, "", 6, "Mã hồ sơ", "2,3E+14", "Mã bị Excel đổi thành số"],
        [3, "", 7, "Mã hồ sơ", "•" * 12, "Mã không dùng được"],
        [4, "", 8, "Ngày tiếp nhận", "31/02/2023", "Ngày tiếp nhận không đọc được"],
        [5, "", 9, "Ngày tiếp nhận", "•" * 10, "Ngày tiếp nhận không đọc được"],
        [6, "", 10, "Ngày tiếp nhận", "(trống)", "Thiếu ngày tiếp nhận"],
    ]
    ((_, sheet, row, _, value, why, action, _),) = cells(book.worksheets[2])[5:]
    assert (sheet, row, value, why) == ("=1+1", 3, "05/06/2023", "Mã bị đổi thành ngày")
    assert "Xuất lại" in str(action)


def test_the_index_lists_the_files_of_the_period_and_adds_up(data: Path) -> None:
    index = cells(opened(workbook_of(data)).worksheets[0])
    head = index.index(["STT", "Tệp", "Trang", "Số dòng", "Nhận", "Loại", "Bỏ qua", "Lý do"])
    files, total = index[head + 1 : head + 5], index[head + 5]
    assert [row[1] for row in files] == [
        "a.csv",
        "b [một] 'rất dài' tên của tệp xuất từ hệ thống.xlsx",
        "bản sao.csv",
        "sạch.csv",
    ]
    assert [row[3:7] for row in files] == [[10, 3, 6, 1], [3, 1, 1, 1], [2, 1, 0, 1], [2, 0, 0, 2]]
    assert total[1] == "Cộng" and total[3:7] == [17, 5, 7, 5]
    assert str(files[0][7]).startswith("02 ngày tiếp nhận không đọc được; ")


def test_a_reject_belongs_to_the_period_of_its_file(data: Path) -> None:
    book = opened(workbook_of(data, Q4))
    # The other exports have dossiers, none of the period; a copy has none of its own.
    assert book.sheetnames == ["Tổng hợp", "01 quý sau"]
    assert cells(book["01 quý sau"])[5][:6] == [1, "", 3, "Mã hồ sơ", "(trống)", "Thiếu mã"]


def test_nothing_personal_no_formula_and_the_same_bytes(data: Path) -> None:
    content = workbook_of(data)
    assert workbook_of(data) == content
    book = opened(content)
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not any(cell.data_type == "f" for cell in found)
    text = " ".join(str(cell.value) for cell in found)
    assert "=1+1" in text
    assert not any(value in text for value in build.PERSONAL)


def test_a_period_without_rejects_says_so(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    build.write_csv(tmp_path / "raw" / "a.csv", build.lines(build.dossiers(2)))
    book = opened(workbook_of(tmp_path))
    assert book.sheetnames == ["Tổng hợp"]
    assert "Không có dòng nào bị loại." in [row[0] for row in cells(book.worksheets[0])]


def test_the_published_one_has_the_rejected_rows_of_the_sample(published_sample: Workspace) -> None:
    quality = published_sample.curated / "quality"
    rejected = pq.read_table(quality / "rejected_rows.parquet").to_pylist()
    book = openpyxl.load_workbook(quality / file_name("2023Q3"))
    listed = [(row[2], row[4]) for sheet in book.worksheets[1:] for row in cells(sheet)[5:]]
    assert listed == [(row["source_row"], row["value"] or "(trống)") for row in rejected]


def test_the_tie_out_is_that_of_a_loop_over_the_rows(data: Path) -> None:
    older = [build.dossier(1), build.dossier(2), build.dossier(2), build.dossier(51)]
    build.write_csv(data / "raw" / "cũ-2023-06-01.csv", build.lines(older))
    codes: list[object] = []
    sources = staged_sources(data)
    codes = [
        row["dossier_code"]
        for source in sources
        if source.raw.copy_of is None
        for each in source.staged
        for row in build.staged_rows(each)
        if not row["ignored_as"] and not row["reject_reason"]
    ]
    with duckdb.connect() as connection:
        load_inputs(DuckDB(connection), sources, [Q3], REFERENCE)
        build_tables(DuckDB(connection), with_inputs(statements(), TABLES))
        found: pa.Table = connection.sql("select * from tie_out").to_arrow_table()
    assert found.to_pylist() == [
        {
            "accepted": len(codes),
            "dossiers": len(set(codes)),
            "superseded": len(codes) - len(set(codes)),
            "procedures": 0,
        }
    ]


def test_too_many_rejects_leave_the_workbook_where_the_message_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "raw").mkdir()
    rows = [*build.dossiers(2), build.dossier(3, code="")]
    build.write_csv(tmp_path / "raw" / "a.csv", build.lines(rows))
    assert cli.run(["quarter", "2023Q3", "--data", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert f"{tmp_path.name}/staging/{file_name('2023Q3')}" in said
    assert not (tmp_path / "curated").exists()
    book = openpyxl.load_workbook(tmp_path / "staging" / file_name("2023Q3"))
    assert [row[2] for row in cells(book.worksheets[1])[5:]] == [4]


@pytest.mark.libreoffice
@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice is not installed")
def test_another_program_opens_it(data: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook_of(data))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", _CSV, "--outdir", tmp_path, path],
        check=True,
        capture_output=True,
        timeout=120,
    )
    assert "Dòng bị loại, kỳ 2023Q3" in (tmp_path / "a.csv").read_text(encoding="utf-8")
