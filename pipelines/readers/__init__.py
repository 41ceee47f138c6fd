"""Readers: a file of any format becomes sheets of text cells. The content decides, not the name."""

from __future__ import annotations

from pathlib import Path

from pipelines.errors import UnreadableFile
from pipelines.readers import delimited, excel, html, legacy
from pipelines.readers.sheet import Export

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_export(path: Path, scratch: Path) -> Export:
    """Return the sheets of the file at `path`.

    `scratch` is a folder in which a reader may lay a transcoded copy; the caller removes it
    when the sheets have been used. Raises `UnreadableFile` with a reason in Vietnamese.
    """
    with path.open("rb") as file:
        start = file.read(65536)
    if not start.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile("tệp rỗng; hãy xuất lại từ hệ thống")
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
