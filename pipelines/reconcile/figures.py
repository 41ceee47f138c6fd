"""What each number of a report says: its measure, its level, what it is a part or a share of.

Brackets, "trong đó" and colons make a number a part of the count before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from pipelines.reconcile import wording
from pipelines.reconcile.measures import PARTS, WITHIN, late_beside
from pipelines.reconcile.phrases import Match, Phrases
from pipelines.reconcile.quantities import (
    DOSSIER,
    PROCEDURE,
    Quantity,
    quantities,
    structure,
    without_asides,
)
from pipelines.reconcile.tokens import COLON, COUNT, PERCENT, Token, tokens


@dataclass(frozen=True)
class Figure:
    """One stated number.

    `candidates` are the measures it may mean, the likely one first; none if its words are not
    understood. `level` is empty where the report does not say it. `parent` is the index of the
    count it is a part of, `subject` that of the count a per cent is the share of, `of` the
    denominator printed with it (1.456/1.625). `about` is `under`, `over` or `near` for "gần",
    "hơn", "khoảng", else empty. `row` names the line of a table that it stands in. `basis` is
    `flow` if its sentence says that those carried over are counted too, else empty.
    """

    kind: str
    unit: str
    value: Decimal
    places: int
    printed: str
    phrase: str
    where: str
    candidates: tuple[str, ...]
    level: str
    about: str = ""
    parent: int | None = None
    bracketed: bool = False
    subject: int | None = None
    of: int | None = None
    row: str = ""
    basis: str = ""


@dataclass
class _Reading:
    """What is carried from one block to the next.

    `carried` is the count whose parts follow in the next blocks.
    """

    figures: list[Figure] = field(default_factory=list)
    heading_level: str = ""
    carried: int | None = None


@dataclass(frozen=True)
class _Block:
    """One block taken apart: the brackets and the sentence of each token, and what is named."""

    text: str
    where: str
    found: list[Token]
    paths: list[tuple[int, ...]]
    sentences: list[int]
    levels: list[Match]
    part_marks: list[int]
    bases: dict[int, str]


def read_figures(blocks: Sequence[tuple[str, str]], phrases: Phrases) -> list[Figure]:
    """Return the figures of `blocks` (text, where it stands) in their order."""
    reading = _Reading()
    for text, where in blocks:
        found, bases = wording.basis_taken_out(tokens(text), phrases)
        found = without_asides(found)
        paths, sentences = structure(found)
        marks = [match.start for match in phrases.find("part", found)]
        block = _Block(
            text, where, found, paths, sentences, wording.levels(found, phrases), marks, bases
        )
        numbers = quantities(found, sentences, phrases)
        if numbers:
            _read_block(block, numbers, phrases, reading)
        else:
            _read_heading(block, reading)
    return reading.figures


def _read_heading(block: _Block, reading: _Reading) -> None:
    """Take from a block without numbers the level that it sets for those after it."""
    if block.levels:
        reading.heading_level = block.levels[-1].meaning[0] if len(block.levels) == 1 else ""
    elif block.found and block.found[0].kind == COUNT:  # the number of another section
        reading.heading_level = ""
    if not block.part_marks:
        reading.carried = None
    elif reading.figures and reading.carried is None:
        reading.carried = _outermost(len(reading.figures) - 1, reading)


def _read_block(
    block: _Block, numbers: Sequence[Quantity], phrases: Phrases, reading: _Reading
) -> None:
    found, figures = block.found, reading.figures
    before, after = wording.territories(found, numbers, phrases)
    read: dict[int, Quantity] = {}  # index of the figure → its place
    first = len(figures)
    opened: _Opened = None  # the count whose parts follow, and in which sentence
    for number, quantity in enumerate(numbers):
        own = before[number], after[number]
        if any(
            phrases.find("other", found[a:b]) for a, b in (wording.nearest(found, own[0]), own[1])
        ):
            continue
        near = _near(block, quantity, read, figures)
        parent, bracketed, opened = _place(block, quantity, own, near, opened, first, reading)
        beside, outer = near
        measure = wording.measure(found, quantity, own, phrases)
        level = wording.own_level(found, quantity, own, block.levels, phrases)
        inherits = quantity.kind == COUNT and quantity.unit == DOSSIER and not measure and level
        if inherits and (parent is not None or beside):
            measure = figures[parent if parent is not None else beside[-1]].candidates
        if parent is not None and not (
            inherits or bracketed or _is_part(measure, level, figures[parent])
        ):
            parent, opened = None, None
        elif bracketed and parent is not None and not _is_inside(measure, figures[parent]):
            parent, bracketed = None, False
        if not level and parent is not None:
            level = figures[parent].level
        if not level:
            level = wording.subject_level(
                block.levels, numbers, block.paths, block.sentences, quantity
            )
        read[len(figures)] = quantity
        figures.append(
            Figure(
                kind=quantity.kind,
                unit=quantity.unit,
                value=quantity.value,
                places=quantity.places,
                printed=block.text[
                    found[quantity.start].start : found[quantity.number_end - 1].end
                ],
                phrase=wording.phrase(block.text, found, own),
                where=block.where,
                candidates=_settled(measure, parent, beside, figures),
                level=level or reading.heading_level,
                about=quantity.about,
                parent=parent,
                bracketed=bracketed,
                subject=_subject(quantity, measure, beside, outer),
                of=quantity.of,
                basis=block.bases.get(
                    found[quantity.start].start, "" if parent is None else figures[parent].basis
                ),
            )
        )
    reading.carried = _carried(block, numbers[-1], first, reading)


_Near = tuple[list[int], list[int]]
_Opened = tuple[int, int] | None


def _near(
    block: _Block, quantity: Quantity, read: dict[int, Quantity], figures: Sequence[Figure]
) -> _Near:
    """Return the counts before `quantity` in its sentence and bracket, and those around these."""
    path, sentence = block.paths[quantity.start], block.sentences[quantity.start]
    beside, outer = [], []
    for index, place in read.items():
        its = block.paths[place.start]
        if figures[index].kind != COUNT:
            continue
        if its == path and block.sentences[place.start] == sentence:
            beside.append(index)
        elif its != path and path[: len(its)] == its:
            outer.append(index)
    return beside, outer


def _place(
    block: _Block,
    quantity: Quantity,
    own: tuple[wording.Span, wording.Span],
    near: _Near,
    opened: _Opened,
    first: int,
    reading: _Reading,
) -> tuple[int | None, bool, _Opened]:
    """Return what `quantity` is a part of, whether by a bracket, and what "trong đó" has opened."""
    path, sentence = block.paths[quantity.start], block.sentences[quantity.start]
    beside, outer = near
    says_part = any(
        own[0][0] <= mark < own[0][1] and block.paths[mark] == path for mark in block.part_marks
    )
    if beside and (says_part or _follows_colon(block.found, own[0])):
        opened = beside[-1], sentence
    elif says_part and not path and not beside and reading.figures:
        # A sentence that begins with "Trong đó" speaks of the sentence or block before.
        last = len(reading.figures) - 1
        if last >= first or own[0][0] == 0:
            opened = _outermost(last, reading), sentence
    if opened and opened[1] == sentence and (beside or not path):
        return opened[0], False, opened
    if outer:
        return outer[-1], True, opened
    return (None if path else reading.carried), False, opened


def _follows_colon(found: Sequence[Token], before: tuple[int, int]) -> bool:
    return before[0] < before[1] and found[before[0]].kind == COLON


def _carried(block: _Block, last: Quantity, first: int, reading: _Reading) -> int | None:
    """Return the count whose parts follow in the next blocks, as this one ends."""
    figures = reading.figures
    if len(figures) == first:
        return reading.carried
    says_part = any(mark >= last.end for mark in block.part_marks)
    if says_part or block.found[-1].kind == COLON:
        return _outermost(len(figures) - 1, reading)
    return reading.carried if figures[first].parent == reading.carried else None


def _outermost(index: int, reading: _Reading) -> int:
    """Return the count outside all brackets that the figure `index` belongs to."""
    figure = reading.figures[index]
    if figure.kind == PERCENT and figure.subject is not None:
        return _outermost(figure.subject, reading)
    if figure.bracketed and figure.parent is not None:
        return _outermost(figure.parent, reading)
    return index


def _is_part(measure: tuple[str, ...], level: str, parent: Figure) -> bool:
    """Whether a number of these words may be a part of the count that "trong đó" speaks of."""
    if not measure:
        return True
    if measure == parent.candidates:
        return parent.level in ("", "all") and level not in ("", parent.level)
    if "in_scope" in parent.candidates and "received" in measure:
        return len(measure) == 1
    allowed = [PARTS.get(each, frozenset()) for each in parent.candidates[:1]]
    return any(set(measure) & each for each in allowed)


def _is_inside(measure: tuple[str, ...], parent: Figure) -> bool:
    """Whether a number in brackets behind a count may be a part of it."""
    allowed = {part for each in parent.candidates for part in PARTS.get(each, ())}
    return not measure or measure == parent.candidates or bool(set(measure) & allowed)


def _settled(
    measure: tuple[str, ...], parent: int | None, beside: Sequence[int], figures: Sequence[Figure]
) -> tuple[str, ...]:
    """Return `measure` with "quá hạn" settled: done too late, or in progress and overdue."""
    if parent is not None and len(measure) == 1 and figures[parent].candidates:
        return (WITHIN.get((figures[parent].candidates[0], measure[0]), measure[0]),)
    if measure[:1] != ("late",) or len(measure) == 1:
        return measure
    if parent is not None and figures[parent].candidates[:1] == ("in_progress",):
        return ("pending_overdue",)
    stages = [figures[each].candidates[0] for each in beside if figures[each].candidates]
    settled = late_beside(stages)
    if settled:
        return settled
    done = parent is not None and figures[parent].candidates[:1] in (("resolved",), ("handled",))
    return ("late",) if done else measure


def _subject(
    quantity: Quantity, measure: tuple[str, ...], beside: Sequence[int], outer: Sequence[int]
) -> int | None:
    """Return the count that a per cent without words of its own is the share of."""
    if quantity.kind != PERCENT or measure or quantity.unit == PROCEDURE:
        return None
    if beside:
        return beside[-1]
    return outer[-1] if outer else None
