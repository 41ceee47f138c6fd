"""What a report is made from: the published tables of a period and what is known of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.editions import MANIFEST, held
from pipelines.errors import DataError
from pipelines.notices import unread_files
from pipelines.periods import previous_period
from pipelines.reference import read_csv
from pipelines.reports.office import Office, load_office
from pipelines.workspace import Workspace

Row = dict[str, Any]
Tables = Mapping[str, pa.Table]


@dataclass(frozen=True)
class Report:
    """One period as it is published. Tables by name, as `schemas/published` describes them."""

    period: str
    tables: Tables  # of the period, and those of quality/
    previous: tuple[str, Tables] | None  # the period before and its tables, if it is published
    levels: tuple[Row, ...]  # levels.csv in its order: level, label_vi, section_vi
    measures: Mapping[str, str]  # measure → its Vietnamese label
    office: Office
    templates: Path  # the office's own templates lie here
    published_at: str  # ISO 8601
    revision: int  # how often another vintage was signed in place of the first
    frozen: bool

    def rows(self, table: str, **where: Any) -> list[Row]:
        """Return the rows of a table of this period whose columns equal `where`."""
        return _rows(self.tables, table, where)

    def previous_rows(self, table: str, **where: Any) -> list[Row]:
        """Return such rows of the period before; none if it or the table is not published."""
        if self.previous is None or table not in self.previous[1]:
            return []
        return _rows(self.previous[1], table, where)

    def counts(self, level: str, basis: str = "received") -> Row:
        """Return the row of `counts_by_level`; every level but `unknown` has one."""
        return self._counts[basis, level]

    @cached_property
    def _counts(self) -> dict[tuple[str, str], Row]:
        return {(row["basis"], row["level"]): row for row in self.rows("counts_by_level")}

    @property
    def start(self) -> date:
        """First day of the period."""
        day: date = self.counts("all")["period_start"]
        return day

    @property
    def end(self) -> date:
        """Last day of the period, as of which its figures stand."""
        day: date = self.counts("all")["period_end"]
        return day

    @property
    def provisional(self) -> bool:
        """Whether the newest export was taken before the period's end."""
        return bool(self.counts("all")["provisional"])

    @cached_property
    def exported_on(self) -> date | None:
        """The day of the newest export, where any is known."""
        days = [row["snapshot_on"] for row in self.rows("sources")]
        return max((day for day in days if day is not None), default=None)

    @cached_property
    def unread(self) -> list[str]:
        """The files that could not be read: the figures are without their dossiers."""
        return unread_files(self.rows("sources"))

    @cached_property
    def level_labels(self) -> dict[str, str]:
        """Level → its Vietnamese label (cấp huyện), in the order of reports, `all` last."""
        return {row["level"]: row["label_vi"] for row in self.levels}

    def levels_in_use(self, basis: str = "received") -> list[str]:
        """Return the levels, without `all`, that have dossiers in scope, in order."""
        found = {level for (row_basis, level), row in self._counts.items()
                 if row_basis == basis and row["in_scope"]}  # fmt: skip
        return [level for level in self.level_labels if level in found and level != "all"]


def _rows(tables: Tables, table: str, where: Mapping[str, Any]) -> list[Row]:
    rows: list[Row] = tables[table].to_pylist()
    return [row for row in rows if all(row[name] == value for name, value in where.items())]


def load_report(workspace: Workspace, period: str) -> Report:
    """Return what is published of `period` (a name such as `2023Q3`).

    All tables are of one edition, whatever is published meanwhile. Raises `DataError` if the
    period is not published.
    """
    edition = held(workspace).published
    try:
        manifest = json.loads((edition / MANIFEST).read_text(encoding="utf-8"))
        facts = manifest["periods"][period]
    except (OSError, ValueError, KeyError) as error:
        raise DataError(
            f"Kỳ {period} chưa được công bố: hãy chạy make quarter Q={period} trước."
        ) from error
    tables = _tables(edition / f"period={period}")
    before = previous_period(period)
    published_before = before in manifest["periods"]
    return Report(
        period=period,
        tables=tables | _tables(edition / "quality"),
        previous=(before, _tables(edition / f"period={before}")) if published_before else None,
        levels=tuple(read_csv(workspace.reference, "levels")),
        measures={r["measure"]: r["label_vi"] for r in read_csv(workspace.reference, "measures")},
        office=load_office(workspace, tables["counts_by_unit"]),
        templates=workspace.data / "templates",
        published_at=facts["published_at"],
        revision=max(len(facts.get("signed", ())) - 1, 0),
        frozen=bool(facts.get("frozen")),
    )


def _tables(folder: Path) -> dict[str, pa.Table]:
    return {
        path.stem: pq.read_table(path, partitioning=None)
        for path in sorted(folder.glob("*.parquet"))
    }
