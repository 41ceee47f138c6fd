"""From bytes to text: the encodings that Vietnamese exports come in."""

from __future__ import annotations

import codecs

from pipelines.errors import UnreadableFile

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def detect(content: bytes) -> str:
    """Return the encoding of `content`: by its byte-order mark, else UTF-8 if it is valid
    UTF-8, else windows-1258 (the only single-byte code page that Windows gives Vietnamese).

    Raises `UnreadableFile` for bytes that are no text.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name
    if b"\0" in content:
        raise UnreadableFile("không phải tệp văn bản, bảng tính hay trang HTML; hãy xuất lại")
    try:
        content.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError as error:
        # A sample may end within a character.
        if error.start >= len(content) - 3 and error.reason == "unexpected end of data":
            return "utf-8"
        return "cp1258"


def decode(content: bytes) -> tuple[str, str]:
    """Return the text of `content` and the name of its encoding."""
    encoding = detect(content)
    try:
        return content.decode(encoding), encoding
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"có byte không đọc được theo bảng mã {encoding} tại vị trí {error.start}; "
            "hãy xuất lại với bảng mã UTF-8"
        ) from error
