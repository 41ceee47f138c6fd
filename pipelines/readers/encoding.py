"""From bytes to text: the encodings that Vietnamese exports come in."""

from __future__ import annotations

import codecs

from pipelines.errors import UnreadableFile
from pipelines.readers import legacy

_SAMPLE = 1 << 18
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def detect(content: bytes) -> str:
    """Return the encoding of `content`: by its byte-order mark, else UTF-8 if it is valid
    UTF-8, else TCVN3 or VNI if it makes Vietnamese words in one of them, else windows-1258 (the
    only single-byte code page that Windows gives Vietnamese).

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
        return _single_byte(content)


def _single_byte(content: bytes) -> str:
    sample = content[:_SAMPLE]
    words, good = legacy.syllables(sample.decode("cp1258", errors="replace"))
    if words and good * 10 >= words * 9:
        return "cp1258"
    return legacy.encoding_of(sample.decode("latin-1").split("\n")) or "cp1258"


def decode(content: bytes) -> tuple[str, str]:
    """Return the text of `content` and the name of its encoding."""
    encoding = detect(content)
    if encoding in (legacy.TCVN3, legacy.VNI):
        return legacy.decoded(content, encoding), encoding
    try:
        return content.decode(encoding), encoding
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"có byte không đọc được theo bảng mã {encoding} tại vị trí {error.start}; "
            "hãy xuất lại với bảng mã UTF-8"
        ) from error


def decoded_sample(sample: bytes, encoding: str) -> str:
    """Return the text of a file's first bytes, which may end within a character."""
    if encoding in (legacy.TCVN3, legacy.VNI):
        return legacy.decoded(sample, encoding)
    return sample.decode(encoding, errors="ignore")
