"""Proving that what is published is whole: checksums, row counts and identities."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console

from pipelines import run_log
from pipelines.errors import DataError
from pipelines.exports import hash_now
from pipelines.files import sha256_of
from pipelines.publish import read_manifest
from pipelines.published_contract import published_contracts
from pipelines.workspace import Workspace


def verify(workspace: Workspace, console: Console) -> int:
    """Print what is wrong with the published files and return 1, or say that all is whole.

    Every file of the manifest is there with its checksum and number of rows, no other file lies
    beside them, the run log is unbroken, the identities of the contracts hold in the Parquet as it
    is now, and the raw files are those that were used. Raises `DataError` if nothing is published.
    """
    manifest = read_manifest(workspace)
    if not manifest:
        raise DataError(
            f"Chưa có gì được công bố trong {workspace.shown(workspace.curated)}: "
            "hãy chạy make quarter trước."
        )
    problems = [*_files(workspace, manifest["files"]), *_database(workspace, manifest)]
    problems += run_log.read(workspace).problems
    if not problems:
        problems = _identities(workspace, sorted(manifest["periods"]))
    for problem in problems:
        console.print(f"✗ {problem}", markup=False, highlight=False, soft_wrap=True)
    for remark in _raw_files(workspace, manifest):
        console.print(f"! {remark}", markup=False, highlight=False, soft_wrap=True)
    if problems:
        return 1
    files, periods = len(manifest["files"]), ", ".join(sorted(manifest["periods"]))
    console.print(f"Nguyên vẹn: {files} tệp đã công bố của kỳ {periods} đúng như bản kê.")
    return 0


def _files(workspace: Workspace, stated: dict[str, dict[str, object]]) -> list[str]:
    problems = []
    for name, facts in stated.items():
        path = workspace.curated / name
        if not path.is_file():
            problems.append(f"{name}: thiếu tệp này; hãy chạy lại make quarter.")
        elif sha256_of(path) != facts["sha256"]:
            problems.append(f"{name}: nội dung đã bị thay đổi sau khi công bố.")
        elif "rows" in facts and pq.read_metadata(path).num_rows != facts["rows"]:
            problems.append(f"{name}: số dòng khác với bản kê.")
    folders = {Path(name).parent for name in stated}
    for folder in sorted(folders):
        for path in sorted((workspace.curated / folder).glob("*")):
            name = str(folder / path.name)
            if name not in stated:
                problems.append(f"{name}: tệp lạ, không có trong bản kê.")
    return problems


def _database(workspace: Workspace, manifest: dict[str, dict[str, str]]) -> list[str]:
    if not workspace.database.is_file():
        return [f"{workspace.database.name}: thiếu cơ sở dữ liệu; hãy chạy lại make quarter."]
    if sha256_of(workspace.database) != manifest["database"]["sha256"]:
        return [f"{workspace.database.name}: nội dung đã bị thay đổi sau khi công bố."]
    return []


def _identities(workspace: Workspace, periods: list[str]) -> list[str]:
    """Run the rules of all contracts over the published Parquet."""
    problems = []
    with duckdb.connect() as connection:
        for contract in published_contracts().values():
            folders = (
                ["quality"]
                if contract.folder == "quality"
                else [f"period={period}" for period in periods]
            )
            parts = []
            for folder in folders:
                path = workspace.curated / folder / f"{contract.name}.parquet"
                part = pq.read_table(path, partitioning=None)
                if contract.folder == "period" and "period" not in part.column_names:
                    name = folder.removeprefix("period=")
                    part = part.append_column("period", pa.array([name] * part.num_rows))
                parts.append(part)
            connection.register(contract.name, pa.concat_tables(parts))
        for contract in published_contracts().values():
            for rule in contract.rules:
                found = connection.execute(f"select count(*) from ({rule.query})").fetchone()
                if found and found[0]:
                    problems.append(f"{contract.name}: {rule.description} ({found[0]} dòng).")
    return problems


def _raw_files(
    workspace: Workspace, manifest: dict[str, dict[str, dict[str, dict[str, str]]]]
) -> list[str]:
    """Remarks, not faults: exports come and go, and what is published stays true of its own."""
    remarks = []
    hashes: dict[str, str | None] = {}
    for period, facts in sorted(manifest["periods"].items()):
        for name, sha256 in sorted(facts["sources"].items()):
            if name not in hashes:
                hashes[name] = hash_now(workspace.raw, name)
            if hashes[name] is None:
                remarks.append(f"Kỳ {period}: tệp nguồn {name} không còn trong data/raw.")
            elif hashes[name] != sha256:
                remarks.append(f"Kỳ {period}: tệp nguồn {name} đã thay đổi sau khi công bố.")
    return remarks
