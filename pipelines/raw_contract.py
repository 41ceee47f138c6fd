"""The raw contracts: what an export may look like, as data in `schemas/raw/*.yml`.

`dossiers.yml` and `procedures.yml` each describe one kind of list by its columns
(canonical name, type, required, kind, aliases) and name known layouts; `common.yml`
holds what every export shares (date forms, furniture, title patterns). A new header text
or layout is an edit there.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from pipelines.errors import DataError
from pipelines.files import read_yaml
from pipelines.text import Vocabulary, fold
from pipelines.workspace import SCHEMAS

FOLDER = SCHEMAS / "raw"


@dataclass(frozen=True)
class Column:
    """One canonical column of a raw contract."""

    name: str
    type: str  # code, text, date or number
    required: bool
    kind: str  # identifier, attribute, date or personal
    aliases: tuple[str, ...]
    guarded_aliases: tuple[str, ...]

    @property
    def personal(self) -> bool:
        """Whether the column is known only to be dropped."""
        return self.kind == "personal"


@dataclass(frozen=True)
class Alias:
    """What a header stands for: the column, the alias' rank in it, and whether it is guarded."""

    column: str
    rank: int = field(compare=False)
    guarded: bool


@dataclass(frozen=True)
class Needed:
    """Columns of which a list ought to have one: no row is rejected for want of them all, and the
    figures rest on them.
    """

    columns: tuple[str, ...]
    without: str  # what is not known of a file without them, in Vietnamese
    empty_from: int | None  # so many accepted rows, none of which has them filled, are told of


@dataclass(frozen=True)
class RawContract:
    """One kind of list that an export can hold."""

    name: str
    identity: str
    anchor: str
    columns: tuple[Column, ...]
    layouts: dict[str, frozenset[str]]  # layout → folded headers
    needed: tuple[Needed, ...]
    not_needed: tuple[str, ...]  # headers that are known and stand for no column
    headers: Vocabulary[Alias]

    @property
    def kept(self) -> tuple[Column, ...]:
        """The columns that leave the reader: all but the personal ones."""
        return tuple(column for column in self.columns if not column.personal)

    def first_alias(self, column: str) -> str:
        """Return the header by which a column is told of."""
        return next(each.aliases[0] for each in self.columns if each.name == column)

    def is_not_needed(self, header: str) -> bool:
        """Whether `header` is known to stand for no column."""
        return fold(header) in self._not_needed

    @cached_property
    def _not_needed(self) -> frozenset[str]:
        return frozenset(map(fold, self.not_needed))

    def has(self, layout: str, needed: Needed) -> bool:
        """Whether a list of `layout` has what is needed; one of no known layout ought to."""
        if layout not in self.layouts:
            return True
        known = (self.headers.get(header) for header in self.layouts[layout])
        return any(alias is not None and alias.column in needed.columns for alias in known)

    def layout_of(self, headers: list[str]) -> str:
        """Return the known layout whose headers resemble `headers` most, else `other`."""
        found = {fold(header) for header in headers if header}

        def likeness(layout: str) -> float:
            known = self.layouts[layout]
            return len(found & known) / len(found | known)

        best = max(self.layouts, key=likeness)
        return best if likeness(best) >= 0.5 else "other"


@dataclass(frozen=True)
class Common:
    """What all exports share."""

    date_formats: tuple[str, ...]
    empty: tuple[str, ...]
    furniture: tuple[str, ...]
    snapshot_patterns: tuple[str, ...]
    not_a_snapshot: tuple[str, ...]
    file_name_patterns: tuple[str, ...]
    unit_words: tuple[str, ...]
    header_abbreviations: dict[str, str]  # folded → folded words
    header_words: tuple[str, ...]


def _contract(path: Path) -> RawContract:
    content = read_yaml(path)
    try:
        return _of(content)
    except KeyError as error:
        missing = error.args[0]
    except (TypeError, AttributeError, ValueError):
        missing = ""
    said = f"thiếu mục «{missing}»" if missing else "có mục không đúng dạng"
    raise DataError(
        f"schemas/raw/{path.name}: {said}; hãy xem lại chỗ vừa sửa: tên cột được thêm vào "
        "danh sách aliases của một cột."
    )


def _of(content: dict[str, Any]) -> RawContract:
    columns = tuple(
        Column(
            name=entry["name"],
            type=entry["type"],
            required=entry["required"],
            kind=entry["kind"],
            aliases=tuple(str(alias) for alias in entry["aliases"]),
            guarded_aliases=tuple(str(alias) for alias in entry.get("guarded_aliases", ())),
        )
        for entry in content["columns"]
    )
    aliases = [
        (text, Alias(column.name, rank, rank >= len(column.aliases)))
        for column in columns
        for rank, text in enumerate(column.aliases + column.guarded_aliases)
    ]
    headers = Vocabulary(aliases)
    return RawContract(
        name=content["name"],
        identity=content["identity"],
        anchor=content["anchor"],
        columns=columns,
        layouts={
            name: frozenset(fold(str(header)) for header in layout["headers"])
            for name, layout in content["layouts"].items()
        },
        not_needed=tuple(
            dict.fromkeys(
                header
                for header in [
                    *map(str, content.get("not_needed", ())),
                    *(str(h) for layout in content["layouts"].values() for h in layout["headers"]),
                ]
                if headers.get(header) is None
            )
        ),
        headers=headers,
        needed=tuple(
            Needed(tuple(entry["columns"]), entry["without"], entry.get("empty_from"))
            for entry in content.get("needed", ())
        ),
    )


@cache
def raw_contracts() -> tuple[RawContract, ...]:
    """Return the contracts of `schemas/raw/`, dossiers first."""
    return tuple(_contract(FOLDER / f"{name}.yml") for name in ("dossiers", "procedures"))


@cache
def common() -> Common:
    """Return what `schemas/raw/common.yml` says of every export."""
    content = read_yaml(FOLDER / "common.yml")
    shortened = content.pop("header_abbreviations")
    return Common(
        header_abbreviations={
            fold(short): " ".join(fold(word) for word in full.split())
            for short, full in shortened.items()
        },
        **{name: tuple(str(v) for v in values) for name, values in content.items()},
    )


@cache
def contract_hash() -> str:
    """Return the SHA-256 of the raw contracts and of the code that applies them.

    It is part of a staged file's name, so that an edit of either stages every file again.
    """
    digest = hashlib.sha256()
    package = Path(__file__).parent
    names = (
        *("text.py", "header.py", "header_words.py", "resemblance.py", "exports.py", "staging.py"),
        *("staging_parts.py", "staging_write.py", "titles.py", "typing_sql.py"),
    )
    code = [*(package / name for name in names), Path(__file__)]
    code += sorted((package / "readers").glob("*.py"))
    for path in [*sorted(FOLDER.glob("*.yml")), *code]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
