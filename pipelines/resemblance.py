"""Which known header an unknown one resembles: a suggestion for a person, never a mapping.

Compared word by word, without diacritics and with `HS`, `KQ` and their like written out: every
word of the known header stands in the unknown one, in order, a long word with a slip of the pen at
most. What stands there besides must not be a word that makes another header of it: `Ngày hẹn trả`
is no `Ngày trả` with a word more, since the contract knows both, while `Ngày tiếp nhận dự kiến`
resembles `Ngày tiếp nhận`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, lru_cache

from pipelines.raw_contract import RawContract, common, raw_contracts
from pipelines.text import clean, fold, key

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
# One letter wrong in five, one too many or too few in four; shorter words have no slips, since
# nhận and nhập, hẹn and hạn differ by one letter.
_SAME_WORD, _LONG_WORD = 0.8, 4
# A known header that is less than half of the letters says too little of the whole.
_LEAST_COVERED = 0.5
# For a header in one word, which cannot be compared word by word.
_SAME_LETTERS = 0.9


@dataclass(frozen=True)
class Resemblance:
    """A header as a file writes it, and the canonical column and the alias that it resembles."""

    header: str
    column: str
    alias: str


@dataclass(frozen=True)
class _Known:
    text: str
    column: str | None  # None: known to be something else
    words: tuple[str, ...]
    letters: str
    telling: frozenset[str]  # words that, added to a header of this column, make another's


def resemblance(header: str, contract: RawContract) -> Resemblance | None:
    """Return the column that must be kept and that `header`, which is no alias, resembles.

    None if it resembles nothing, two columns equally well, a personal column or a header that is
    known and not needed.
    """
    if contract.is_not_needed(header):  # most of those that are no alias
        return None
    kept = {column.name for column in contract.kept}
    found = _closest(header, contract.name)
    return None if found is None or found.column not in kept else found


@lru_cache(maxsize=1024)  # the exports of a thousand communes have the same headers
def _closest(header: str, contract: str) -> Resemblance | None:
    return closest(header, _known(contract))


def closest(header: str, known: Sequence[_Known]) -> Resemblance | None:
    """Return the column of those in `known` that `header` resembles most, if it is one alone."""
    words, letters = _words(header), fold(header)
    if not words:
        return None
    scored: dict[str | None, tuple[float, _Known]] = {}
    for each in known:
        score = _covered(words, each)
        if len(words) == 1 or len(each.words) == 1:
            alike = SequenceMatcher(None, letters, each.letters, autojunk=False).ratio()
            score = max(score, alike if alike >= _SAME_LETTERS else 0)
        if score and (each.column not in scored or score > scored[each.column][0]):
            scored[each.column] = (score, each)
    best = sorted(scored.values(), key=lambda pair: -pair[0])
    if not best or (len(best) > 1 and best[0][0] == best[1][0]) or best[0][1].column is None:
        return None
    return Resemblance(clean(header), best[0][1].column, best[0][1].text)


def known_headers(contract: RawContract) -> list[_Known]:
    """Return all that is known of headers: the aliases, and what layouts have besides."""
    texts: list[tuple[str, str | None]] = [
        (text, column.name)
        for column in contract.columns
        for text in column.aliases + column.guarded_aliases
    ]
    texts += [(text, None) for text in contract.not_needed]
    spelt = [(text, column, _words(text)) for text, column in texts]
    telling: dict[str | None, set[str]] = defaultdict(set)
    sets = [frozenset(words) for _, _, words in spelt]
    for (_, column, words), own in zip(spelt, sets, strict=True):
        for (_, other, more), others in zip(spelt, sets, strict=True):
            if own <= others and other != column and _in_order(words, more):
                telling[column] |= others - own
    return [
        _Known(text, column, words, fold(text), frozenset(telling[column]))
        for text, column, words in spelt
    ]


@cache
def _known(name: str) -> tuple[_Known, ...]:
    contract = next(each for each in raw_contracts() if each.name == name)
    return tuple(known_headers(contract))


def _words(text: str) -> tuple[str, ...]:
    words = key(_CAMEL.sub(" ", clean(text))).split()
    written_out = common().header_abbreviations
    return tuple(part for word in words for part in written_out.get(fold(word), fold(word)).split())


def _in_order(words: tuple[str, ...], among: tuple[str, ...]) -> bool:
    left = iter(among)
    return all(word in left for word in words)


def _covered(words: tuple[str, ...], known: _Known) -> float:
    """Return the share of the letters of `words` that `known` covers, 0 if it is another header."""
    if not _same(words[0], known.words[0]):  # ngày, mã, tên …: the first word says what it is
        return 0
    position, slips = 0, 0
    for word in words:
        if position < len(known.words) and _same(word, known.words[position]):
            slips += word != known.words[position]
            position += 1
        elif word in known.telling:
            return 0
    if position < len(known.words):
        return 0
    covered = (sum(map(len, known.words)) - slips) / sum(map(len, words))
    return covered if covered >= _LEAST_COVERED else 0


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) < _LONG_WORD:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _SAME_WORD
