"""A report as blocks of text and tables, whatever file it is in; the content decides."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import CommandError, UnreadableFile
from pipelines.text import clean

# Lines of a hard-wrapped text are shorter than this; a longer one is a whole paragraph.
_WRAPPED = 200
_BULLET = re.compile(
    r"\s*(?:[-–+*•●]\s|[a-zđ0-9]{1,2}[.)]\s|[IVX]+\.\s|\d+(?:\.\d+)+\.?\s)", re.IGNORECASE
)


@dataclass(frozen=True)
class Document:
    """Paragraphs (text, where) and tables (rows of cells, where), each in the report's order."""

    paragraphs: list[tuple[str, str]]
    tables: list[tuple[list[list[str]], str]]


def read_document(path: Path) -> Document:
    """Return what the report `path` says.

    Raises `CommandError` if there is no such file or it is no report, `UnreadableFile` if it is
    damaged or a scan without text.
    """
    try:
        content = path.read_bytes()
    except (FileNotFoundError, IsADirectoryError) as error:
        raise CommandError(f"Không có tệp báo cáo «{path}»: hãy kiểm tra lại đường dẫn.") from error
    if content.startswith(b"PK"):
        return _word(path, content)
    if content.startswith(b"%PDF"):
        return _pdf(path, content)
    if content.startswith((b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        raise CommandError(
            f"{path.name} là tệp Word kiểu cũ: hãy mở bằng Word, lưu lại dạng .docx rồi chạy lại."
        )
    return _text(path, content)


def _wrong_type(path: Path) -> CommandError:
    return CommandError(
        f"{path.name} không phải báo cáo dạng văn bản: hãy dùng tệp .docx, .txt hoặc .pdf có chữ."
    )


def _word(path: Path, content: bytes) -> Document:
    import docx
    from docx.table import Table

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if "word/document.xml" not in archive.namelist():
                raise _wrong_type(path)
        document = docx.Document(io.BytesIO(content))
        paragraphs: list[str] = []
        tables: list[tuple[list[list[str]], str]] = []
        for item in document.iter_inner_content():
            if isinstance(item, Table):
                rows = [[clean(cell.text) for cell in row.cells] for row in item.rows]
                tables.append((rows, f"bảng {len(tables) + 1}"))
            else:
                paragraphs += item.text.split("\n")
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise UnreadableFile(
            f"{path.name} bị hỏng, không mở được: hãy lưu lại bằng Word rồi chạy lại."
        ) from error
    return Document(_numbered(paragraphs), tables)


def _pdf(path: Path, content: bytes) -> Document:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableFile(
            f"{path.name} bị hỏng hoặc có mật khẩu, không đọc được: hãy lưu lại rồi chạy lại."
        ) from error
    if not any(page.strip() for page in pages):
        raise UnreadableFile(
            f"{path.name} là bản quét không có chữ: hãy dùng bản .docx hoặc .pdf xuất từ Word."
        )
    return Document(_numbered(_unwrapped("\n".join(pages))), [])


def _text(path: Path, content: bytes) -> Document:
    from pipelines.readers.encoding import decode

    try:
        text = decode(content)[0]
    except UnreadableFile as error:
        raise _wrong_type(path) from error
    return Document(_numbered(_unwrapped(text)), [])


def _numbered(paragraphs: list[str]) -> list[tuple[str, str]]:
    cleaned = [clean(text) for text in paragraphs]
    return [(text, f"đoạn {number}") for number, text in enumerate(filter(None, cleaned), start=1)]


def _unwrapped(text: str) -> list[str]:
    """Return the paragraphs of a text whose lines may be wrapped by hand or by a page's width.

    A line ends its paragraph if it is empty, clearly shorter than the longest, ends a sentence
    outside brackets, or if the next one begins with a bullet or a number. In a text with a very
    long line none is wrapped.
    """
    lines = text.splitlines()
    longest = max(map(len, lines), default=0)
    if longest > _WRAPPED:
        return lines
    paragraphs: list[str] = []
    last = ""
    for line in lines:
        full = len(last) * 4 > longest * 3
        if full and _goes_on(paragraphs[-1], line):
            paragraphs[-1] += " " + line
        else:
            paragraphs.append(line)
        last = line
    return paragraphs


def _goes_on(paragraph: str, line: str) -> bool:
    """Whether `line` goes on with the `paragraph` whose last line is full."""
    if not line.strip() or _BULLET.match(line):
        return False
    if paragraph.count("(") > paragraph.count(")"):
        return True
    said = paragraph.rstrip()
    return not said.endswith((".", ":")) and not (said.endswith(";") and line.lstrip()[0].isupper())
