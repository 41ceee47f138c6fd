"""Units: the text by which an export names a unit becomes units of the reference list.

A name is compared without case, spaces, punctuation and tone placement, after the words of
`data/reference/abbreviations.csv` are written out (TT. = thị trấn; UBND says nothing). Where
several units answer to it, what the title and the sheet say narrows them. What is left goes to
SQL with its dates of validity; more than one at a date, or none, is never guessed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from pathlib import Path

from pipelines.errors import DataError
from pipelines.reference import FIRST_DAY, LAST_DAY, day, read_csv
from pipelines.text import clean, fold, key

_PARTS = re.compile(r"\s+[-–—]\s+|[,;/|()]|\s-|-\s")
TYPE_WORDS = ("xã", "phường", "thị trấn", "huyện", "thị xã", "thành phố", "quận", "tỉnh")
_LEVELS = ("province", "district", "commune")


@dataclass(frozen=True, order=True)
class Unit:
    """One unit for one span of time; its key is (code, valid_from)."""

    code: str
    valid_from: date
    valid_to: date
    name: str
    level: str
    parent: str
    successor: str
    aliases: tuple[str, ...]


def load_units(folder: Path) -> list[Unit]:
    """Return the units of `units.csv` in `folder`.

    Raises `DataError` for a parent or successor that is no unit, and for a unit above itself.
    """
    rows = read_csv(folder, "units")
    parents = {row["code"]: row["parent"] for row in rows}
    for number, row in enumerate(rows, start=2):
        for column in ("parent", "successor"):
            if row[column] and row[column] not in parents:
                raise DataError(
                    f"units.csv: dòng {number}: «{row[column]}» ở cột {column} không phải mã của "
                    "đơn vị nào; hãy ghi một mã có ở cột code, hoặc để trống."
                )
        above = {row["code"]}
        code = row["parent"]
        while code and code not in above:
            above.add(code)
            code = parents.get(code, "")
        if code:
            raise DataError(
                f"units.csv: dòng {number}: «{row['code']}» là cấp trên của chính nó; hãy sửa cột "
                "parent."
            )
    return [
        Unit(
            code=row["code"],
            valid_from=day(row["valid_from"], FIRST_DAY, "units.csv"),
            valid_to=day(row["valid_to"], LAST_DAY, "units.csv"),
            name=row["name"],
            level=row["level"],
            parent=row["parent"],
            successor=row["successor"],
            aliases=tuple(alias for alias in row["aliases"].split("|") if alias),
        )
        for row in rows
    ]


def lineage(units: list[Unit]) -> list[tuple[str, date, Unit]]:
    """Return for each unit, by its key, the units that hold its dossiers through time:
    itself for as long as it is valid, then its successors. The last one stays.
    """
    by_key = {(unit.code, unit.valid_from): unit for unit in units}
    chains = []
    for unit in units:
        heir: Unit | None = unit
        while heir is not None:
            following = (
                by_key.get((heir.successor, heir.valid_to + timedelta(days=1)))
                if (heir.successor and heir.valid_to < LAST_DAY)
                else None
            )
            last = heir.valid_to if following is not None else LAST_DAY
            first = FIRST_DAY if heir is unit else heir.valid_from
            held = Unit(heir.code, first, last, heir.name, heir.level, heir.parent, "", ())
            chains.append((unit.code, unit.valid_from, held))
            heir = following
    return chains


class UnitIndex:
    """Finds units by what exports call them."""

    def __init__(self, units: list[Unit], folder: Path) -> None:
        self._units = units
        shortened = sorted(
            (
                (clean(row["short"]).lower(), row["full"])
                for row in read_csv(folder, "abbreviations")
            ),
            key=lambda pair: -len(pair[0]),
        )
        self._written_out = dict(shortened)
        # One that ends in a point may have the name right behind it: X.Hòa Ân.
        words = "|".join(
            re.escape(short) + ("" if short.endswith(".") else r"(?!\w)") for short, _ in shortened
        )
        self._short = re.compile(rf"(?<!\w)(?:{words})")
        self._by_key: dict[str, set[Unit]] = defaultdict(set)
        self._by_fold: dict[str, set[Unit]] = defaultdict(set)
        self._parents: dict[str, list[Unit]] = defaultdict(list)
        for unit in units:
            self._parents[unit.code].append(unit)
        for unit in units:
            for name in (unit.name, *unit.aliases):
                self._add(name, unit)
                for word in TYPE_WORDS:
                    if unit.level != "province" and name.lower().startswith(f"{word} "):
                        self._add(name[len(word) + 1 :], unit)
        self._longest = max((len(name.split()) for name in self._by_key), default=0)

    def _add(self, name: str, unit: Unit) -> None:
        self._by_key[self._key(name)].add(unit)
        self._by_fold[fold(self._key(name))].add(unit)

    def _key(self, text: str) -> str:
        lowered = clean(text).lower()
        return key(self._short.sub(lambda m: f" {self._written_out[m[0]]} ", lowered))

    def match(self, text: str, context: str) -> list[Unit]:
        """Return the units that `text` may name, given what title and sheet say (`context`).

        An empty text means the unit that the context names. The units returned are all equally
        good: the caller tells them apart by date, and has no other ground to choose.
        """
        if not clean(text):
            return sorted(self._named_in(context))
        found = self._called(text)
        parts = [part for part in _PARTS.split(clean(text)) if self._key(part)]
        if not found and len(parts) > 1:
            found = self._together(parts)
        if not found:
            found = self._named_in(text, whole=True)
        if len(_names(found)) > 1:
            found = self._narrowed(found, context)
        if len(_names(found)) > 1:
            found = self._said_to_be(text, found)
        return sorted(found)

    def resembling(self, text: str) -> list[Unit]:
        """Return the units whose names or aliases come closest to `text`, the closest first:
        candidates to show, never to take.
        """
        wanted = [self._key(part) for part in [text, *_PARTS.split(text)]]
        names = [name for each in wanted for name in get_close_matches(each, self._by_key, 3, 0.7)]
        return [unit for name in dict.fromkeys(names) for unit in sorted(self._by_key[name])][:5]

    def _said_to_be(self, text: str, found: set[Unit]) -> set[Unit]:
        """Return `found` without those that another one's alias rules out while both are valid:
        so an office decides what title and sheet leave open.
        """
        wanted = self._key(text)
        said = {unit for unit in found if wanted in map(self._key, unit.aliases)}
        return said | {unit for unit in found if not any(_overlap(unit, each) for each in said)}

    def _called(self, text: str) -> set[Unit]:
        wanted = self._key(text)
        if not wanted:
            return set()
        return self._by_key.get(wanted) or self._by_fold.get(fold(wanted), set())

    def _together(self, parts: list[str]) -> set[Unit]:
        """Return the finest unit that one part names, such that another names its parent."""
        by_part = [self._called(part) for part in parts]
        named = set().union(*by_part)
        within = {unit for unit in named if self._ancestors(unit) & (named - {unit})}
        finest = max((_LEVELS.index(unit.level) for unit in within), default=-1)
        return {
            unit
            for unit in within
            if _LEVELS.index(unit.level) == finest and not self._has_child(unit, within)
        }

    def _named_in(self, text: str, whole: bool = False) -> set[Unit]:
        """Return the finest unit whose full name stands in `text`.

        With `whole` the text must consist of units' names alone (and bare words such as
        `huyện`): what has other words besides is another name, not this one.
        """
        named: set[Unit] = set()
        left: list[str] = []
        for part in text.split("|"):
            words = self._key(part).split()
            free = [True] * len(words)
            for length in range(min(self._longest, len(words)), 0, -1):
                for start in range(len(words) - length + 1):
                    found = self._by_key.get(" ".join(words[start : start + length]))
                    if found and all(free[start : start + length]):
                        free[start : start + length] = [False] * length
                        named |= found
            left += [word for word, is_free in zip(words, free, strict=True) if is_free]
        if whole and not set(left) <= {self._key(word) for word in TYPE_WORDS}:
            return set()
        return self._finest(named)

    def _finest(self, named: set[Unit]) -> set[Unit]:
        lowest = {unit for unit in named if not self._has_child(unit, named)}
        within = {unit for unit in lowest if self._ancestors(unit) & named}
        return within or lowest

    def _narrowed(self, found: set[Unit], context: str) -> set[Unit]:
        """Return those of `found` that the context names, or whose parent it names: by the
        finest unit that tells them apart, since one province is above them all.
        """
        named: set[Unit] = set()
        for part in context.split("|"):
            named |= self._called(part) or self._named_in(part)
        for level in reversed(_LEVELS):
            at_level = {unit for unit in named if unit.level == level}
            within = {
                unit for unit in found if unit in at_level or self._ancestors(unit) & at_level
            }
            if within:
                return within
        return found

    def _ancestors(self, unit: Unit) -> set[Unit]:
        """Return the units above one, of any time that overlaps its own."""
        above: set[Unit] = set()
        code = unit.parent
        while code:
            over = [parent for parent in self._parents.get(code, []) if _overlap(parent, unit)]
            above.update(over)
            code = over[0].parent if over else ""
        return above

    def _has_child(self, unit: Unit, among: set[Unit]) -> bool:
        return any(unit in self._ancestors(other) for other in among if other is not unit)


def _overlap(one: Unit, other: Unit) -> bool:
    return one.valid_from <= other.valid_to and other.valid_from <= one.valid_to


def _names(units: set[Unit] | list[Unit]) -> set[tuple[str, str, str]]:
    return {(unit.code, unit.name, unit.parent) for unit in units}
