"""Vietnamese text in the forms that compare equal.

Exports spell one word in many ways: NFC or NFD, the tone on either vowel (hoà, hòa),
no-break and zero-width spaces, `Ð` (U+00D0) posing as `Đ` (U+0110), any case. `clean`
repairs what is shown, `key` is what is compared, `fold` also forgets the diacritics.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Generic, TypeVar

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f]")
_NOT_WORD = re.compile(r"[\W_]+")
# grave, acute, tilde, hook above, dot below: the tones. Circumflex, breve and horn
# make other letters and stay where they are.
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")

Value = TypeVar("Value")


def clean(text: str) -> str:
    """Return `text` in NFC, without invisible characters, every run of white space one space."""
    text = _INVISIBLE.sub("", text).replace("\u00d0", "\u0110").replace("\u00f0", "\u0111")
    return unicodedata.normalize("NFC", " ".join(text.split()))


def key(text: str) -> str:
    """Return the form in which two spellings of one text are equal.

    Lower case, punctuation as one space, and each word's tone moved to its end, so that
    it no longer matters on which vowel it was written: `Hoà Ân` and `HÒA  ÂN` agree,
    `hoa` does not agree with them.
    """
    words = _NOT_WORD.sub(" ", clean(text).lower()).split()
    return " ".join(_tone_last(word) for word in words)


def fold(text: str) -> str:
    """Return `key` without any diacritic and without spaces: `Mã hồ sơ` → `mahoso`.

    So a header without diacritics and a CamelCase field name of the national exchange
    (`MaHoSo`) meet the Vietnamese header they stand for.
    """
    decomposed = unicodedata.normalize("NFD", clean(text).lower().replace("đ", "d"))
    return "".join(character for character in decomposed if character.isalnum())


def _tone_last(word: str) -> str:
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFD", word)
    tones = [character for character in decomposed if character in _TONES]
    if not tones:
        return word
    bare = "".join(character for character in decomposed if character not in _TONES)
    return unicodedata.normalize("NFC", bare) + "".join(sorted(tones))


def printable(text: str) -> str:
    """Return `text` with control characters, which a terminal would obey, replaced."""
    return _CONTROL.sub("\ufffd", text)


class Vocabulary(Generic[Value]):
    """Texts and what they stand for: found by `key`, else by `fold` where that is unambiguous."""

    def __init__(self, entries: Iterable[tuple[str, Value]]) -> None:
        self._by_key: dict[str, Value] = {}
        by_fold: dict[str, set[Value]] = {}
        for text, value in entries:
            self._by_key.setdefault(key(text), value)
            by_fold.setdefault(fold(text), set()).add(value)
        self._by_fold = {text: next(iter(v)) for text, v in by_fold.items() if len(v) == 1}
        self._seen: dict[str, Value | None] = {}

    def get(self, text: str) -> Value | None:
        """Return what `text` stands for, or None. An empty text stands for nothing."""
        if text not in self._seen:
            found = self._by_key.get(key(text))
            self._seen[text] = found if found is not None else self._by_fold.get(fold(text))
        return self._seen[text]
