"""Publishing: a new edition is built beside the old one and switched to with one rename.

    data/curated/
      .vintages/period=2023Q3/0001/*.parquet   a quarter as it was once published; never changed
      .editions/000001/                        everything that is published at one time:
          period=2023Q3 → its vintage, quality/, manifest.json, igate.duckdb
      .editions/current → 000001               the one link whose renaming publishes
      period=2023Q3, quality, manifest.json → the same in the current edition
    data/igate.duckdb → the same in the current edition

A reader that follows any of these paths sees one edition; files once open stay readable.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from pipelines import __version__
from pipelines.database import build_database
from pipelines.files import sha256_of
from pipelines.published_contract import TableContract, arrow_schema, published_contracts
from pipelines.workspace import Workspace

MANIFEST = "manifest.json"
_KEPT_EDITIONS = 3  # a reader that resolved an older one a moment ago still finds its files


@dataclass(frozen=True)
class PeriodFacts:
    """What the manifest says of a period besides its files."""

    fingerprint: str  # of everything that its figures follow from
    sources: dict[str, str]  # raw file → SHA-256
    published_at: str


def read_manifest(workspace: Workspace) -> dict[str, Any]:
    """Return the manifest of what is published, empty if nothing is."""
    try:
        content: dict[str, Any] = json.loads(
            (workspace.curated / MANIFEST).read_text(encoding="utf-8")
        )
    except (OSError, ValueError):
        return {}
    return content


def publish(
    workspace: Workspace,
    connection: duckdb.DuckDBPyConnection,
    periods: dict[str, PeriodFacts],
    run: dict[str, Any],
    pages: dict[str, str],
) -> dict[str, Any]:
    """Publish the tables in `connection` for `periods` and return the new manifest.

    `run` goes into the manifest as it is; `pages` are further files of `quality/` by name.
    What other periods have published stays.
    """
    editions = workspace.curated / ".editions"
    editions.mkdir(parents=True, exist_ok=True)
    _clear_remains(workspace)
    old = read_manifest(workspace)
    facts: dict[str, Any] = dict(old.get("periods", {}))
    contracts = published_contracts()
    for period, each in sorted(periods.items()):
        vintage = _write_vintage(workspace, connection, period, facts.get(period))
        facts[period] = {
            "vintage": vintage,
            "published_at": each.published_at,
            "fingerprint": each.fingerprint,
            "sources": each.sources,
        }
    new = editions / f".new-{os.getpid()}"
    (new / "quality").mkdir(parents=True)
    for contract in contracts.values():
        if contract.folder == "quality":
            _write_table(connection, contract, new / "quality", None)
    for name, content in pages.items():
        (new / "quality" / name).write_text(content, encoding="utf-8")
    for period, fact in facts.items():
        target = Path("..", "..", ".vintages", f"period={period}", f"{fact['vintage']:04d}")
        (new / f"period={period}").symlink_to(target)
    build_database(new / "igate.duckdb", new, sorted(facts))
    manifest = {
        "software": f"igate {__version__}",
        "run": run,
        "periods": facts,
        "files": _described(new, contracts),
        "database": {"file": "igate.duckdb", "sha256": sha256_of(new / "igate.duckdb")},
    }
    content = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    (new / MANIFEST).write_text(content, encoding="utf-8")
    _settle(new)
    _switch(workspace, new, sorted(facts))
    return manifest


def _write_vintage(
    workspace: Workspace,
    connection: duckdb.DuckDBPyConnection,
    period: str,
    published: dict[str, Any] | None,
) -> int:
    """Write a period's tables as a new vintage and return its number.

    If they are byte for byte what is published already, that vintage stands.
    """
    folder = workspace.curated / ".vintages" / f"period={period}"
    new = folder / f".new-{os.getpid()}"
    new.mkdir(parents=True)
    for contract in published_contracts().values():
        if contract.folder == "period":
            _write_table(connection, contract, new, period)
    if published is not None:
        current = folder / f"{published['vintage']:04d}"
        if _same_files(current, new):
            shutil.rmtree(new)
            return int(published["vintage"])
    _settle(new)
    taken = [int(path.name) for path in folder.iterdir() if path.name.isdigit()]
    vintage = max(taken, default=0) + 1
    new.rename(folder / f"{vintage:04d}")
    return vintage


def _write_table(
    connection: duckdb.DuckDBPyConnection,
    contract: TableContract,
    folder: Path,
    period: str | None,
) -> None:
    """Write one Parquet by its contract: columns, types and a total order of rows."""
    path = folder / f"{contract.name}.parquet"
    columns = ", ".join(f'cast("{p.name}" as {p.type}) as "{p.name}"' for p in contract.properties)
    where = "" if period is None else "where period = $period"
    parameters = {"path": str(path)} | ({} if period is None else {"period": period})
    connection.execute(
        f"copy (select {columns} from {contract.name} {where} "
        f"order by {', '.join(contract.sort_order)}) to $path (format parquet, compression zstd)",
        parameters,
    )
    written = pq.read_schema(path).remove_metadata()
    promised = arrow_schema(contract)
    assert [(f.name, f.type) for f in written] == [(f.name, f.type) for f in promised], path.name


def _described(edition: Path, contracts: dict[str, TableContract]) -> dict[str, Any]:
    """Return path → checksum, rows and schema version of every file of an edition."""
    described = {}
    for folder in sorted(edition.iterdir()):
        if not folder.is_dir():
            continue
        for path in sorted(folder.iterdir()):
            entry: dict[str, Any] = {"sha256": sha256_of(path)}
            if path.suffix == ".parquet":
                entry["rows"] = pq.read_metadata(path).num_rows
                entry["schema_version"] = contracts[path.stem].version
            described[f"{folder.name}/{path.name}"] = entry
    return described


def _same_files(one: Path, other: Path) -> bool:
    def hashes(folder: Path) -> dict[str, str]:
        if not folder.is_dir():
            return {}
        return {path.name: sha256_of(path) for path in folder.iterdir()}

    return hashes(one) == hashes(other)


def _settle(folder: Path) -> None:
    """Force a folder's files to the disk, so that the rename that follows cannot overtake them."""
    for path in [*folder.rglob("*"), folder]:
        if path.is_symlink():
            continue
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _switch(workspace: Workspace, new: Path, periods: Iterable[str]) -> None:
    editions = new.parent
    taken = [int(path.name) for path in editions.iterdir() if path.name.isdigit()]
    edition = editions / f"{max(taken, default=0) + 1:06d}"
    new.rename(edition)
    _link(editions / "current", Path(edition.name))  # from here on the new edition is published
    current = Path(".editions", "current")
    for name in ["quality", MANIFEST, *(f"period={period}" for period in periods)]:
        _link(workspace.curated / name, current / name)
    _link(workspace.database, Path(workspace.curated.name, current, "igate.duckdb"))
    for number in sorted(taken)[: -(_KEPT_EDITIONS - 1) or None]:
        shutil.rmtree(editions / f"{number:06d}")


def _link(path: Path, target: Path) -> None:
    """Make `path` a link to `target` with one rename, unless it is that already."""
    if path.is_symlink() and path.readlink() == target:
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)  # a folder of an earlier layout, or made by hand: not ours to read
    temporary.replace(path)


def _clear_remains(workspace: Workspace) -> None:
    """Remove what a killed run left half-built."""
    for remains in [
        *workspace.curated.glob(".editions/.new-*"),
        *workspace.curated.glob(".vintages/*/.new-*"),
        *workspace.staging.glob(".staging-*"),
    ]:
        shutil.rmtree(remains, ignore_errors=True)
