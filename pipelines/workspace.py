"""Where everything lies: the repository's own files and one `DATA` folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
# In a checkout `sql/`, `schemas/` and `docs/` stand beside the package; in a wheel inside it.
_ROOT = _PACKAGE.parent if (_PACKAGE.parent / "sql").is_dir() else _PACKAGE

SQL = _ROOT / "sql"
SCHEMAS = _ROOT / "schemas"
QUERIES = _ROOT / "docs" / "queries"


# So many vintages of a period `igate gc` keeps unless it is told otherwise.
KEPT_VINTAGES = 10


@dataclass(frozen=True)
class Workspace:
    """The folders under one `DATA` directory (interfaces.md, *Folders*)."""

    data: Path
    edition: Path | None = None  # read this one, whatever is published (`editions.held`)

    @property
    def raw(self) -> Path:
        """Exports as they came; never written by the pipeline."""
        return self.data / "raw"

    @property
    def reference(self) -> Path:
        """Reference CSV: `DATA/reference` where it exists, else the repository's own."""
        own = self.data / "reference"
        return own if own.is_dir() else packaged_reference()

    @property
    def staging(self) -> Path:
        """One Parquet per export: a cache."""
        return self.data / "staging"

    @property
    def curated(self) -> Path:
        """What is published, and what is kept of earlier publications."""
        return self.data / "curated"

    @property
    def published(self) -> Path:
        """Where to read what is published: the edition that is held, else what is newest."""
        return self.edition or self.curated

    @property
    def database(self) -> Path:
        """The analysts' DuckDB database."""
        return self.data / "igate.duckdb"

    @property
    def published_database(self) -> Path:
        """Where to read the database: in the edition that is held, else what is newest."""
        return self.edition / "igate.duckdb" if self.edition else self.database

    @property
    def run_log(self) -> Path:
        """Who ran what, when and with which result: append-only."""
        return self.data / "run-log.jsonl"

    @property
    def reports(self) -> Path:
        """Reports, a folder per period; they hold dossier codes."""
        return self.data / "reports"

    def shown(self, path: Path) -> str:
        """Return `path` as a message shows it, so that it opens from where the command was typed:
        relative where it lies below that folder, else absolute. Nothing published may have it.
        """
        here = Path.cwd()
        absolute = Path(os.path.normpath(here / path))  # not `resolve`: what is published is links
        return str(absolute.relative_to(here) if absolute.is_relative_to(here) else absolute)


def packaged_reference() -> Path:
    """Return the repository's own reference folder."""
    return _ROOT / "data" / "reference"
