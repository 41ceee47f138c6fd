"""The figures of a report's tables: a column says the measure, a line whose dossiers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from pipelines.reconcile.figures import Figure
from pipelines.reconcile.measures import LABELS, late_beside
from pipelines.reconcile.phrases import Phrases
from pipelines.reconcile.quantities import DOSSIER
from pipelines.reconcile.tokens import COUNT, PERCENT, tokens
from pipelines.reconcile.wording import levels, named_measure

_NUMBER = re.compile(r"\d[\d. ]*(?:,\d+)?\s?%?")
_TOTAL = re.compile(r"\s*(?:tổng|cộng)", re.IGNORECASE)


def grid_figures(
    rows: Sequence[Sequence[str]], where: str, phrases: Phrases, first: int
) -> list[Figure]:
    """Return the figures of a table, whose first one gets the index `first`.

    Takes tables whose header names measures, and lists of measure and value. Cells that are no
    numbers, and columns that name no measure, say nothing.
    """
    head = next((i for i, row in enumerate(rows) if _numbers(row) and not _numbering(row)), None)
    if head is None:
        return []
    headings = [_heading(rows[:head], column) for column in range(max(map(len, rows)))]
    measures = _measures(headings, phrases)
    figures: list[Figure] = []
    for number, row in enumerate(rows[head:], start=head + 1):
        if _numbering(row):
            continue
        label = " ".join(dict.fromkeys(c for c in row if c and not _NUMBER.fullmatch(c)))
        listed = not any(measures)
        own = named_measure(label, phrases) if listed else ()
        level = _level(label, phrases)
        name = where if listed else f"{where}, dòng {number}"
        for column, cell in enumerate(row):
            measure = own or (measures[column] if column < len(measures) else ())
            found = tokens(cell)
            if not measure or len(found) not in (1, 2) or found[0].kind not in (COUNT, PERCENT):
                continue
            figure = Figure(
                kind=found[0].kind,
                unit=DOSSIER,
                value=Decimal(found[0].value),
                places=found[0].places,
                printed=cell,
                phrase=f"{label[:60]} – {headings[column] or LABELS[measure[0]]}".strip(" –"),
                where=f"{where}, dòng {number}",
                candidates=measure if found[0].kind == COUNT else (),
                level=level,
                subject=_subject(figures, first, name, measure)
                if found[0].kind == PERCENT
                else None,
                row=name,
            )
            figures.append(figure)
            if listed:
                break
    return figures


def _measures(headings: Sequence[str], phrases: Phrases) -> list[tuple[str, ...]]:
    """Return the measure of each column; none for one that counts something else.

    A column "quá hạn" is settled by the columns before it, a rate's is that of the count whose
    share it is.
    """
    settled: list[tuple[str, ...]] = []
    by_words: dict[tuple[str, ...], tuple[str, ...]] = {}  # of the first column of these words
    for heading in headings:
        found = tokens(heading)
        words = () if phrases.find("other", found) else named_measure(heading, phrases)
        measure = words
        if phrases.find("rate", found):
            measure = by_words.get(words, words)
        elif words[:1] == ("late",) and len(words) > 1:
            measure = late_beside([each[0] for each in settled if each]) or words
        by_words.setdefault(words, measure)
        settled.append(measure)
    return settled


def _subject(
    figures: Sequence[Figure], first: int, row: str, measure: tuple[str, ...]
) -> int | None:
    """Return the count of the same line that a per cent's column speaks of."""
    for index, figure in reversed(list(enumerate(figures))):
        if figure.row == row and figure.kind == COUNT and figure.candidates == measure:
            return first + index
    return None


def _numbers(row: Sequence[str]) -> bool:
    return any(_NUMBER.fullmatch(cell) for cell in row[1:])


def _numbering(row: Sequence[str]) -> bool:
    """Whether a line only numbers the columns: (1) (2) (3)=(4)+(5)."""
    cells = [cell for cell in row if cell]
    inside = [re.sub(r"[()=+\s\d]", "", cell) for cell in cells]
    counting = [int(m.group()) for cell in cells if (m := re.search(r"\d+", cell))]
    return len(cells) > 2 and not any(inside) and counting == sorted(set(counting))


def _heading(rows: Sequence[Sequence[str]], column: int) -> str:
    cells = [row[column] for row in rows if column < len(row) and row[column]]
    return " ".join(dict.fromkeys(cell for cell in cells if not re.fullmatch(r"[\d()=+ ]+", cell)))


def _level(label: str, phrases: Phrases) -> str:
    if _TOTAL.match(label):
        return "all"
    named = levels(tokens(label), phrases)
    return named[0].meaning[0] if named else ""
