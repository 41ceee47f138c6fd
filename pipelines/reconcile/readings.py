"""Which measure each count means, where its words alone leave it open.

Counts of one level that follow each other are a group: they describe the same dossiers. Within a
group a reading is chosen by what is a part of what, and where even that leaves a choice, by which
reading adds up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import product

from pipelines.reconcile.figures import Figure
from pipelines.reconcile.quantities import DOSSIER
from pipelines.reconcile.sums import sums
from pipelines.reconcile.tokens import COUNT

# Only "kết quả giải quyết" in the wide sense has these parts.
_UNRESOLVED = frozenset(
    {"in_progress", "pending_in_time", "pending_overdue", "paused", "undetermined"}
)


@dataclass
class Group:
    """Counts of the same dossiers: index of a figure → its measure."""

    level: str
    row: str
    basis: str = ""
    names: dict[int, str] = field(default_factory=dict)

    @property
    def measures(self) -> dict[str, int]:
        """Measure → index of the figure that states it first."""
        return {name: index for index, name in reversed(self.names.items())}

    def values(self, figures: Sequence[Figure]) -> dict[str, Decimal]:
        """Return measure → stated count."""
        return {name: figures[index].value for name, index in self.measures.items()}


def levelled(figures: Sequence[Figure]) -> list[Figure]:
    """Return the figures, a count whose parts are levels of itself set to level `all`.

    "UBND huyện tiếp nhận 10.503 hồ sơ (cấp huyện 641, cấp xã 9.862)" speaks of all.
    """
    split = {
        figure.parent
        for figure in figures
        if figure.parent is not None
        and figure.level
        and figure.candidates == figures[figure.parent].candidates
        and figure.kind == COUNT
    }
    return [replace(f, level="all") if index in split else f for index, f in enumerate(figures)]


def read_groups(figures: Sequence[Figure]) -> list[Group]:
    """Return the groups of exact counts of dossiers, each measure settled."""
    open_groups: dict[tuple[str, ...], list[int]] = {}
    members: list[list[int]] = []
    for index, figure in enumerate(figures):
        if not is_exact_count(figure) or not figure.candidates:
            continue
        where = (figure.level or "all", figure.row, figure.basis)
        group = open_groups.get(where)
        if group is None or _begins_anew(figure, [figures[each] for each in group]):
            group = open_groups[where] = []
            members.append(group)
        group.append(index)
    return [_settle(group, figures) for group in members]


def is_exact_count(figure: Figure) -> bool:
    """Whether `figure` counts dossiers and is neither "gần" nor "ngàn"."""
    return figure.kind == COUNT and figure.unit == DOSSIER and not figure.about


def _begins_anew(figure: Figure, group: Sequence[Figure]) -> bool:
    """Whether another count of the same words, but another value, is in `group` already."""
    return any(f.candidates == figure.candidates and f.value != figure.value for f in group)


def _settle(group: Sequence[int], figures: Sequence[Figure]) -> Group:
    options = [_options(index, group, figures) for index in group]
    first = figures[group[0]]
    place = first.level or "all", first.row, first.basis
    best: tuple[int, int] | None = None  # sums that fail, and less those that hold
    chosen = Group(*place)
    for reading in product(*options):
        attempt = Group(*place, dict(zip(group, reading, strict=True)))
        checked = sums(attempt.values(figures))
        score = (
            sum(each.fails for each in checked),
            -sum(each.difference == 0 for each in checked),
        )
        if best is None or score < best:
            best, chosen = score, attempt
    return chosen


def _options(index: int, group: Sequence[int], figures: Sequence[Figure]) -> tuple[str, ...]:
    """Return the measures that the count `index` may mean beside the others of its group."""
    candidates = figures[index].candidates
    others = [figures[each] for each in group if each != index]
    named = {each.candidates[0] for each in others if len(each.candidates) == 1}
    parts = [each for each in figures if each.parent == index and each.kind == COUNT]
    part_names = {name for each in parts for name in each.candidates[:1]}
    match candidates:
        case ("received", "in_scope"):
            if figures[index].basis and "received" not in named:
                return ("in_scope",)
            return _received(candidates, named, part_names)
        case ("handled", "resolved") | ("resolved", "handled"):
            done = {each.candidates[0] for each in others} & {"on_time", "late"}
            if part_names & _UNRESOLVED:
                return ("handled",)
            return ("resolved",) if part_names or (done and not named & _UNRESOLVED) else candidates
        case ("on_time", "on_due_date"):
            within = any(each.candidates[0] == "early" for each in parts if each.candidates)
            return ("on_due_date",) if "early" in named and not within else ("on_time",)
    return candidates


def _received(candidates: tuple[str, ...], named: set[str], parts: set[str]) -> tuple[str, ...]:
    """Return whether "tiếp nhận" includes what was carried over."""
    if "received" in named:  # "trong đó tiếp nhận mới …"
        return ("in_scope",)
    if "carried_over" not in named or "in_scope" in named:
        return ("received",)
    return ("in_scope", "received") if "carried_over" in parts else candidates


def measures_of(groups: Iterable[Group]) -> dict[int, tuple[str, Group]]:
    """Return index of a figure → the measure it was settled as, and its group."""
    return {index: (name, group) for group in groups for index, name in group.names.items()}
