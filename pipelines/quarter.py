"""The main job: find exports → stage each → build the tables → check → publish."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console

from pipelines import checks, expectations, rejects_workbook, run_events, run_log
from pipelines.console import progress
from pipelines.coverage import coverage, covered_periods
from pipelines.editions import manifest_intact, read_manifest
from pipelines.engines import DUCKDB, Engine, copy_wanted, open_engine
from pipelines.engines.duckdb import DuckDB
from pipelines.errors import DataError, IgateError
from pipelines.exports import Found, find_exports
from pipelines.files import has_hash, write_atomically
from pipelines.findings import (
    CRITICAL,
    UNREADABLE,
    CheckResult,
    all_unread_named,
    findings,
    period_findings,
    sample_lines,
)
from pipelines.fingerprint import fingerprint, software
from pipelines.inputs import load_inputs
from pipelines.lock import run_lock
from pipelines.options import Options
from pipelines.periods import Period, load_period
from pipelines.publish import publish
from pipelines.published_contract import TableContract, published_contracts
from pipelines.quality_page import quality_page
from pipelines.reference import read_csv
from pipelines.sources import Source, stage_all
from pipelines.staging_cache import clear_remains
from pipelines.tables import build_tables, statements
from pipelines.vintages import PeriodFacts
from pipelines.workspace import Workspace

ALL = "all"
# What is said of a run and of its rejected rows besides the published tables.
_TOLD = ("reporting_periods", "period_files", "tie_out")


@dataclass(frozen=True)
class Outcome:
    """How a run ended: whether there was anything new, and which files there were."""

    periods: list[Period]
    new: bool
    seconds: float
    found: Found


def run_quarter(
    workspace: Workspace,
    names: list[str],
    options: Options,
    console: Console,
    engine: str = DUCKDB,
) -> Outcome:
    """Count the periods `names` from everything under `raw/` and publish them.

    `all` among the names stands for every period that the exports cover; `engine` names what
    runs the SQL. Raises `CommandError` for a bad period, a missing folder or an engine that is not
    installed, `DataError` if nothing usable was found or a critical check failed; what was
    published before then stays.
    """
    started = time.monotonic()
    wanted = [name for name in dict.fromkeys(names) if name.strip().lower() != ALL]
    periods = [load_period(name, workspace.reference) for name in wanted]
    with run_lock(workspace), ExitStack() as closing:
        clear_remains(workspace.staging)
        opened = cache(lambda: closing.enter_context(open_engine(engine, workspace.staging)))
        # Before anything is imported in a thread, for which each of hundreds of files would wait.
        made_by = software(workspace)
        # Where a file is new there is something to check, and hashing leaves a core idle.
        found = find_exports(workspace, expectations.import_in_background)
        sources = None
        if len(wanted) < len(set(names)):
            stage = opened().stage
            expectations.import_in_background()
            sources = stage_all(workspace, found.files, console, stage)
            covered = coverage(sources, workspace.reference)
            periods = [*dict.fromkeys([*periods, *covered_periods(covered, workspace.reference)])]
        marks = {each.name: fingerprint(found, each, options, made_by) for each in periods}
        new = not _is_published(workspace, marks)
        run: dict[str, Any] = {"periods": sorted(marks)}
        if new:
            run |= {"inputs": {raw.name: raw.sha256 for raw in found.files}}
            try:
                _run(workspace, found, sources, periods, options, marks, run, console, opened())
            except IgateError as reason:
                run_log.append(workspace, run_log.FAILED, **run, reason=str(reason))
                raise
        else:
            if copy_wanted(engine, workspace):
                opened().copy_published(workspace)
            run |= {"manifest": run_log.manifest_hash(workspace)}
            run_log.append(workspace, run_log.UNCHANGED, **run)
        _tell(workspace, periods, new)
    return Outcome(periods, new, time.monotonic() - started, found)


def _run(
    workspace: Workspace,
    found: Found,
    sources: list[Source] | None,
    periods: list[Period],
    options: Options,
    marks: dict[str, str],
    run: dict[str, Any],
    console: Console,
    engine: Engine,
) -> None:
    expectations.import_in_background()
    if sources is None:
        sources = stage_all(workspace, found.files, console, engine.stage)
    load_inputs(engine, sources, periods, workspace.reference)
    _load_options(engine, options)
    selects = statements() | checks.check_selects()
    run_events.event("files_read", files=len(sources))
    with progress(console, "Tính số liệu", len(selects)) as built:
        build_tables(engine, selects, built)
    run_events.event("tables_built", tables=len(selects))
    connection = engine.local([*_checked(), *checks.check_selects(), *_TOLD])
    with console.status("Kiểm tra số liệu"):
        results = _check(connection, options)
    for result in results:
        if not result.success:
            run_events.event(
                "finding", check=result.check_id, severity=result.severity, count=result.count
            )
    reasons = read_csv(workspace.reference, "reject_reasons")
    rejects = {
        rejects_workbook.file_name(each.name): rejects_workbook.rejects_workbook(
            connection, each, reasons
        )
        for each in periods
    }
    _stop_if_critical(workspace, results, rejects)
    _create_findings(connection, results)
    now = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).isoformat(timespec="seconds")
    hashes = {source.raw.name: source.raw.sha256 for source in sources}
    # No mark, no "nothing new": what could not be read now is tried again by the next run.
    again = any(source.try_again for source in sources)
    facts = {
        name: PeriodFacts("" if again else mark, hashes, now, asdict(options))
        for name, mark in marks.items()
    }

    def announce(manifest: dict[str, Any], checksum: str) -> None:
        told = {**run, **_outputs(manifest, results, marks), "manifest": checksum}
        run_log.append(workspace, run_log.PUBLISHED, **told)

    publish(
        workspace,
        connection,
        facts,
        run={"at": now, "periods": sorted(marks), "tie_out": _tie_out(connection)},
        pages={
            "checks.html": quality_page(
                all_unread_named(connection, results), sorted(marks), now
            ).encode(),
            **rejects,
        },
        announce=announce,
    )
    engine.copy_published(workspace)


def _tell(workspace: Workspace, periods: list[Period], new: bool) -> None:
    """Log where the rows of each file went, and the counts of each period."""
    columns = ("rows_read", "accepted", "rejected", "ignored")
    for row in published_table(workspace, "quality", "sources").to_pylist() if new else ():
        run_events.event("file", file=row["source_file"], **{name: row[name] for name in columns})
    for period in periods:
        table = published_table(workspace, f"period={period.name}", "counts_by_level")
        for row in table.to_pylist():
            if row["basis"] == "received":
                facts = {name: row[name] for name in ("level", "received", "handled", "late")}
                run_events.event("published", period=period.name, new=new, **facts)


def _outputs(
    manifest: dict[str, Any], results: list[CheckResult], marks: dict[str, str]
) -> dict[str, Any]:
    """Return what the run log says of a publication: its files by hash, and what was found."""
    folders = {"quality", *(f"period={name}" for name in marks)}
    return {
        "outputs": {
            n: f["sha256"] for n, f in manifest["files"].items() if n.split("/")[0] in folders
        },
        "findings": {r.check_id: r.count for r in results if not r.success},
    }


def _is_published(workspace: Workspace, marks: dict[str, str]) -> bool:
    """Whether exactly these periods were published last, from exactly these inputs, and every file
    is as it was then: a damaged one is made anew.
    """
    manifest = read_manifest(workspace)
    published = manifest.get("periods", {})
    return (
        manifest.get("run", {}).get("periods") == sorted(marks)
        and all(published[name]["fingerprint"] == mark for name, mark in marks.items())
        and manifest_intact(workspace)
        and all(
            has_hash(workspace.curated / path, facts["sha256"])
            for path, facts in manifest["files"].items()
            if path.startswith("quality/")
            or Path(path).parent.name.removeprefix("period=") in marks
        )
        and has_hash(workspace.database, manifest["database"]["sha256"])
    )


def _load_options(engine: Engine, options: Options) -> None:
    table = pa.table({"max_rejected": pa.array([options.max_rejected], pa.float64())})
    engine.create_table("run_options", table)


def _tie_out(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return what the accepted rows of all files are: dossiers, superseded rows, procedures."""
    found = connection.execute("select * from tie_out")
    names = [column[0] for column in found.description or ()]
    return dict(zip(names, found.fetchone() or (), strict=True))


def _checked() -> dict[str, TableContract]:
    """Return the published tables that SQL makes."""
    made_here = ("findings", "period_findings")
    return {n: each for n, each in published_contracts().items() if n not in made_here}


def _check(connection: duckdb.DuckDBPyConnection, options: Options) -> list[CheckResult]:
    lenient = frozenset({"unknown_unit"} if options.allow_unknown_units else ())
    return checks.run_checks(connection, _checked().values(), lenient)


def _stop_if_critical(
    workspace: Workspace, results: list[CheckResult], rejects: dict[str, bytes]
) -> None:
    """Raise `DataError` if a critical check failed; too many rejected rows are left in staging as
    workbooks, since they are needed the most when nothing is published.
    """
    critical = [r for r in results if not r.success and r.severity == CRITICAL]
    if not critical:
        return
    said = [
        "\n      ".join(
            [
                f"  • {checks.counted_text(r.check_id, r.count, r.message)}",
                *sample_lines(r.check_id, r.sample),
            ]
        )
        for r in critical
    ]
    if any(result.check_id == "too_many_rejected" for result in critical):
        for name, content in rejects.items():
            write_atomically(workspace.staging / name, content)
            said.append(f"  Danh sách dòng bị loại: {workspace.shown(workspace.staging / name)}")
    unread = [r for r in results if not r.success and r.check_id == UNREADABLE]
    for r in unread:
        said.append(f"  Ngoài ra, {checks.counted_text(r.check_id, r.count, r.message)}:")
        said += [f"      {line}" for line in sample_lines(r.check_id, r.sample)]
    listed = "\n".join(said)
    raise DataError(f"Số liệu không đạt kiểm tra bắt buộc nên chưa được công bố:\n{listed}")


def _create_findings(connection: duckdb.DuckDBPyConnection, results: list[CheckResult]) -> None:
    local = DuckDB(connection)
    local.create_table("findings", findings(results))
    local.create_table("period_findings", period_findings(connection, results))


def published_table(workspace: Workspace, folder: str, table: str) -> pa.Table:
    """Return a published table, for example `period=2023Q3`, `counts_by_level`."""
    return pq.ParquetFile(Path(workspace.published, folder, f"{table}.parquet")).read()
