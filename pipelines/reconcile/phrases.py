"""The words that reports use, from `data/reference/report_phrases.csv`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.reconcile.tokens import Token, phrase_keys
from pipelines.reference import read_csv
from pipelines.workspace import packaged_reference


@dataclass(frozen=True)
class Match:
    """A phrase found in tokens `[start, end)` and its readings, the likely one first."""

    start: int
    end: int
    meaning: tuple[str, ...]


class Phrases:
    """Phrases by their kind; `find` gives the longest ones, which never overlap."""

    def __init__(self, entries: Iterable[tuple[str, str, str]]) -> None:
        """Take (kind, phrase, meaning); readings are separated by `|`."""
        self._by_kind: dict[str, dict[tuple[str, ...], tuple[str, ...]]] = {}
        for kind, phrase, meaning in entries:
            self._by_kind.setdefault(kind, {})[phrase_keys(phrase)] = tuple(meaning.split("|"))
        self._longest = {
            kind: max(map(len, phrases)) for kind, phrases in self._by_kind.items() if phrases
        }

    def find(self, kind: str, tokens: Sequence[Token]) -> list[Match]:
        """Return the phrases of `kind` in `tokens`, from left to right."""
        found, start = [], 0
        while start < len(tokens):
            match = self.at(kind, tokens, start)
            if match:
                found.append(match)
            start = match.end if match else start + 1
        return found

    def at(self, kind: str, tokens: Sequence[Token], start: int) -> Match | None:
        """Return the longest phrase of `kind` that begins at `start`."""
        phrases = self._by_kind.get(kind, {})
        for length in range(min(self._longest.get(kind, 0), len(tokens) - start), 0, -1):
            keys = tuple(token.key for token in tokens[start : start + length])
            if keys in phrases:
                return Match(start, start + length, phrases[keys])
        return None


def load_phrases(reference: Path, units: Iterable[tuple[str, str]] = ()) -> Phrases:
    """Return the phrases, and `units` (name, scope) as levels beside them.

    An office's own reference folder may leave the file out: then the packaged one is read.
    """
    own = (reference / "report_phrases.csv").is_file()
    rows = read_csv(reference if own else packaged_reference(), "report_phrases")
    return Phrases(
        [
            *((row["kind"], row["phrase"], row["meaning"]) for row in rows),
            *(("level", name, scope) for name, scope in units),
        ]
    )
