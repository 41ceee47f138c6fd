"""Writes the Word template of the report again: pipelines/reports/templates/bao-cao.docx.

Usage: python scripts/make_report_template.py

Laid out by Nghị định 30/2020/NĐ-CP, Phụ lục I. An office edits its own copy in Word; this script
is only for the copy that comes with the software.
"""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph

from pipelines.reports.word import repacked

TARGET = Path(__file__).resolve().parents[1] / "pipelines/reports/templates/bao-cao.docx"
FONT, SIZE, CELL_SIZE = "Times New Roman", 14, 11
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 20  # millimetres

Columns = Sequence[tuple[float, str, str, ALIGN]]  # width (mm), head, cell, alignment

# The two appendices.
UNITS: Columns = (
    (10, "TT", "{{ row.number }}", ALIGN.CENTER),
    (72, "Đơn vị", "{{ row.name }}", ALIGN.LEFT),
    (17, "Tiếp nhận", "{{ row.received }}", ALIGN.RIGHT),
    (19, "Kết quả giải quyết", "{{ row.handled }}", ALIGN.RIGHT),
    (17, "Đúng hạn", "{{ row.on_time }}", ALIGN.RIGHT),
    (14, "Trễ hạn", "{{ row.late }}", ALIGN.RIGHT),
    (15, "Chưa đến hạn", "{{ row.pending_in_time }}", ALIGN.RIGHT),
    (14, "Quá hạn", "{{ row.pending_overdue }}", ALIGN.RIGHT),
    (14, "Chờ bổ sung", "{{ row.paused }}", ALIGN.RIGHT),
    (15, "Chưa xác định", "{{ row.undetermined }}", ALIGN.RIGHT),
    (14, "Rút hồ sơ", "{{ row.withdrawn }}", ALIGN.RIGHT),
    (18, "Tỷ lệ đúng hạn", "{{ row.on_time_share }}", ALIGN.RIGHT),
    (18, "Tỷ lệ trễ hạn", "{{ row.late_share }}", ALIGN.RIGHT),
)
LATE: Columns = (
    (11, "TT", "{{ row.number }}", ALIGN.CENTER),
    (49, "Mã hồ sơ", "{{ row.dossier_code }}", ALIGN.LEFT),
    (38, "Đơn vị", "{{ row.unit_name }}", ALIGN.LEFT),
    (58, "Thủ tục hành chính", "{{ row.procedure_name }}", ALIGN.LEFT),
    (22, "Ngày hẹn trả", "{{ row.due }}", ALIGN.CENTER),
    (22, "Ngày kết thúc", "{{ row.closed }}", ALIGN.CENTER),
    (14, "Số ngày trễ", "{{ row.days_late }}", ALIGN.RIGHT),
    (43, "Nguyên nhân", "", ALIGN.LEFT),
)


def main() -> None:
    """Write the template; the same bytes each time."""
    document = Document()
    _styles(document)
    _page(document.sections[0])
    _head(document)
    _body(document)
    _signature(document)
    _appendices(document)
    when = datetime(2026, 1, 1)
    document.core_properties.created = document.core_properties.modified = when
    document.core_properties.author = document.core_properties.last_modified_by = "igate"
    document.core_properties.title = "Mẫu báo cáo kết quả giải quyết thủ tục hành chính"
    document.core_properties.comments = ""
    content = BytesIO()
    document.save(content)
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(repacked(content.getvalue()))


def _styles(document: DocumentType) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(SIZE)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):  # Word falls back where one is missing
        fonts.set(qn(f"w:{script}"), FONT)
    language = OxmlElement("w:lang")
    for name in ("val", "eastAsia"):
        language.set(qn(f"w:{name}"), "vi-VN")
    normal.element.get_or_add_rPr().append(language)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.widow_control = True


def _page(section: Section, landscape: bool = False) -> None:
    width, height = (297, 210) if landscape else (210, 297)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    if landscape:  # the binding edge is the long one, on top
        section.top_margin, section.bottom_margin = Mm(25), Mm(15)
        section.left_margin, section.right_margin = Mm(20), Mm(20)
    else:
        section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
        section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = not landscape
    if landscape:
        return
    number = section.header.paragraphs[0]  # centred in the top margin, not on the first page
    number.alignment = ALIGN.CENTER
    run = number.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._r.append(part)
    run.font.size = Pt(13)


def _text(
    paragraph: Paragraph,
    text: str,
    size: float = SIZE,
    bold: bool = False,
    italic: bool = False,
    align: ALIGN | None = None,
) -> Paragraph:
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold or None, italic or None
    if align is not None:
        paragraph.alignment = align
    return paragraph


def _rule(paragraph: Paragraph, indent: float) -> None:
    """Make a paragraph a thin line, `indent` mm in from both sides."""
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "auto")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().append(borders)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(indent)
    paragraph.paragraph_format.line_spacing = Pt(4)


def _table(document: DocumentType, widths: Sequence[float], rows: int, borders: bool) -> Table:
    """Add a table; both its columns and its cells get their widths, since readers differ."""
    table = document.add_table(rows, len(widths), "Table Grid" if borders else None)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    for row in table.rows:
        _flag(row, "w:cantSplit")
    return table


def _flag(row: _Row, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _head(document: DocumentType) -> None:
    table = _table(document, (60, 100), 2, False)
    left, right = table.rows[0].cells
    _text(left.paragraphs[0], "{{ agency }}", 12, bold=True, align=ALIGN.CENTER)
    _rule(left.add_paragraph(), 21)
    nation = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    _text(right.paragraphs[0], nation, 12, bold=True, align=ALIGN.CENTER)
    _text(right.add_paragraph(), "Độc lập - Tự do - Hạnh phúc", 13, bold=True, align=ALIGN.CENTER)
    _rule(right.add_paragraph(), 18)
    left, right = table.rows[1].cells
    for cell, text, italic in (
        (left, "Số:          /{{ document_code }}", False),
        (right, "{{ place }}, ngày       tháng       năm {{ year }}", True),
    ):
        _text(cell.paragraphs[0], text, 13, italic=italic, align=ALIGN.CENTER)
        cell.paragraphs[0].paragraph_format.space_before = Pt(8)


def _title(document: DocumentType, text: str, before: float = 0, after: float = 0) -> Paragraph:
    paragraph = _text(document.add_paragraph(), text, bold=True, align=ALIGN.CENTER)
    paragraph.paragraph_format.space_before = Pt(before)
    paragraph.paragraph_format.space_after = Pt(after)
    paragraph.paragraph_format.keep_with_next = True
    return paragraph


def _prose(document: DocumentType, *parts: tuple[str, bool], heading: bool = False) -> Paragraph:
    """Add a paragraph of the report; parts are text and whether it is italic."""
    paragraph = document.add_paragraph()
    paragraph.alignment = ALIGN.LEFT if heading else ALIGN.JUSTIFY
    layout = paragraph.paragraph_format
    layout.first_line_indent, layout.space_before, layout.line_spacing = Mm(12.7), Pt(6), 1.1
    layout.keep_with_next = heading or None
    for text, italic in parts:
        _text(paragraph, text, bold=heading, italic=italic)
    return paragraph


def _tag(document: DocumentType, text: str) -> None:
    """Add a paragraph that is a tag of the template only: it leaves nothing behind."""
    document.add_paragraph(text)


def _body(document: DocumentType) -> None:
    _title(document, "BÁO CÁO", before=18)
    _title(document, "Kết quả tiếp nhận, giải quyết thủ tục hành chính {{ period_title }}")
    _rule(document.add_paragraph(), 60)
    _tag(document, "{%p if caveat %}")
    _text(document.add_paragraph(), "({{ caveat }})", 13, italic=True, align=ALIGN.CENTER)
    _tag(document, "{%p endif %}")
    section = "II. KẾT QUẢ THỰC HIỆN CÔNG TÁC CẢI CÁCH HÀNH CHÍNH"
    _prose(document, (section, False), heading=True)
    _prose(document, ("2. Cải cách thủ tục hành chính (TTHC)", False), heading=True)
    _prose(document, ("2.1. Công khai TTHC, danh mục TTHC:", False), heading=True)
    _tag(document, "{%p if catalogue %}")
    _prose(
        document,
        ("- Hiện nay, {{ kind }} có {{ catalogue }}. Tất cả thủ tục hành chính đều được công khai,"
         " niêm yết đầy đủ tại {{ desk }} và trên Trang thông tin điện tử {{ places }}, đã tạo "
         "thuận tiện cho người dân, doanh nghiệp dễ tiếp cận, khai thác; đồng thời công khai đầy "
         "đủ các nội dung hướng dẫn thực hiện phản ánh, kiến nghị của cá nhân, tổ chức đúng theo "
         "quy định.", False),
    )  # fmt: skip
    _prose(
        document,
        ("- {{ one_stop }} được tổ chức tiếp nhận, giải quyết tại {{ desk }} {{ places }} thực "
         "hiện theo cơ chế một cửa, một cửa liên thông và áp dụng quy trình theo dõi việc tiếp "
         "nhận, xử lý hồ sơ, trả kết quả giải quyết trên hệ thống thông tin giải quyết thủ tục "
         "hành chính {{ province }} ({{ system }}) theo quy định.", False),
    )  # fmt: skip
    _tag(document, "{%p endif %}")
    _prose(
        document,
        ("- Kết quả thực hiện cơ chế một cửa, một cửa liên thông trong giải quyết TTHC ", False),
        ("({{ period_phrase }})", True),
        (":", False),
    )
    _tag(document, "{%p if received %}")
    _prose(
        document,
        ("+ Tiếp nhận giải quyết {{ received }} hồ sơ", False),
        ("{{ received_by_level }}", True),
        (".", False),
    )
    _tag(document, "{%p else %}")
    _prose(document, ("+ Trong kỳ không phát sinh hồ sơ.", False))
    _tag(document, "{%p endif %}")
    _tag(document, "{%p for result in results %}")
    _prose(
        document,
        ("+ Kết quả giải quyết và trả kết quả {{ result.whom }}: {{ result.handled }}", False),
        ("{{ result.outcomes }}", True),
        (".", False),
    )
    _tag(document, "{%p endfor %}")
    _tag(document, "{%p if withdrawn %}")
    _prose(document, ("+ {{ withdrawn }}", False))
    _tag(document, "{%p endif %}")
    last = _prose(
        document,
        ("Số liệu từng cấp, từng đơn vị: Phụ lục I.{% if late %} Hồ sơ trễ hạn, quá hạn và nguyên "
         "nhân: Phụ lục II.{% endif %}", False),
    )  # fmt: skip
    last.paragraph_format.keep_with_next = True  # nobody signs a page without text on it


def _signature(document: DocumentType) -> None:
    gap = document.add_paragraph().paragraph_format
    gap.line_spacing, gap.keep_with_next = Pt(12), True
    left, right = _table(document, (76, 84), 1, False).rows[0].cells
    _text(left.paragraphs[0], "Nơi nhận:", 12, bold=True, italic=True)
    _text(left.add_paragraph(), "{{ recipients }}", 11)
    _text(right.paragraphs[0], "{{ signed_for }}", bold=True, align=ALIGN.CENTER)
    _text(right.add_paragraph(), "{{ signer_title }}", bold=True, align=ALIGN.CENTER)
    for _ in range(4):
        right.add_paragraph()
    _text(right.add_paragraph(), "{{ signer }}", bold=True, align=ALIGN.CENTER)


def _appendices(document: DocumentType) -> None:
    _page(document.add_section(WD_SECTION.NEW_PAGE), landscape=True)
    title = "Kết quả giải quyết hồ sơ tiếp nhận trong kỳ, theo cấp và đơn vị"
    _appendix(document, "PHỤ LỤC I", title)
    # A line of a level is bold, one of a unit is not: of two rows each line takes one.
    tags = {1: "for row in units", 2: "if row.total", 4: "else", 6: "endif", 7: "endfor"}
    table = _filled_table(document, UNITS, tags)
    _cells(table.rows[3], UNITS, bold=True)
    _cells(table.rows[5], UNITS)
    _tag(document, "{%p if late %}")
    _appendix(document, "PHỤ LỤC II", "Hồ sơ trễ hạn, quá hạn và nguyên nhân", new_page=True)
    note = _text(document.add_paragraph(), "{{ late_summary }}", 12, italic=True)
    note.paragraph_format.space_after = Pt(6)
    table = _filled_table(document, LATE, {1: "for row in late", 3: "endfor"})
    _cells(table.rows[2], LATE)
    _tag(document, "{%p endif %}")


def _appendix(document: DocumentType, number: str, title: str, new_page: bool = False) -> None:
    _title(document, number).paragraph_format.page_break_before = new_page
    _title(document, title)
    said = document.add_paragraph()
    _text(said, "({{ period_phrase }})", 13, italic=True, align=ALIGN.CENTER)
    said.paragraph_format.space_after = Pt(8)
    said.paragraph_format.keep_with_next = True


def _filled_table(document: DocumentType, columns: Columns, tags: dict[int, str]) -> Table:
    """Add a table with its heads, which are repeated on every page, and rows that are tags."""
    table = _table(document, [width for width, *_ in columns], max(tags) + 1, True)
    _flag(table.rows[0], "w:tblHeader")
    for cell, (_, head, _, _) in zip(table.rows[0].cells, columns, strict=True):
        _text(cell.paragraphs[0], head, CELL_SIZE, bold=True, align=ALIGN.CENTER)
        cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    for row, tag in tags.items():
        table.cell(row, 0).text = f"{{%tr {tag} %}}"
    return table


def _cells(row: _Row, columns: Columns, bold: bool = False) -> None:
    for cell, (_, _, text, align) in zip(row.cells, columns, strict=True):
        _text(cell.paragraphs[0], text, CELL_SIZE, bold=bold, align=align)
        cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER


if __name__ == "__main__":
    main()
