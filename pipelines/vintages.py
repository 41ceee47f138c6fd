"""Vintages: every publication of a period, kept and numbered, with what it was made from.

    data/curated/.vintages/period=2023Q3/0001/*.parquet     the tables; never changed
                                             vintage.json   when, by which software, from what

The manifest has the checksum of each `vintage.json`, which has those of the files beside it.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from pipelines import __version__
from pipelines.editions import settle
from pipelines.errors import CommandError, DataError
from pipelines.files import has_hash
from pipelines.parquet import described, write_table
from pipelines.published_contract import published_contracts
from pipelines.workspace import Workspace

FACTS = "vintage.json"
# Where a row stands in the exports, and whether more was to come: it may change without any
# figure or any dossier being another.
PROVENANCE = frozenset({"source_file", "source_sheet", "source_row", "provisional"})


@dataclass(frozen=True)
class PeriodFacts:
    """What a run knows of a period besides its tables."""

    fingerprint: str  # of everything that its figures follow from
    sources: dict[str, str]  # raw file → SHA-256
    published_at: str
    options: dict[str, Any]  # what the run was told


def vintage_folder(workspace: Workspace, period: str, number: int) -> Path:
    """Return where a vintage lies."""
    return workspace.curated / ".vintages" / f"period={period}" / f"{number:04d}"


def vintage_facts(workspace: Workspace, period: str, number: int) -> dict[str, Any]:
    """Return a vintage's `vintage.json`; raise `DataError` if it cannot be read."""
    path = vintage_folder(workspace, period, number) / FACTS
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(
            f"Không đọc được {workspace.shown(path)}, nên không rõ lần công bố {number} của kỳ "
            f"{period} gồm những gì: hãy khôi phục thư mục này từ bản sao lưu."
        ) from error
    return content


def kept_vintages(manifest: dict[str, Any], period: str) -> list[int]:
    """Return the numbers of a period's vintages, oldest first; raise `CommandError` if none."""
    numbers = sorted(int(number) for number in manifest.get("vintages", {}).get(period, {}))
    if not numbers:
        published = ", ".join(sorted(manifest.get("periods", {})))
        raise CommandError(
            f"Kỳ {period} chưa được công bố: hãy chạy make quarter Q={period} trước."
            + (f" Các kỳ đã công bố: {published}." if published else "")
        )
    return numbers


def chosen_vintage(manifest: dict[str, Any], period: str, number: int) -> int:
    """Return `number` if the period has that vintage, else raise `CommandError`."""
    kept = kept_vintages(manifest, period)
    if number not in kept:
        raise CommandError(
            f"Kỳ {period} không có lần công bố {number}; hiện có: {', '.join(map(str, kept))}."
        )
    return number


def write_vintage(
    workspace: Workspace,
    connection: duckdb.DuckDBPyConnection,
    period: str,
    facts: PeriodFacts,
    standing: set[int],
    signed: int | None,
) -> int:
    """Write a period's tables as a new vintage and return its number.

    If they are byte for byte those of a `standing` vintage, or say the same as the `signed`
    one, that one stands and is returned.
    """
    folder = workspace.curated / ".vintages" / f"period={period}"
    new = folder / f".new-{os.getpid()}"
    new.mkdir(parents=True)
    for contract in published_contracts().values():
        if contract.folder == "period":
            write_table(connection, contract, new, period)
    files = described(new)
    for number in sorted(standing):
        if vintage_facts(workspace, period, number)["files"] == files or (
            number == signed and same_content(vintage_folder(workspace, period, number), new)
        ):
            _mend(vintage_folder(workspace, period, number), new, files)
            shutil.rmtree(new)
            return number
    # A killed run may have left one that no manifest has; its number is not used again.
    taken = [int(path.name) for path in folder.iterdir() if path.name.isdigit()]
    number = max(taken, default=0) + 1
    content = {
        "period": period,
        "vintage": number,
        **_interval(connection, period),
        "published_at": facts.published_at,
        "software": f"igate {__version__}",
        "fingerprint": facts.fingerprint,
        "options": facts.options,
        "sources": facts.sources,
        "corrected": _corrected(connection, period),
        "files": files,
    }
    (new / FACTS).write_text(
        json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    settle(new)
    new.rename(folder / f"{number:04d}")
    return number


def _mend(standing: Path, new: Path, files: dict[str, Any]) -> None:
    """Put in the place of a standing vintage's damaged files the same ones, made anew."""
    stated = json.loads((standing / FACTS).read_text(encoding="utf-8"))["files"]
    for name, facts in stated.items():
        path = standing / name
        if facts == files.get(name) and not has_hash(path, facts["sha256"]):
            (new / name).replace(path)


def _interval(connection: duckdb.DuckDBPyConnection, period: str) -> dict[str, Any]:
    row = connection.execute(
        "select period_start, period_end, provisional from reporting_periods where period = $1",
        [period],
    ).fetchone()
    assert row is not None
    return {"period_start": str(row[0]), "period_end": str(row[1]), "provisional": row[2]}


def _corrected(connection: duckdb.DuckDBPyConnection, period: str) -> list[str]:
    """Return the codes of the period's dossiers that corrections.yml corrected."""
    rows = connection.execute(
        """select distinct dossiers.dossier_code
        from dossiers
        inner join corrected_dossiers on dossiers.dossier_code = corrected_dossiers.dossier_code
        where dossiers.period = $1
        order by 1""",
        [period],
    ).fetchall()
    return [code for (code,) in rows]


def same_content(old: Path, new: Path) -> bool:
    """Whether two vintages say the same, wherever in the exports their rows stand."""
    with duckdb.connect() as connection:
        for table in shared_tables(old, new):
            columns = ", ".join(f'"{name}"' for name in content_columns(old, new, table))
            sides = {"old": str(old / f"{table}.parquet"), "new": str(new / f"{table}.parquet")}
            for one, other in (("old", "new"), ("new", "old")):
                left, right = (
                    f"select {columns} from read_parquet(${side}, hive_partitioning = false)"
                    for side in (one, other)
                )
                query = f"select 1 from ({left} except all {right}) limit 1"
                if connection.execute(query, sides).fetchone():
                    return False
    return True


def shared_tables(old: Path, new: Path) -> list[str]:
    """Return the tables that two vintages have: one that a newer version of the software adds
    moves no figure of the older one.
    """
    return sorted(
        {path.stem for path in old.glob("*.parquet")}
        & {path.stem for path in new.glob("*.parquet")}
    )


def content_columns(old: Path, new: Path, table: str) -> list[str]:
    """Return the columns of a table that both vintages have and that are not mere provenance."""
    others = set(pq.read_schema(new / f"{table}.parquet").names)
    return [
        name
        for name in pq.read_schema(old / f"{table}.parquet").names
        if name in others and name not in PROVENANCE
    ]
