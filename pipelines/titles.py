"""What the titles above a list state: of which unit it is, and of which day."""

from __future__ import annotations

import re
from datetime import date

from pipelines.exports import snapshot_stated
from pipelines.header import Header
from pipelines.raw_contract import common
from pipelines.readers.sheet import Sheet
from pipelines.text import clean

# Where another part of a title begins, and where within a part a person may.
_PARTS = re.compile(r"\s+[-–—]\s+|[,:;|()]|\s[-–—]|[-–—]\s")
_PERSON = re.compile(
    r"\b(?:người|ông|bà|anh|chị|cán bộ|công chức|họ tên|họ và tên)\b"
    r"|\b(?:điện thoại|đt|sđt|tel|email|thư)\b"
    r"|\S*@|[+(]?\d[\d. ]{6,}",
    re.IGNORECASE,
)


def snapshot(sheet: Sheet, header: Header) -> date | None:
    """Return the date that the titles state."""
    return snapshot_stated(" \n ".join(_titles(sheet, header)), common().snapshot_patterns)


def unit_context(sheet: Sheet, header: Header) -> str:
    """Return what the titles and the sheet's name say of a unit, parts separated by ` | `.

    Only text from a word that begins a unit's name on is kept, up to where something else begins:
    a title may go on with who made the list, and how to reach them.
    """
    parts = []
    for part in (part for title in _titles(sheet, header) for part in _PARTS.split(title)):
        words = part.lower()
        starts = [
            position
            for word in common().unit_words
            for position in [f" {words}".find(f" {word} ")]
            if position >= 0
        ]
        if starts:
            named = part[min(starts) :]
            parts.append(_PERSON.split(named)[0].strip())
    return " | ".join([*parts, sheet.name] if sheet.name else parts)


def _titles(sheet: Sheet, header: Header) -> list[str]:
    return [clean(cell) for row in sheet.head[: header.first_row] for cell in row if cell]
