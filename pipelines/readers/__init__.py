"""Readers: a file of any format becomes sheets of text cells. The content decides, not the name."""

from __future__ import annotations

from pathlib import Path

from pipelines import archives
from pipelines.errors import UnreadableFile
from pipelines.readers import delimited, excel, html, legacy
from pipelines.readers.sheet import Export

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What people put among exports by mistake, by its first bytes.
_OTHERS = {
    b"%PDF": "tệp PDF",
    b"{\\rtf": "tệp Word",
    b"Rar!": "tệp nén RAR",
    b"7z\xbc\xaf": "tệp nén 7z",
    b"\x89PNG": "tệp ảnh",
    b"\xff\xd8\xff": "tệp ảnh",
    b"SQLite format 3": "cơ sở dữ liệu",
    b"PAR1": "tệp Parquet",
}


def read_export(path: Path, scratch: Path) -> Export:
    """Return the sheets of the file at `path`.

    `scratch` is a folder on whose disk a reader may lay a transcoded copy, without a
    name. Raises `UnreadableFile` with a reason in Vietnamese.
    """
    with path.open("rb") as file:
        start = file.read(65536)
    if not start.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile("tệp rỗng; hãy xuất lại từ hệ thống")
    other = next((name for mark, name in _OTHERS.items() if start.startswith(mark)), None)
    if other is not None:
        raise UnreadableFile(
            f"là {other}, không phải danh sách; hãy xuất ra Excel hoặc CSV từ hệ thống"
        )
    if archives.is_archive(path):
        raise UnreadableFile(
            archives.why_not(path) or "là tệp nén nằm trong tệp nén; hãy giải nén một lớp"
        )
    if start.startswith((_ZIP, _OLE)):
        return _in_unicode(excel.read(path))
    if html.looks_like(start):
        return _in_unicode(html.read(path))
    return delimited.read(path, scratch)


def _in_unicode(export: Export) -> Export:
    """Return the export with cells that were typed in a font before Unicode converted."""
    repaired = [legacy.repaired(sheet) for sheet in export.sheets]
    encodings = {encoding for _, encoding in repaired if encoding}
    if not encodings:
        return export
    return Export(export.format, "+".join(sorted(encodings)), [sheet for sheet, _ in repaired])
