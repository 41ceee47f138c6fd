"""The words about a number: which they are, and which measure and level they name.

The words between two numbers belong to one of them: up to the first mark (or "trong đó", "đạt tỷ
lệ", "và") to the number before, the rest to the number after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipelines.reconcile.measures import DEPTH, PARTS
from pipelines.reconcile.phrases import Match, Phrases
from pipelines.reconcile.quantities import PROCEDURE, Quantity, structure
from pipelines.reconcile.tokens import (
    CLOSE,
    COLON,
    COMMA,
    COUNT,
    OPEN,
    PERCENT,
    SEMICOLON,
    STOP,
    Token,
    phrase_keys,
    tokens,
)

Span = tuple[int, int]

_MARKS = frozenset({COMMA, SEMICOLON, STOP, COLON, OPEN, CLOSE})
_CLAUSE_ENDS = frozenset({SEMICOLON, STOP, OPEN, CLOSE})
_LONGEST_PHRASE = 110
_AND, _OF, _HAS, _IS = (phrase_keys(word)[0] for word in ("và", "của", "có", "là"))


def basis_taken_out(found: Sequence[Token], phrases: Phrases) -> tuple[list[Token], dict[int, str]]:
    """Return the tokens with the words of a way of counting made mute, and what they say.

    The second is where in the text a token of such a sentence starts → its basis. The words
    ("gồm cả hồ sơ kỳ trước chuyển sang") would else be read as those of the next number.
    """
    matches = phrases.find("basis", found)
    if not matches:
        return list(found), {}
    sentences = structure(found)[1]
    said = {sentences[match.start]: match.meaning[0] for match in matches}
    bases = {
        token.start: said[sentence]
        for token, sentence in zip(found, sentences, strict=True)
        if sentence in said
    }
    mute = {index for match in matches for index in range(match.start, match.end)}
    return [replace(t, key="") if i in mute else t for i, t in enumerate(found)], bases


def territories(
    found: Sequence[Token], quantities: Sequence[Quantity], phrases: Phrases
) -> tuple[list[Span], list[Span]]:
    """Return for each quantity the tokens before and after it that are about it."""
    before: list[Span] = [(0, quantities[0].start)]
    after: list[Span] = []
    for number, quantity in enumerate(quantities):
        last = number + 1 == len(quantities)
        end = len(found) if last else quantities[number + 1].start
        cut = _cut(found, quantity, before[number], end, last, phrases)
        after.append((quantity.end, cut))
        if not last:
            before.append((cut, end))
    return before, after


def _cut(
    found: Sequence[Token],
    quantity: Quantity,
    before: Span,
    end: int,
    last: bool,
    phrases: Phrases,
) -> int:
    """Return where the words after `quantity` cease to be about it."""
    start = quantity.end
    for index in range(start, end):
        if found[index].kind in _MARKS:
            return index
    gap = found[start:end]
    limits = [m.start for kind in ("part", "rate") for m in phrases.find(kind, gap)]
    if limits:
        return start + min(limits)
    measured = phrases.find("measure", gap)
    joints = [
        index
        for index, token in enumerate(gap)
        if token.key == _AND and not any(m.start < index < m.end for m in measured)
    ]
    if joints:
        return start + joints[-1]
    if last:
        return end
    named_before = bool(phrases.find("measure", found[slice(*nearest(found, before))]))
    return start if named_before or not measured or measured[0].start > 0 else end


def nearest(found: Sequence[Token], span: Span) -> Span:
    """Return the last part of `span` between two marks that has words in it."""
    start, end = span
    while end > start and found[end - 1].kind in _MARKS:
        end -= 1
    for index in range(end - 1, start - 1, -1):
        if found[index].kind in _MARKS:
            return index + 1, end
    return start, end


def _clause(found: Sequence[Token], span: Span) -> Span:
    """Return the end of `span` after its last bracket, semicolon or stop."""
    start, end = span
    for index in range(end - 1, start - 1, -1):
        if found[index].kind in _CLAUSE_ENDS:
            return index + 1, end
    return start, end


def measure(
    found: Sequence[Token], quantity: Quantity, own: tuple[Span, Span], phrases: Phrases
) -> tuple[str, ...]:
    """Return the measures that the words around `quantity` may mean."""
    before, after = own
    if quantity.unit == PROCEDURE:
        return _procedure_measure(found, quantity, after, phrases)
    first = _measure_before(found, before, phrases)
    second = _deepest(phrases.find("measure", found[slice(*after)]), last=False)
    if not first and not second and quantity.kind == COUNT:
        # The words may come after a bracket: "có 90 hồ sơ (chiếm 2,16%), … đề nghị rút hồ sơ".
        second = _after_bracket(found, after[1], phrases)
    if (
        first
        and second
        and (
            second[0] in ("resolved", "handled")  # "tiếp nhận 500 hồ sơ giải quyết thủ tục …"
            or not any(set(second) & PARTS.get(each, frozenset()) for each in first)
        )
    ):
        return first
    if first and second and first[0] in ("resolved", "handled") and second[0] == "late":
        return ("late",)
    if first and second and first[0] == "in_progress":
        return _in_progress(second)
    return second or first


def _measure_before(found: Sequence[Token], before: Span, phrases: Phrases) -> tuple[str, ...]:
    start, end = _clause(found, before)
    while end > start:
        clause = nearest(found, (start, end))
        named = _deepest(phrases.find("measure", found[slice(*clause)]), last=True)
        if named:
            return named
        end = clause[0]
    if start > before[0] and found[start - 1].kind == OPEN:
        # "được tiếp nhận trực tiếp (7 hồ sơ)": no number before the bracket has these words.
        clause = nearest(found, (before[0], start))
        return _deepest(phrases.find("measure", found[slice(*clause)]), last=True)
    return ()


def _deepest(matches: Sequence[Match], last: bool) -> tuple[str, ...]:
    """Return the measure of the match that says most; of equals the `last` or the first one."""
    if not matches:
        return ()
    ordered = list(reversed(matches)) if last else list(matches)
    best = max(ordered, key=lambda match: DEPTH[match.meaning[0]]).meaning
    stages = {match.meaning[0] for match in matches}
    if "in_progress" in stages:
        return _in_progress(best)
    if stages & {"resolved", "handled"} and best[0] == "late":
        return ("late",)
    return best


def _in_progress(measure: tuple[str, ...]) -> tuple[str, ...]:
    """Return what `measure` means of dossiers that are in progress."""
    return {"late": ("pending_overdue",), "on_time": ("pending_in_time",)}.get(measure[0], measure)


def _after_bracket(found: Sequence[Token], start: int, phrases: Phrases) -> tuple[str, ...]:
    if start >= len(found) or found[start].kind != OPEN:
        return ()
    closes = next((i for i in range(start, len(found)) if found[i].kind == CLOSE), len(found))
    end = closes + 1
    if any(token.kind == COUNT for token in found[start:end]):
        return ()
    while end < len(found) and found[end].kind not in (SEMICOLON, STOP, COUNT, PERCENT):
        end += 1
    return _deepest(phrases.find("measure", found[closes:end]), last=False)


def _procedure_measure(
    found: Sequence[Token], quantity: Quantity, after: Span, phrases: Phrases
) -> tuple[str, ...]:
    end = after[1]
    while end < len(found) and found[end].kind not in (SEMICOLON, STOP, COUNT, PERCENT):
        end += 1
    named = phrases.find("procedure", found[after[0] : end])
    if named:
        return named[0].meaning
    return ("procedures",) if quantity.kind == COUNT else ()


def levels(found: Sequence[Token], phrases: Phrases) -> list[Match]:
    """Return where levels are named; several in one breath ("cấp huyện, cấp xã") are all."""
    merged: list[Match] = []
    for match in phrases.find("level", found):
        between = {token.key for token in found[merged[-1].end : match.start]} if merged else {""}
        if merged and between <= {COMMA, _AND, _OF}:
            levels = {*merged[-1].meaning, *match.meaning} - {"all"}
            meaning = (levels.pop(),) if len(levels) == 1 else ("all",)
            merged[-1] = Match(merged[-1].start, match.end, meaning)
        else:
            merged.append(match)
    return merged


def own_level(
    found: Sequence[Token],
    quantity: Quantity,
    own: tuple[Span, Span],
    levels: Sequence[Match],
    phrases: Phrases,
) -> str:
    """Return the level that the words of `quantity` itself name, else an empty text."""
    start, end = _clause(found, own[0])
    before = [m for m in levels if m.start >= start and m.end <= end]
    after = [m for m in levels if m.start >= own[1][0] and m.end <= own[1][1]]
    chosen = [*before[-1:], *after[:1]]
    if quantity.unit == PROCEDURE:
        chosen.reverse()
    if chosen:
        return chosen[0].meaning[0]
    while end > start and (found[end - 1].kind == COLON or found[end - 1].key in (_HAS, _IS)):
        end -= 1
    bare = phrases.at("level_next", found, end - 1) if end > start else None
    return bare.meaning[0] if bare else ""


def subject_level(
    levels: Sequence[Match],
    quantities: Sequence[Quantity],
    paths: Sequence[tuple[int, ...]],
    sentences: Sequence[int],
    quantity: Quantity,
) -> str:
    """Return the level that the sentence, else the block, speaks of before `quantity`."""
    path = paths[quantity.start]
    said = [
        m
        for m in levels
        if m.end <= quantity.start and paths[m.start] == path[: len(paths[m.start])]
    ]
    here = [m for m in said if sentences[m.start] == sentences[quantity.start]]
    if here:
        return here[-1].meaning[0]
    opening = [m for m in said if m.end <= quantities[0].start]
    return opening[-1].meaning[0] if opening else ""


def phrase(text: str, found: Sequence[Token], own: tuple[Span, Span]) -> str:
    """Return the words of `text` from the mark before a number to where its words end."""
    start, number = _clause(found, own[0])
    if number > start:
        named, named_end = nearest(found, (start, number))
        start = named if named_end > named else number
    said = text[found[start].start : found[own[1][0] - 1].end]
    if own[1][1] > own[1][0]:
        said = text[found[start].start : found[own[1][1] - 1].end]
    return said if len(said) <= _LONGEST_PHRASE else said[: _LONGEST_PHRASE - 1] + "…"


def named_measure(text: str, phrases: Phrases) -> tuple[str, ...]:
    """Return the measure that a heading names."""
    return _deepest(phrases.find("measure", tokens(text)), last=True)
