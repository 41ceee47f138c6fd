"""What moved between two vintages of a period: figures, rows of the tables, and dossiers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from pipelines.editions import read_manifest
from pipelines.published_contract import contract_documents, custom_properties, published_contracts
from pipelines.reference import read_csv
from pipelines.vintages import (
    chosen_vintage,
    content_columns,
    kept_vintages,
    shared_tables,
    vintage_facts,
    vintage_folder,
)
from pipelines.workspace import Workspace

APPEARED, DISAPPEARED, CHANGED = "appeared", "disappeared", "changed"
# The cells that any count asks about; a dossier whose others alone changed moved no figure.
_COUNTED = frozenset(
    {
        "level",
        "unit_code",
        "unit_name",
        "field",
        "procedure_code",
        "procedure_name",
        "channel",
        "received_on",
        "closed_on",
        "outcome",
        "received_in_period",
    }
)
_PLACE = ("source_file", "source_sheet", "source_row")
# The same in every row of a period: told once, not row by row.
_INTERVAL = ("period", "period_start", "period_end")


@dataclass(frozen=True)
class FigureChange:
    """A figure of the report that moved; a value is None where a vintage has no such figure."""

    figure_id: str
    label: str
    unit: str
    old: Decimal | None
    new: Decimal | None
    old_text: str
    new_text: str


@dataclass(frozen=True)
class RowChange:
    """A row that appeared, disappeared or changed: its key, and column → (old, new)."""

    kind: str
    key: dict[str, Any]
    changes: dict[str, tuple[Any, Any]]


@dataclass(frozen=True)
class DossierChange:
    """A dossier whose content changed, and the cell where it stands now, or stood."""

    kind: str
    dossier_code: str
    changes: dict[str, tuple[Any, Any]]
    counted: bool  # whether it moved any figure
    corrected: bool
    source_file: str
    source_sheet: str
    source_row: int


@dataclass(frozen=True)
class Difference:
    """Everything that moved from the vintage `old` to the vintage `new` of a period."""

    period: str
    old: dict[str, Any]  # their vintage.json
    new: dict[str, Any]
    figures: list[FigureChange]
    tables: dict[str, list[RowChange]]
    dossiers: list[DossierChange]
    moved_in_files: int  # dossiers that merely stand elsewhere in the exports

    @property
    def nothing_moved(self) -> bool:
        """Whether both say the same, wherever in the exports their rows stand."""
        return not (self.figures or self.tables or self.dossiers)


def pair_to_compare(
    workspace: Workspace, period: str, numbers: list[int]
) -> tuple[int, int] | None:
    """Return the vintages to compare, the older first: those asked for, else what is signed and
    its revision, else the visible one and the one before it; None if there is no other.

    Raises `CommandError` if the period or a vintage is not there.
    """
    manifest = read_manifest(workspace)
    kept = kept_vintages(manifest, period)
    if numbers:
        old, new = (chosen_vintage(manifest, period, number) for number in numbers)
        return old, new
    facts = manifest["periods"][period]
    if "revision" in facts:
        return facts["vintage"], facts["revision"]["vintage"]
    before = [number for number in kept if number < facts["vintage"]]
    return (before[-1], facts["vintage"]) if before else None


def compare(workspace: Workspace, period: str, old: int, new: int) -> Difference:
    """Return what moved from vintage `old` to `new`; both must be there."""
    one, other = (vintage_folder(workspace, period, number) for number in (old, new))
    before, after = (vintage_facts(workspace, period, number) for number in (old, new))
    with duckdb.connect() as connection:
        tables = {
            table: rows
            for table in shared_tables(one, other)
            if _is_counted(table) and (rows := _moved_rows(connection, one, other, table))
        }
        return Difference(
            period,
            before,
            after,
            _figures(connection, one, other, workspace.reference),
            tables,
            _dossiers(connection, one, other, set(before["corrected"]) | set(after["corrected"])),
            _moved_in_files(connection, one, other),
        )


def changed_figures(workspace: Workspace, period: str, old: int, new: int) -> list[FigureChange]:
    """Return only the figures of the report that moved."""
    with duckdb.connect() as connection:
        one, other = (vintage_folder(workspace, period, number) for number in (old, new))
        return _figures(connection, one, other, workspace.reference)


def _is_counted(table: str) -> bool:
    """Whether a table has counts: lists of dossiers follow from `dossiers`."""
    contract = published_contracts().get(table)
    return (
        contract is not None
        and table != "report_figures"
        and all(column.name != "dossier_code" for column in contract.properties)
    )


def _key(table: str) -> list[str]:
    """Return what tells two rows apart: `diffKey` where the contract's key is a mere number."""
    custom = custom_properties(contract_documents()[table])
    key = custom.get("diffKey", published_contracts()[table].primary_key)
    return [column for column in key if column not in _INTERVAL]


def _side_by_side(key: list[str]) -> str:
    """Return the FROM that puts the rows `o` of the older and `n` of the newer table together."""
    keys = " and ".join(f'o."{name}" is not distinct from n."{name}"' for name in key)
    return f"""
        from (select *, true as there from read_parquet($old, hive_partitioning = false)) as o
        full join (select *, true as there from read_parquet($new, hive_partitioning = false)) as n
            on {keys}"""


def _files(old: Path, new: Path, table: str) -> dict[str, str]:
    return {"old": str(old / f"{table}.parquet"), "new": str(new / f"{table}.parquet")}


def _joined(
    connection: duckdb.DuckDBPyConnection,
    old: Path,
    new: Path,
    table: str,
    key: list[str],
    columns: list[str],
    condition: str,
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return the rows of both sides that `condition` selects, side by side, in order of the key;
    `columns` are shown besides the key, and a row that one side lacks is empty there.
    """
    shown = [*key, *columns]
    cells = ", ".join(f'{side}."{name}"' for side in ("o", "n") for name in shown)
    order = ", ".join(f'coalesce(o."{name}", n."{name}")' for name in key)
    rows = connection.execute(
        f"select o.there, n.there, {cells} {_side_by_side(key)} where {condition} order by {order}",
        _files(old, new, table),
    ).fetchall()
    width = len(shown)
    return [
        (
            dict(zip(shown, row[2 : 2 + width], strict=True)) if row[0] else {},
            dict(zip(shown, row[2 + width :], strict=True)) if row[1] else {},
        )
        for row in rows
    ]


def _differs(columns: list[str]) -> str:
    return " or ".join(
        ["o.there is null", "n.there is null"]
        + [f'o."{name}" is distinct from n."{name}"' for name in columns]
    )


def _changes(
    columns: list[str], old: dict[str, Any], new: dict[str, Any]
) -> dict[str, tuple[Any, Any]]:
    pairs = {name: (old.get(name), new.get(name)) for name in columns}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _kind(old: dict[str, Any], new: dict[str, Any]) -> str:
    return CHANGED if old and new else APPEARED if new else DISAPPEARED


def _moved_rows(
    connection: duckdb.DuckDBPyConnection, old: Path, new: Path, table: str
) -> list[RowChange]:
    key = _key(table)
    hidden = {*key, *_INTERVAL, *published_contracts()[table].primary_key}
    columns = [name for name in content_columns(old, new, table) if name not in hidden]
    return [
        RowChange(
            _kind(before, after),
            {name: (after or before)[name] for name in key},
            _changes(columns, before, after),
        )
        for before, after in _joined(connection, old, new, table, key, columns, _differs(columns))
    ]


def _figures(
    connection: duckdb.DuckDBPyConnection, old: Path, new: Path, reference: Path
) -> list[FigureChange]:
    """Return the figures that moved, in the order of the reference: received first, all last."""
    columns = ["value", "text_vi", "label_vi", "unit"]
    pairs = _joined(
        connection, old, new, "report_figures", ["figure_id"], columns, _differs(["value"])
    )
    measures = [row["measure"] for row in read_csv(reference, "measures")]
    levels = [row["level"] for row in read_csv(reference, "levels")]

    def place(figure: FigureChange) -> tuple[int, ...]:
        names = zip((measures, levels), figure.figure_id.split("."), strict=True)
        return tuple(known.index(name) if name in known else len(known) for known, name in names)

    figures = [
        FigureChange(
            (after or before)["figure_id"],
            (after or before)["label_vi"],
            (after or before)["unit"],
            before.get("value"),
            after.get("value"),
            before.get("text_vi", "không có"),
            after.get("text_vi", "không có"),
        )
        for before, after in pairs
    ]
    return sorted(figures, key=place)


def _dossiers(
    connection: duckdb.DuckDBPyConnection, old: Path, new: Path, corrected: set[str]
) -> list[DossierChange]:
    columns = _dossier_columns(old, new)
    shown = [*columns, *_PLACE]
    found = []
    for before, after in _joined(
        connection, old, new, "dossiers", ["dossier_code"], shown, _differs(columns)
    ):
        changes = _changes(columns, before, after)
        place = after or before
        found.append(
            DossierChange(
                _kind(before, after),
                place["dossier_code"],
                changes,
                bool(changes.keys() & _COUNTED),
                place["dossier_code"] in corrected,
                *(place[name] for name in _PLACE),
            )
        )
    # Those whose outcome is another first: they are what a leader asks about.
    return sorted(found, key=lambda each: (not each.counted, "outcome" not in each.changes))


def _moved_in_files(connection: duckdb.DuckDBPyConnection, old: Path, new: Path) -> int:
    """Return how many dossiers say the same and merely stand elsewhere in the exports."""
    moved = _differs(list(_PLACE))
    row = connection.execute(
        f"select count(*) {_side_by_side(['dossier_code'])} "
        f"where not ({_differs(_dossier_columns(old, new))}) and ({moved})",
        _files(old, new, "dossiers"),
    ).fetchone()
    assert row is not None
    return int(row[0])


def _dossier_columns(old: Path, new: Path) -> list[str]:
    hidden = {"dossier_code", *_INTERVAL}
    return [name for name in content_columns(old, new, "dossiers") if name not in hidden]
