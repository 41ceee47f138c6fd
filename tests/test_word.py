"""The Word document: the seed's section, every figure the Parquet's, the decree's layout, and a
template that an office has changed.
"""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.document import Document as DocumentType
from docx.oxml.ns import qn
from docx.shared import Pt
from make_report_template import main as make_template
from pypdf import PdfReader
from reported import LATE, NOTHING, ONE_COMMUNE, PERIODS, THREE_LEVELS, TWO_LEVELS, converted
from test_sentences import SEED

from pipelines.errors import DataError
from pipelines.numbers import count_text, percent_text
from pipelines.reports import word
from pipelines.reports.report import Report, load_report
from pipelines.workspace import Workspace

MEASURES = [
    "received", "handled", "on_time", "late", "pending_in_time", "pending_overdue", "paused",
    "undetermined", "withdrawn",
]  # fmt: skip


def written(report: Report, folder: Path) -> DocumentType:
    (path,) = word.write(report, folder)
    return Document(str(path))


def paragraphs(document: DocumentType) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def grid(document: DocumentType, number: int) -> list[list[str]]:
    rows = document.tables[number]._tbl.tr_lst  # python-docx's own cells are slow on long tables
    return [
        ["".join(text.text or "" for text in cell.iter(qn("w:t"))) for cell in row.tc_lst]
        for row in rows
    ]


@pytest.fixture(scope="module")
def seed(published_sample: Workspace, tmp_path_factory: pytest.TempPathFactory) -> DocumentType:
    return written(load_report(published_sample, "2023Q3"), tmp_path_factory.mktemp("word"))


def test_the_section_is_the_seeds(seed: DocumentType) -> None:
    said = paragraphs(seed)
    assert "2.1. Công khai TTHC, danh mục TTHC:" in said
    assert [line for line in said if line in SEED] == SEED[1:]
    (catalogue,) = [line for line in said if line.startswith("- Hiện nay")]
    assert catalogue.startswith(SEED[0])
    assert "niêm yết đầy đủ tại Bộ phận Tiếp nhận và Trả kết quả" in catalogue


def test_the_head_is_that_of_the_decree(seed: DocumentType) -> None:
    cells = [cell.text for row in seed.tables[0].rows for cell in row.cells]
    assert cells[0].strip() == "ỦY BAN NHÂN DÂN\nHUYỆN CẦU KÈ"
    assert cells[1].strip() == "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"
    assert cells[2].startswith("Số:") and cells[2].endswith("/BC-UBND")
    assert cells[3].startswith("Cầu Kè, ngày") and cells[3].endswith("năm 2023")
    assert "quý III năm 2023" in "\n".join(paragraphs(seed))
    signature = [cell.text for cell in seed.tables[1].rows[0].cells]
    assert signature[0].startswith("Nơi nhận:") and "Lưu: VT" in signature[0]
    assert signature[1].startswith("TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH")


def test_page_and_fonts(seed: DocumentType) -> None:
    body, appendix = seed.sections
    assert [round(side.mm) for side in (body.page_width, body.page_height)] == [210, 297]
    assert [round(side.mm) for side in (appendix.page_width, appendix.page_height)] == [297, 210]
    assert 20 <= round(body.top_margin.mm) <= 25 and 20 <= round(body.bottom_margin.mm) <= 25
    assert 30 <= round(body.left_margin.mm) <= 35 and 15 <= round(body.right_margin.mm) <= 20
    normal = seed.styles["Normal"]
    assert normal.font.size in (Pt(13), Pt(14))
    fonts = normal.element.rPr.rFonts
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        assert fonts.get(qn(f"w:{script}")) == "Times New Roman"


@pytest.mark.parametrize("period", ["2023Q3", *PERIODS])
def test_every_figure_is_the_parquets(
    published_sample: Workspace, published_periods: Workspace, period: str, tmp_path: Path
) -> None:
    report = load_report(published_sample if period == "2023Q3" else published_periods, period)
    document = written(report, tmp_path)

    def line(name: str, row: dict[str, Any]) -> list[str]:
        shares = [percent_text(row[share]) for share in ("on_time_share", "late_share")]
        return [name, *(count_text(row[measure]) for measure in MEASURES), *shares]

    levels = {
        "province": "Cấp tỉnh",
        "district": "Cấp huyện",
        "commune": "Cấp xã",
        "all": "Tổng số",
    }
    wanted = []
    for level, label in levels.items():
        (row,) = report.rows("counts_by_level", basis="received", level=level)
        if row["received"] or level == "all":
            wanted.append(line(label, row))
        wanted += [
            line(unit["unit_name"], unit)
            for unit in report.rows("counts_by_unit", basis="received", level=level)
            if unit["received"]
        ]
    assert [row[1:] for row in grid(document, 2)[1:]] == wanted
    late = report.tables["late_dossiers"].to_pylist()
    assert len(document.tables) == (4 if late else 3)
    if late:
        rows = grid(document, 3)[1:]
        assert [row[1] for row in rows] == [row["dossier_code"] for row in late]
        assert [row[6] for row in rows] == [count_text(row["days_late"]) for row in late]
        assert all(row[7] == "" for row in rows)
    assert "{" not in "".join(paragraphs(document))


def test_provisional_and_revised_figures_say_so(
    published_periods: Workspace, tmp_path: Path
) -> None:
    report = load_report(published_periods, TWO_LEVELS)
    said = [line for line in paragraphs(written(report, tmp_path)) if "số liệu tạm tính" in line]
    assert len(said) >= 3  # below the title, in the section, over each appendix
    final = replace(load_report(published_periods, ONE_COMMUNE), revision=1)
    assert "đã điều chỉnh lần 01" in "\n".join(paragraphs(written(final, tmp_path)))


def test_an_offices_own_template_wins(published_sample: Workspace, tmp_path: Path) -> None:
    report = replace(load_report(published_sample, "2023Q3"), templates=tmp_path)
    document = Document(str(Path(word.__file__).with_name("templates") / word.TEMPLATE))
    document.add_paragraph("Huyện có {{ figure('late.district') }} hồ sơ trễ & {{ period_title }}")
    for paragraph in document.paragraphs:
        if paragraph.text.startswith("2. Cải cách"):
            paragraph.runs[0].text = "3. Kiểm soát thủ tục hành chính"
    document.save(str(tmp_path / word.TEMPLATE))
    said = paragraphs(written(report, tmp_path))
    assert said[-1] == "Huyện có 08 hồ sơ trễ & quý III năm 2023"
    assert "3. Kiểm soát thủ tục hành chính" in said
    assert "2. Cải cách thủ tục hành chính (TTHC)" not in said


@pytest.mark.parametrize(
    "text",
    ["{{ recieved }}", "{{ received", "{% for x in units %}", "{{ ''.__class__.__mro__ }}",
     "{{ figure('no.such') }}"],
)  # fmt: skip
def test_a_template_that_cannot_be_filled_says_why(
    published_sample: Workspace, tmp_path: Path, text: str
) -> None:
    report = replace(load_report(published_sample, "2023Q3"), templates=tmp_path)
    document = Document()
    document.add_paragraph(text)
    document.save(str(tmp_path / word.TEMPLATE))
    with pytest.raises(DataError, match=word.TEMPLATE):
        word.write(report, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut", b"not a document"])
def test_a_damaged_template_says_so(
    published_sample: Workspace, tmp_path: Path, content: bytes
) -> None:
    report = replace(load_report(published_sample, "2023Q3"), templates=tmp_path)
    (tmp_path / word.TEMPLATE).write_bytes(content)
    with pytest.raises(DataError, match=word.TEMPLATE):
        word.write(report, tmp_path / "out")


def test_the_committed_template_is_what_its_script_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = Path(word.__file__).with_name("templates") / word.TEMPLATE
    monkeypatch.setattr("make_report_template.TARGET", tmp_path / "t" / "bao-cao.docx")
    make_template()
    with (
        zipfile.ZipFile(own) as committed,
        zipfile.ZipFile(tmp_path / "t" / "bao-cao.docx") as made,
    ):
        assert {n: committed.read(n) for n in committed.namelist()} == {
            n: made.read(n) for n in made.namelist()
        }


def test_thousands_of_late_dossiers(published_periods: Workspace, tmp_path: Path) -> None:
    document = written(load_report(published_periods, THREE_LEVELS), tmp_path)
    assert len(grid(document, 3)) > LATE
    head = document.tables[3].rows[0]._tr.trPr
    assert head.find(qn("w:tblHeader")) is not None and head.find(qn("w:cantSplit")) is not None


@pytest.mark.libreoffice
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
@pytest.mark.parametrize(("period", "pages"), [("2023Q3", range(8, 25)), (NOTHING, range(2, 3))])
def test_libreoffice_opens_it(
    published_sample: Workspace,
    published_periods: Workspace,
    period: str,
    pages: range,
    tmp_path: Path,
) -> None:
    report = load_report(published_sample if period == "2023Q3" else published_periods, period)
    (path,) = word.write(report, tmp_path)
    scratch = tmp_path / "office"
    scratch.mkdir()
    printed = PdfReader(converted(path, "pdf", scratch)).pages
    assert len(printed) in pages
    first = printed[0].extract_text()  # its Vietnamese letters come out of order, digits do not
    assert "BAN NH" in first
    if period == "2023Q3":
        assert all(number in first for number in ("10.503", "9.862", "98,59%", "1,25%"))
