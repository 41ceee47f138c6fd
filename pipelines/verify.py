"""Proving that what is published is whole: checksums, row counts and identities."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console

from pipelines import run_log
from pipelines.editions import MANIFEST, REVISIONS, manifest_intact, read_manifest
from pipelines.errors import DataError
from pipelines.exports import hashes_now
from pipelines.files import sha256_of
from pipelines.published_contract import published_contracts
from pipelines.vintages import FACTS, vintage_facts, vintage_folder
from pipelines.workspace import Workspace


def verify(workspace: Workspace, console: Console) -> int:
    """Print what is wrong with the published files and return 1, or say that all is whole.

    Every file of the manifest and of every kept vintage is there with its checksum and number of
    rows, no other file lies beside them, the run log is unbroken, the identities of the contracts
    hold in the Parquet as it is now, and the raw files are those that were used. If something is
    published meanwhile, that is proved instead. Raises `DataError` if nothing is published.
    """
    while True:
        manifest = read_manifest(workspace)
        if not manifest:
            raise DataError(
                f"Chưa có gì được công bố trong {workspace.shown(workspace.curated)}: "
                "hãy chạy make quarter trước."
            )
        try:
            problems, kept = _problems(workspace, manifest)
        except (OSError, DataError, duckdb.Error, pa.ArrowException):
            if read_manifest(workspace) == manifest:
                raise
            continue
        if not problems or read_manifest(workspace) == manifest:
            break
    for problem in problems:
        console.print(f"✗ {problem}", markup=False, highlight=False, soft_wrap=True)
    for remark in _raw_files(workspace, manifest):
        console.print(f"! {remark}", markup=False, highlight=False, soft_wrap=True)
    if problems:
        return 1
    files, periods = len(manifest["files"]), ", ".join(sorted(manifest["periods"]))
    console.print(f"Nguyên vẹn: {files} tệp đã công bố của kỳ {periods} đúng như bản kê.")
    if kept:
        console.print(f"Nguyên vẹn: {len(kept)} tệp của các lần công bố trước.")
    return 0


def _problems(workspace: Workspace, manifest: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
    """Return what is wrong, and the files of vintages that are not visible now."""
    older, kept = _older_vintages(workspace, manifest)
    problems = [*_files(workspace, manifest["files"] | kept), *older]
    problems += _database(workspace, manifest)
    if not manifest_intact(workspace):
        problems.append(f"{MANIFEST}: bản kê bị thiếu hoặc bị sửa; hãy chạy lại make quarter.")
    problems += run_log.read(workspace).problems
    return problems or _identities(workspace, manifest), kept


def _older_vintages(
    workspace: Workspace, manifest: dict[str, Any]
) -> tuple[list[str], dict[str, Any]]:
    """Return what is wrong with the lists of files of the vintages that are not visible now, and
    those files by their paths below the curated folder.
    """
    problems: list[str] = []
    files: dict[str, Any] = {}
    for period, numbers in sorted(manifest["vintages"].items()):
        facts = manifest["periods"][period]
        visible = {facts["vintage"], facts.get("revision", facts)["vintage"]}
        for number in sorted(map(int, numbers)):
            if number in visible:
                continue
            folder = vintage_folder(workspace, period, number).relative_to(workspace.curated)
            path = workspace.curated / folder / FACTS
            if not path.is_file():
                problems.append(f"{folder}: thiếu lần công bố này; hãy khôi phục từ bản sao lưu.")
            elif sha256_of(path) != numbers[str(number)]:
                problems.append(f"{folder}/{FACTS}: nội dung đã bị thay đổi sau khi công bố.")
            else:
                files[f"{folder}/{FACTS}"] = {"sha256": numbers[str(number)]}
                for name, stated in vintage_facts(workspace, period, number)["files"].items():
                    files[f"{folder}/{name}"] = stated
    return problems, files


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


def _identities(workspace: Workspace, manifest: dict[str, Any]) -> list[str]:
    """Run the rules of all contracts over the published Parquet, that of revisions by itself.

    What was published by an earlier version of a contract was held against that one then.
    """
    found: dict[str, dict[str, str]] = {}
    for name, facts in manifest["files"].items():
        path = Path(name)
        if path.suffix == ".parquet":
            found.setdefault(str(path.parent), {})[path.stem] = facts["schema_version"]

    def current(folder: str, kind: str) -> bool:
        contracts = published_contracts().values()
        return found[folder] == {c.name: c.version for c in contracts if c.folder == kind}

    if not current("quality", "quality"):
        return []
    folders = [folder for folder in sorted(found) if folder != "quality"]
    folders = [folder for folder in folders if current(folder, "period")]
    revised = [folder for folder in folders if folder.startswith(REVISIONS)]
    signed = [folder for folder in folders if folder not in revised]
    return [
        problem
        for together in (signed, revised)
        if together
        for problem in _broken_rules(workspace, together)
    ]


def _broken_rules(workspace: Workspace, folders: list[str]) -> list[str]:
    """Run all rules over the tables of `folders`, periods side by side, and of the quality."""
    problems = []
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        for contract in published_contracts().values():
            parts = []
            for folder in ["quality"] if contract.folder == "quality" else folders:
                path = workspace.curated / folder / f"{contract.name}.parquet"
                part = pq.read_table(path, partitioning=None)
                # Whether a column may be empty is written by what it holds, so it differs.
                part = part.cast(pa.schema([f.with_nullable(True) for f in part.schema]))
                if contract.folder == "period" and "period" not in part.column_names:
                    name = Path(folder).name.removeprefix("period=")
                    part = part.append_column(
                        "period", pa.array([name] * part.num_rows, pa.string())
                    )
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
    hashes = hashes_now(workspace.raw)
    for period, facts in sorted(manifest["periods"].items()):
        for name, sha256 in sorted(facts["sources"].items()):
            if name not in hashes:
                remarks.append(f"Kỳ {period}: tệp nguồn {name} không còn trong data/raw.")
            elif hashes[name] != sha256:
                remarks.append(f"Kỳ {period}: tệp nguồn {name} đã thay đổi sau khi công bố.")
    return remarks
