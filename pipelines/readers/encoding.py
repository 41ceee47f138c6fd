"""From bytes to text: the encodings that Vietnamese exports come in."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator
from pathlib import Path

from pipelines import limits
from pipelines.errors import UnreadableFile
from pipelines.numbers import grouped_text
from pipelines.readers import legacy

_SAMPLE = 1 << 18
# What Python says of bytes that end within a character of UTF-8, and of UTF-16.
_WITHIN_A_LETTER = ("unexpected end of data", "truncated data")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def detect(content: bytes) -> str:
    """Return the encoding of `content`.

    It is told by a byte-order mark or the zeros of UTF-16, else it is UTF-8 if valid UTF-8, else
    TCVN3 or VNI if it makes Vietnamese words in one of them, else windows-1258 (the only
    single-byte code page that Windows gives Vietnamese).

    Raises `UnreadableFile` for bytes that are no text.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name
    if b"\0" in content:
        for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
            if _half_is_nought(content, start):
                return name
        raise UnreadableFile("không phải tệp văn bản, bảng tính hay trang HTML; hãy xuất lại")
    try:
        content.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError as error:
        # A sample may end within a character.
        if error.start >= len(content) - 3 and error.reason == "unexpected end of data":
            return "utf-8"
        if _is_damaged_utf_8(content[: error.start]):
            raise _unreadable("utf-8") from error
        return _single_byte(content)


def _half_is_nought(content: bytes, start: int) -> bool:
    """Whether of every two bytes the one, and never the other, tends to be zero: UTF-16."""
    half, other = content[start:_SAMPLE:2], content[1 - start : _SAMPLE : 2]
    return half.count(0) * 3 > len(half) and other.count(0) * 100 < len(other)


def _is_damaged_utf_8(valid: bytes) -> bool:
    """Whether text that begins with these valid bytes is UTF-8 whatever comes after them; a few
    letters may be so by chance.
    """
    return sum(not letter.isascii() for letter in valid[:_SAMPLE].decode(errors="ignore")) >= 3


def _single_byte(content: bytes) -> str:
    sample = content[:_SAMPLE]
    words, good = legacy.syllables(sample.decode("cp1258", errors="replace"))
    if words and good * 10 >= words * 9:
        return "cp1258"
    return legacy.encoding_of(sample.decode("latin-1").split("\n")) or "cp1258"


def decode(content: bytes) -> tuple[str, str]:
    """Return the text of `content` and the name of its encoding."""
    encoding = detect(content)
    said = legacy.converter(encoding)
    if said:
        return said(content.decode("latin-1")), encoding
    try:
        return content.decode(encoding), encoding
    except UnicodeDecodeError as error:
        raise _undecoded(error, encoding) from error


def lines_of(path: Path, encoding: str) -> Iterator[str]:
    """Yield the lines of a text file, each with its line end, none held longer than needed.

    What begins as UTF-8 and goes on otherwise is read as what it goes on as. Raises
    `UnreadableFile` for bytes that `encoding` does not have, and for a line longer than a cell
    may be.
    """
    if encoding.startswith("utf-8"):
        encoding = _of_whole(path)
    said = legacy.converter(encoding)
    codec = "latin-1" if said else encoding
    most = limits.cell_characters()
    with path.open(encoding=codec, newline="") as file:
        try:
            while line := file.readline(most + 1):
                if len(line) > most:
                    raise UnreadableFile(
                        f"có dòng dài quá {grouped_text(most)} ký tự; hãy xuất lại từ hệ thống, "
                        "hoặc tăng IGATE_MAX_CELL_CHARACTERS"
                    )
                yield said(line) if said else line
        except UnicodeDecodeError as error:
            raise _undecoded(error, encoding) from error
        except UnicodeError as error:  # UTF-16 without its mark
            raise _unreadable(encoding) from error


def _of_whole(path: Path) -> str:
    """Return `utf-8-sig` if the whole file is UTF-8, else what its other bytes are."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        start = file.read(_SAMPLE)
        file.seek(0)
        while chunk := file.read(_SAMPLE):
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError as error:
                # What comes before is UTF-8 by its mark or by its letters.
                if start.startswith(codecs.BOM_UTF8) or _is_damaged_utf_8(start[: error.start]):
                    raise _unreadable("utf-8") from error
                return _single_byte(chunk)
    return "utf-8-sig"


def _undecoded(error: UnicodeDecodeError, encoding: str) -> UnreadableFile:
    """Return what to say of bytes that cannot be decoded: at the end, half a letter."""
    if error.end == len(error.object) and error.reason in _WITHIN_A_LETTER:
        return cut_off()
    return _unreadable(encoding)


def cut_off() -> UnreadableFile:
    """Return what to say of a file that ends with half a letter."""
    return UnreadableFile("bị cắt dở giữa một chữ; hãy chép lại hoặc xuất lại")


def ends_within_a_letter(path: Path, sample: bytes) -> bool:
    """Whether a file that is UTF-8 by its first bytes has half a letter at its end.

    Nobody else may notice: DuckDB does not decode the columns that it leaves out.
    """
    if not sample.startswith(codecs.BOM_UTF8) and not _is_damaged_utf_8(sample):
        return False
    with path.open("rb") as file:
        file.seek(-min(4, file.seek(0, os.SEEK_END)), os.SEEK_END)
        tail = file.read().lstrip(bytes(range(0x80, 0xC0)))  # what is left of a letter before it
    try:
        tail.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason in _WITHIN_A_LETTER
    return False


def _unreadable(encoding: str) -> UnreadableFile:
    return UnreadableFile(
        f"có byte không đọc được theo bảng mã {encoding}; hãy xuất lại với bảng mã UTF-8"
    )


def decoded_sample(sample: bytes, encoding: str) -> str:
    """Return the text of a file's first bytes, which may end within a character."""
    said = legacy.converter(encoding)
    if said:
        return said(sample.decode("latin-1"))
    return sample.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="ignore")
