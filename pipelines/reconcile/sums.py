"""What must add up in a report (definitions.md, *Identities*; Form 06: 3 = 4+5+6 = 7+11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from pipelines.reconcile.measures import LATE_OR_OVERDUE, OFFLINE

# How to say a whole by its parts, the most direct way first; "?" marks a part that may be missing.
_ON_TIME = (("on_time",), ("early", "on_due_date"))
_RESOLVED = (("resolved",), *((*each, "late") for each in _ON_TIME))
_IN_PROGRESS = (("in_progress",), ("pending_in_time", "pending_overdue?", "paused?"))
_IN_PERSON = ((OFFLINE,), ("received_in_person", "received_postal?"))
_CHANNELS = tuple(("received_online", *each, "received_unknown_channel?") for each in _IN_PERSON)
_HANDLED = tuple((*a, *b, "undetermined?") for a in _RESOLVED for b in _IN_PROGRESS)


@dataclass(frozen=True)
class Sum:
    """A whole held against its parts: their names and counts.

    `strict` tells that the two must be equal: else what is missing may lawfully be unsaid.
    """

    whole: str
    count: Decimal
    parts: Mapping[str, Decimal]
    strict: bool

    @property
    def difference(self) -> Decimal:
        """The whole less its parts."""
        return self.count - sum(self.parts.values())

    @property
    def fails(self) -> bool:
        """Whether the report contradicts itself."""
        return self.strict and self.difference != 0


def sums(values: Mapping[str, Decimal]) -> list[Sum]:
    """Return every sum that the stated `values` (measure → count) allow to check."""
    found = [
        _check(values, "in_scope", [("received", "carried_over")]),
        _check(values, "received", _CHANNELS),
        _check(values, "on_time", _ON_TIME[1:]),
        _check(values, "resolved", _RESOLVED[1:]),
        _check(values, "in_progress", [("pending_in_time", "pending_overdue", "paused?")]),
        _check(values, "handled", _HANDLED),
        _check(values, LATE_OR_OVERDUE, [("late", "pending_overdue")]),
    ]
    if "received" not in values:
        ways = [(*each, "carried_over") for each in _CHANNELS]
        found.append(_check(values, "in_scope", ways))
    if "late" not in values:
        found.append(_at_most(_check(values, "resolved", _ON_TIME[1:], strict=False)))
    return [each for each in [*found, _outcomes(values)] if each]


def _outcomes(values: Mapping[str, Decimal]) -> Sum | None:
    """Hold what came in against what became of it.

    What is short may have been withdrawn, or be waiting, without the report saying so. More than
    came in is a contradiction only where dossiers carried over are in the whole.
    """
    known = dict(values)
    if {"received", "carried_over"} <= known.keys():
        known.setdefault("in_scope", known["received"] + known["carried_over"])
    ways = [("handled", "withdrawn?")]
    ways += [(*each, "withdrawn?") for each in _HANDLED]
    if "in_scope" in known:
        return _at_most(_check(known, "in_scope", ways, strict=False))
    return _check(known, "received", ways, strict=False)


def _at_most(found: Sum | None) -> Sum | None:
    """Return `found` as a contradiction if its parts exceed the whole."""
    return replace(found, strict=True) if found and found.difference < 0 else found


def _check(
    values: Mapping[str, Decimal],
    whole: str,
    ways: Sequence[tuple[str, ...]],
    strict: bool = True,
) -> Sum | None:
    """Return the sum by the first of `ways` whose parts are all stated."""
    if whole not in values:
        return None
    for way in ways:
        if all(part in values or part.endswith("?") for part in way):
            names = [part.removesuffix("?") for part in way]
            stated = {name: values[name] for name in names if name in values}
            return Sum(whole, values[whole], stated, strict)
    return None


def derived(values: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Return `values` and the totals that follow from them: the denominators in use."""
    known = dict(values)
    for whole, ways in (
        ("on_time", _ON_TIME[1:]),
        ("resolved", _RESOLVED[1:]),
        ("in_progress", _IN_PROGRESS[1:]),
        ("handled", [("resolved", "in_progress", "undetermined?")]),
        ("in_scope", [("received", "carried_over")]),
    ):
        for way in ways:
            if whole not in known and all(p in known or p.endswith("?") for p in way):
                known[whole] = sum(
                    (known.get(p.removesuffix("?"), Decimal(0)) for p in way), Decimal(0)
                )
    return known
