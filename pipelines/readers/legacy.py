"""Text of the fonts before Unicode: TCVN3 (ABC, .VnTime) and VNI-Windows.

Such text is Latin-1 to every program that does not know its font: `Hå s¬` or `Hoà sô` for
`Hồ sơ`. It is told apart by the shape of Vietnamese syllables, of which misread text has few.

Sources: TCVN 5712:1993 as glibc's charmap TCVN5712-1 has it (from 0xA0 on); the VNI-Windows table
of VNI Software (base letter and one Latin-1 letter for its diacritics).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.readers.sheet import HEAD_ROWS, Row, Sheet

TCVN3, VNI = "tcvn3", "vni"

# Bytes 0xA0 to 0xFF.
_TCVN3_LETTERS = (
    "\u00a0ĂÂÊÔƠƯĐăâêôơưđẰ\u0300\u0309\u0303\u0301\u0323àảãáạẲằẳẵắẴ"
    "ẮẦẨẪẤỀặầẩẫấậèỂẻẽéẹềểễếệìỉỄẾỒĩíịò"
    "ỔỏõóọồổỗốộờởỡớợùỖủũúụừửữứựỳỷỹýỵỐ"
)
# Base letter → (second letter → the letter they stand for together).
_VNI_PAIRS = {
    "a": dict(zip("ùøûõïêéèúüëâáàåãä", "áàảãạăắằẳẵặâấầẩẫậ", strict=True)),
    "e": dict(zip("ùøûõïâáàåãä", "éèẻẽẹêếềểễệ", strict=True)),
    "o": dict(zip("ùøûõïâáàåãä", "óòỏõọôốồổỗộ", strict=True)),
    "ô": dict(zip("ùøûõï", "ớờởỡợ", strict=True)),
    "u": dict(zip("ùøûõï", "úùủũụ", strict=True)),
    "ö": dict(zip("ùøûõï", "ứừửữự", strict=True)),
    "y": dict(zip("ùøûõ", "ýỳỷỹ", strict=True)),
}
_VNI_SINGLES = dict(zip("ôöíìæóòîñ", "ơưíìỉĩịỵđ", strict=True))

_ONSETS = (
    *("b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh", "nh"),
    *("p", "ph", "qu", "r", "s", "t", "th", "tr", "v", "x"),
)
_RHYME = re.compile(
    "(?:[aăâeêioôơuưy]|ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|iêu|oa|oă|oai|oao|oay|oe|oeo|oi|ôi|ơi|oo|"
    "ua|uâ|uây|uê|ui|uô|uôi|uơ|uy|uya|uyê|uyu|ưa|ưi|ươ|ươi|ươu|ưu|yê|yêu)(?:c|ch|m|n|ng|nh|p|t)?"
)
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_WORD = re.compile(r"[^\W\d_]*[^\x00-\x7f\W\d_][^\W\d_]*")
# What Latin letters, signs and control codes the two encodings put inside words.
_MISREAD = re.compile(r"[^\s!-/:-@\[-`{-~]*[\u00a1-\u00ff][^\s!-/:-@\[-`{-~]*")
# Vietnamese letters that the misread text of neither encoding can hold.
_UNICODE = re.compile(
    "[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0-\u01b0\u1ea0-\u1ef9]"
)
# The fonts of both keep the signs that Windows has in 0x80 to 0x9F: dashes, dots, quotes.
_WINDOWS = {code: bytes([code]).decode("cp1252", errors="replace") for code in range(0x80, 0xA0)}
_ENOUGH = 3
_SAMPLE_CELLS = 2000


def from_tcvn3(text: str) -> str:
    """Return what TCVN3 `text`, read as Latin-1 or windows-1252, says, in NFC."""
    said = "".join(
        _TCVN3_LETTERS[ord(character) - 0xA0] if "\xa0" <= character <= "\xff" else character
        for character in text.translate(_WINDOWS)
    )
    return unicodedata.normalize("NFC", said)


def from_vni(text: str) -> str:
    """Return what VNI-Windows `text`, read as Latin-1, says."""
    text = text.translate(_WINDOWS)
    said, position = [], 0
    while position < len(text):
        first, second = text[position], text[position + 1 : position + 2]
        joined = _VNI_PAIRS.get(first.lower(), {}).get(second.lower()) if second else None
        if joined is not None:
            said.append(joined.upper() if first.isupper() else joined)
            position += 2
            continue
        single = _VNI_SINGLES.get(first.lower(), first)
        said.append(single.upper() if first.isupper() else single)
        position += 1
    return "".join(said)


_CONVERTERS = {TCVN3: from_tcvn3, VNI: from_vni}


def syllables(text: str) -> tuple[int, int]:
    """Return how many words of `text` hold a letter beyond ASCII, and how many of those have the
    shape of a Vietnamese syllable.
    """
    words = _WORD.findall(unicodedata.normalize("NFC", text))
    return len(words), sum(_is_syllable(word.lower()) for word in words)


@lru_cache(1 << 16)
def _is_syllable(word: str) -> bool:
    decomposed = unicodedata.normalize("NFD", word)
    if sum(mark in _TONES for mark in decomposed) > 1:
        return False
    plain = "".join(mark for mark in decomposed if mark not in _TONES)
    plain = unicodedata.normalize("NFC", plain)
    return any(
        _RHYME.fullmatch(plain[len(onset) :]) for onset in ("", *_ONSETS) if plain.startswith(onset)
    )


def encoding_of(texts: Iterable[str]) -> str | None:
    """Return `tcvn3` or `vni` if `texts`, read as Latin-1, are words of that encoding, else None.

    They are if they make no Vietnamese as they stand, and make it when converted.
    """
    said = " ".join(text for text in dict.fromkeys(texts) if _may_be_legacy(text))
    words, good = syllables(said)
    words = max(words, len(_MISREAD.findall(said)))
    if words - good < _ENOUGH or good * 10 >= words * 8:
        return None
    best, share = None, 0.8
    for name, convert in _CONVERTERS.items():
        words, good = syllables(convert(said))
        if words >= _ENOUGH and good / words > share:
            best, share = name, good / words
    return best


def converter(encoding: str) -> Callable[[str], str] | None:
    """Return what makes Unicode of TCVN3 or VNI text read as Latin-1; None for other encodings."""
    return _CONVERTERS.get(encoding)


def repaired(sheet: Sheet) -> tuple[Sheet, str | None]:
    """Return the sheet with legacy text made Unicode, and the encoding it was in, if any.

    In a workbook each text is judged by itself, since only some of its cells have the old font.
    """
    assert isinstance(sheet.cells, pa.Table)
    sample = [cell for row in sheet.head for cell in row if cell]
    for column in sheet.cells.columns:
        sample += _beyond_ascii(column.slice(HEAD_ROWS, _SAMPLE_CELLS))
    encoding = encoding_of(sample)
    if encoding is None:
        return sheet, None
    columns = {
        name: _converted(sheet.cells[name].combine_chunks(), encoding)
        for name in sheet.cells.column_names
    }
    head: list[Row] = [
        [_said(cell, encoding) if cell else cell for cell in row] for row in sheet.head
    ]
    return replace(sheet, head=head, cells=pa.table(columns)), encoding


def _beyond_ascii(column: pa.ChunkedArray) -> list[str]:
    """Return the cells that hold more than ASCII, told without making each a text of Python."""
    found: list[str] = column.filter(pc.invert(pc.string_is_ascii(column))).to_pylist()
    return found


def _converted(column: pa.Array, encoding: str) -> pa.Array:
    parts = column.dictionary_encode()
    words = [text and _said(text, encoding) for text in parts.dictionary.to_pylist()]
    dictionary = pa.array(words, pa.string())
    return pa.DictionaryArray.from_arrays(parts.indices, dictionary).cast(pa.string())


def _may_be_legacy(text: str) -> bool:
    return not text.isascii() and _UNICODE.search(text) is None


def _said(text: str, encoding: str) -> str:
    """Return what `text` says in a file that has text in `encoding`; if it could be either, as in
    `Hoà`, it is taken for such.
    """
    if not _may_be_legacy(text):
        return text
    converted = _CONVERTERS[encoding](text)
    words, good = syllables(text)
    words = max(words, len(_MISREAD.findall(text)), 1)
    new_words, new_good = syllables(converted)
    return converted if new_good * words >= good * max(new_words, 1) else text
