"""Report text as tokens: words, numbers in Vietnamese forms, dates, punctuation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipelines.text import clean, key

WORD, COUNT, PERCENT, DATE, OPEN, CLOSE = "word", "count", "percent", "date", "(", ")"
COMMA, SEMICOLON, STOP, COLON = ",", ";", ".", ":"

_COUNT = r"\d{1,3}(?:[. ]\d{3})+(?![\d%])|\d{1,3}(?:,\d{3})+(?![\d%])|\d+(?:,\d+)?"
_TOKEN = re.compile(
    rf"""
    (?P<long_date>ng[aà]y\s(?P<d>\d{{1,2}})\stháng\s(?P<m>\d{{1,2}})\snăm\s(?P<y>\d{{4}}))
  | (?P<number_of_document>\d+(?:/\d{{4}})?\s?/\s?[^\W\d][\w-]*(?:[/-]\w+)*)
  | (?P<date>\d{{1,2}}\s?[/.-]\s?\d{{1,2}}\s?[/.-]\s?\d{{4}})(?!\d)
  | (?P<percent>\d[\d.]*(?:[.,]\d+)?)\s?%
  | (?<![\w.,/-])(?P<count>{_COUNT})(?:\s?/\s?(?P<of>{_COUNT}))?(?![\w/])
  | (?P<word>[^\W\d_]\w*)
  | (?P<mark>[()\[\],;:.!?]|(?<=\s)[–—-](?=\s))
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MARKS = {"[": OPEN, "]": CLOSE, "!": STOP, "?": STOP, "–": COMMA, "—": COMMA, "-": COMMA}


@dataclass(frozen=True)
class Token:
    """One token of a block; `key` is the form words are compared in.

    `value` is the number of a count or per cent, `places` its decimals, `of` the second number
    of a fraction such as 1.456/1.625; `day` is the day of a date.
    """

    kind: str
    text: str
    start: int
    end: int
    key: str = ""
    value: Decimal = Decimal(0)
    places: int = 0
    of: int | None = None
    day: date | None = None


def tokens(text: str) -> list[Token]:
    """Return the tokens of `text`, which is `clean`ed text; what is no token is left out."""
    found = []
    for match in _TOKEN.finditer(text):
        groups = match.groupdict()
        text_of, start, end = match.group(), match.start(), match.end()
        if groups["word"]:
            found.append(Token(WORD, text_of, start, end, key(text_of)))
        elif groups["percent"]:
            value, places = _decimal(groups["percent"])
            found.append(Token(PERCENT, text_of, start, end, "", value, places))
        elif groups["count"]:
            value, places = _count(groups["count"])
            of = int(_count(groups["of"])[0]) if groups["of"] else None
            found.append(Token(COUNT, text_of, start, end, "", value, places, of))
        elif groups["mark"]:
            kind = _MARKS.get(groups["mark"], groups["mark"])
            if kind != STOP or _ends_sentence(text, match.end()):
                found.append(Token(kind, text_of, start, end, kind))
        elif day := _day(groups):
            found.append(Token(DATE, text_of, start, end, day=day))
    return found


def phrase_keys(phrase: str) -> tuple[str, ...]:
    """Return the keys of a phrase's words and commas, as `tokens` gives them."""
    return tuple(token.key for token in tokens(clean(phrase)))


def dates_in(text: str) -> list[tuple[int, date]]:
    """Return where in `text` which dates stand."""
    return [(token.start, token.day) for token in tokens(text) if token.day]


def _ends_sentence(text: str, end: int) -> bool:
    """Whether a stop that ends at `end` is followed by a space (TP.Thủ Dầu Một is a name)."""
    return end == len(text) or text[end].isspace()


def _count(text: str) -> tuple[Decimal, int]:
    """Return a count: 10.503, 1 234 and 10,503 are whole, 10,18 (ngàn) is not."""
    if re.fullmatch(r"\d+,\d+", text) and not re.fullmatch(r"[1-9]\d{0,2},\d{3}", text):
        return Decimal(text.replace(",", ".")), len(text.split(",")[1])
    return Decimal(re.sub(r"[., ]", "", text)), 0


def _decimal(text: str) -> tuple[Decimal, int]:
    """Return a per cent and its decimals: its last point or comma is the decimal mark."""
    whole, mark, part = re.fullmatch(r"([\d.,]*?)(?:([.,])(\d+))?", text).groups()  # type: ignore[union-attr]
    digits = re.sub(r"[.,]", "", whole)
    return Decimal(f"{digits or 0}.{part or 0}"), len(part) if mark else 0


def _day(groups: dict[str, str | None]) -> date | None:
    if groups["long_date"]:
        parts = [groups["d"], groups["m"], groups["y"]]
    elif groups["date"]:
        parts = re.split(r"\D+", groups["date"])
    else:
        return None
    try:
        return date(int(parts[2] or 0), int(parts[1] or 0), int(parts[0] or 0))
    except ValueError:
        return None
