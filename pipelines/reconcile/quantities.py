"""The numbers of a block that count dossiers or procedures, and its per cents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipelines.reconcile.phrases import Phrases
from pipelines.reconcile.tokens import CLOSE, COLON, COUNT, OPEN, PERCENT, STOP, WORD, Token

DOSSIER, PROCEDURE = "dossier", "procedure"


@dataclass(frozen=True)
class Quantity:
    """A number in the tokens `[start, number_end)`, with its unit's words `[start, end)`."""

    start: int
    number_end: int
    end: int
    kind: str
    unit: str
    value: Decimal
    places: int
    about: str = ""
    of: int | None = None


def without_asides(found: list[Token]) -> list[Token]:
    """Return the tokens without brackets that hold no number, such as (TTHC)."""
    kept: list[Token] = []
    opened: list[int] = []
    for token in found:
        kept.append(token)
        if token.kind == OPEN:
            opened.append(len(kept) - 1)
        elif token.kind == CLOSE and opened:
            start = opened.pop()
            if not any(each.kind in (COUNT, PERCENT) for each in kept[start:]):
                del kept[start:]
    return kept


def structure(found: Sequence[Token]) -> tuple[list[tuple[int, ...]], list[int]]:
    """Return for each token the brackets it stands in and the number of its sentence."""
    paths, sentences = [], []
    path: tuple[int, ...] = ()
    sentence = 0
    for index, token in enumerate(found):
        if token.kind == OPEN:
            path = (*path, index)
        elif token.kind == CLOSE:
            path = path[:-1]
        elif token.kind == STOP:
            sentence += 1
        paths.append(path)
        sentences.append(sentence)
    return paths, sentences


def quantities(
    found: Sequence[Token], sentences: Sequence[int], phrases: Phrases
) -> list[Quantity]:
    """Return the numbers that count dossiers or procedures, and the per cents."""
    about_dossiers = {
        sentences[match.start]
        for match in phrases.find("unit", found)
        if match.meaning == (DOSSIER,)
    }
    numbers: list[Quantity] = []
    index = 0
    while index < len(found):
        quantity = _quantity(found, index, sentences[index] in about_dossiers, phrases)
        if quantity:
            numbers.append(quantity)
        index = quantity.end if quantity else index + 1
    return numbers


def _quantity(
    found: Sequence[Token], index: int, about_dossiers: bool, phrases: Phrases
) -> Quantity | None:
    token = found[index]
    nothing = phrases.at("nothing", found, index)
    if token.kind not in (COUNT, PERCENT) and not nothing:
        return None
    end = nothing.end if nothing else index + 1
    value, places, about = token.value, token.places, ""
    times = phrases.at("times", found, end)
    if times:
        value, end, about = value * int(times.meaning[0]), times.end, "near"
    elif index and (hedge := phrases.at("about", found, index - 1)) and hedge.end == index:
        about = hedge.meaning[0]
    unit = phrases.at("unit", found, end)
    kind = PERCENT if token.kind == PERCENT else COUNT
    if kind == COUNT and not unit:
        if not about_dossiers or (places and not times):
            return None
        ordinal = index and phrases.at("ordinal", found, index - 1)
        enumerates = (
            index
            and found[index - 1].kind == OPEN
            and end < len(found)
            and found[end].kind == CLOSE
        )
        stands_alone = end == len(found) or found[end].kind != WORD
        measured = any(phrases.at(k, found, end) for k in ("measure", "rate", "part"))
        if ordinal or enumerates or not (stands_alone or measured):
            return None
        if nothing and not (index and found[index - 1].kind in (COLON, WORD)):
            return None
    return Quantity(
        start=index,
        number_end=end,
        end=unit.end if unit else end,
        kind=kind,
        unit=unit.meaning[0] if unit else (DOSSIER if kind == COUNT else ""),
        value=value,
        places=places,
        about=about,
        of=token.of,
    )
