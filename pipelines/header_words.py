"""What of a header may be told: the words that headers are known to be made of.

Any cell can stand where a header is looked for, a person's name or number too: in a list without a
header, in a title, beside the columns. So of what is told as a header only words of the raw
contracts are written out; each run of others is three dots.
"""

from __future__ import annotations

import re
from functools import cache

from pipelines.raw_contract import common, raw_contracts
from pipelines.text import clean, key

_HIDDEN = "•••"
_WORD = re.compile(r"\w+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SHORT_NUMBER = re.compile(r"\d{1,2}")
_RUN = re.compile(rf"{_HIDDEN}(?:[\W_]*{_HIDDEN})+")


def told(header: str) -> str:
    """Return `header` with every word hidden that headers are not known to be made of."""
    text = clean(header)
    if any(contract.headers.get(text) for contract in raw_contracts()):
        return text
    return _RUN.sub(_HIDDEN, _WORD.sub(_word, text))


def letter(position: int) -> str:
    """Return the letters by which a spreadsheet calls the column at `position`, from 0."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _word(match: re.Match[str]) -> str:
    parts = _words(match[0])
    known = all(part in _known_words() or _SHORT_NUMBER.fullmatch(part) for part in parts)
    return match[0] if known else _HIDDEN


def _words(text: str) -> list[str]:
    return key(_CAMEL.sub(" ", text)).split()


@cache
def _known_words() -> frozenset[str]:
    texts = list(common().header_words)
    for contract in raw_contracts():
        texts += [t for c in contract.columns for t in c.aliases + c.guarded_aliases]
        texts += contract.not_needed
    return frozenset(word for text in texts for word in _words(text))
