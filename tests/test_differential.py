"""Calamine, through our reader, against openpyxl: the same cells, one by one."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from pipelines.readers import read_export
from pipelines.readers.sheet import Export

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "raw" / "2023Q3"
Grid = list[list[str | None]]


def as_text(value: object) -> str | None:
    """A cell of openpyxl in the form that facts.md promises of the reader."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def by_openpyxl(path: Path) -> dict[str, Grid]:
    book = load_workbook(path, data_only=True)
    return {
        sheet.title: [[as_text(cell.value) for cell in row] for row in sheet.iter_rows()]
        for sheet in book.worksheets
    }


def by_reader(path: Path, scratch: Path) -> dict[str, Grid]:
    grids = {}
    for sheet in read_export(path, scratch).sheets:
        assert isinstance(sheet.cells, pa.Table)
        columns = [[cell or None for cell in column.to_pylist()] for column in sheet.cells.columns]
        grids[sheet.name] = [list(row) for row in zip(*columns, strict=True)]
    return grids


def cells(grids: dict[str, Grid]) -> Iterator[tuple[str, int, int, str]]:
    """The filled cells with their row, and their column from the sheet's first filled one on.

    Calamine leaves out blank columns on the left, and nothing needs their number; rows are
    shown to people, so theirs must be right.
    """
    for name, grid in grids.items():
        filled = [
            (row, column, text)
            for row, line in enumerate(grid, start=1)
            for column, text in enumerate(line)
            if text is not None
        ]
        left = min((column for _, column, _ in filled), default=0)
        yield from ((name, row, column - left, text) for row, column, text in filled)


def assert_same(path: Path, scratch: Path) -> int:
    theirs, ours = list(cells(by_openpyxl(path))), list(cells(by_reader(path, scratch)))
    assert ours == theirs
    return len(ours)


@pytest.mark.parametrize("path", sorted(SAMPLE.glob("mau-*.xlsx")), ids=lambda path: path.name)
def test_the_samples_workbooks_cell_by_cell(path: Path, tmp_path: Path) -> None:
    assert assert_same(path, tmp_path) > 3_000


def test_the_sample_has_workbooks() -> None:
    assert len(list(SAMPLE.glob("mau-*.xlsx"))) == 4


VALUES = [
    "00123", "H59.18-230605-0001", "05/06/2023", "  giữ nguyên  ", "hai\ndòng", "Đã\u00a0trả",
    0, 7, -5, 123456789012, 1.5, 45082.25, True, False,
    dt.datetime(2023, 6, 5), dt.datetime(2023, 6, 5, 8, 1, 2), dt.datetime(2023, 12, 31, 23, 59, 59),
    dt.datetime(2024, 2, 29, 12, 0), dt.datetime(1999, 1, 1, 0, 0, 1),
]  # fmt: skip


def workbook_of_values(path: Path, book: Workbook) -> Path:
    sheet = book.worksheets[0]
    sheet.title = "Giá trị"
    for number, value in enumerate(VALUES):
        # From C4 on, in a diagonal, so that blanks stand on all sides.
        sheet.cell(4 + number, 3 + number % 5, value)
    sheet.merge_cells("C2:F2")
    sheet["C2"] = "Tiêu đề"
    other = book.create_sheet("Ẩn")
    other["B2"] = "x"
    other.sheet_state = "hidden"
    book.create_sheet("Rỗng")
    book.save(path)
    return path


def test_every_kind_of_value(tmp_path: Path) -> None:
    path = workbook_of_values(tmp_path / "a.xlsx", Workbook())
    assert assert_same(path, tmp_path) == len(VALUES) + 2
    assert list(by_reader(path, tmp_path)) == ["Giá trị", "Ẩn", "Rỗng"]


def test_the_1904_calendar(tmp_path: Path) -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    path = workbook_of_values(tmp_path / "a.xlsx", book)
    assert assert_same(path, tmp_path) == len(VALUES) + 2
    texts = {text for _, _, _, text in cells(by_reader(path, tmp_path))}
    assert "2023-06-05 08:01:02" in texts


def rewritten(source: Path, target: Path, pattern: str, replacement: str) -> Path:
    """Copy a workbook, changing what its first sheet's XML says."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for part in old.namelist():
            content = old.read(part)
            if part == "xl/worksheets/sheet1.xml":
                text, number = re.subn(pattern, replacement, content.decode())
                assert number == 1, "the XML is not as expected"
                content = text.encode()
            new.writestr(part, content)
    return target


def test_a_formulas_text_keeps_its_leading_zeros(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet["A1"], sheet["B2"] = '=TEXT(123,"00000")', "y"
    book.save(tmp_path / "plain.xlsx")
    path = rewritten(
        tmp_path / "plain.xlsx",
        tmp_path / "a.xlsx",
        r'<c r="A1"[^>]*>(<f>.*?</f>)<v ?/?>(?:</v>)?</c>',
        r'<c r="A1" t="str">\1<v>00123</v></c>',
    )
    assert assert_same(path, tmp_path) == 2
    assert by_reader(path, tmp_path)["Sheet"][0][0] == "00123"


def test_a_false_dimension_hides_nothing(tmp_path: Path) -> None:
    plain = workbook_of_values(tmp_path / "plain.xlsx", Workbook())
    path = rewritten(
        plain, tmp_path / "a.xlsx", r'<dimension ref="[^"]+" ?/>', '<dimension ref="A1:A1"/>'
    )
    assert assert_same(path, tmp_path) == len(VALUES) + 2


@pytest.fixture(scope="module")
def converted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of values as LibreOffice saves it in older and other formats."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("converted")
    path = workbook_of_values(folder / "a.xlsx", Workbook())
    for form in ("xls", "ods"):
        subprocess.run(
            [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
             "--convert-to", form, "--outdir", str(folder), str(path)],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
    return folder


@pytest.mark.libreoffice
@pytest.mark.parametrize(
    "form",
    [
        "xls",
        pytest.param(
            "ods",
            marks=pytest.mark.xfail(
                strict=False, reason="calamine: by LibreOffice version, a boolean of an .ods is 1"
            ),
        ),
    ],
)
def test_other_workbook_formats_say_the_same(form: str, converted: Path, tmp_path: Path) -> None:
    path = converted / f"a.{form}"
    export: Export = read_export(path, tmp_path)
    assert export.format == form
    theirs, ours = cells(by_openpyxl(converted / "a.xlsx")), cells(by_reader(path, tmp_path))
    assert [as_saved(cell) for cell in ours] == [as_saved(cell) for cell in theirs]


def as_saved(cell: tuple[str, int, int, str]) -> tuple[str, int, int, str]:
    """An .ods has ISO times, days without one, and LibreOffice's booleans as numbers."""
    sheet, row, column, text = cell
    text = {"true": "1", "false": "0"}.get(text, text)
    text = re.sub(r"^(\d{4}-\d\d-\d\d)T", r"\1 ", text)
    return sheet, row, column, text.removesuffix(" 00:00:00")
