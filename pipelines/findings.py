"""What the checks found, as the published tables `findings` and `period_findings`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from pipelines.text import printable

CRITICAL, WARNING, INFO = "critical", "warning", "info"
CHECK_TABLE = "check_{}"  # of a check of sql/checks
SAMPLES = 10
_ORDER = {CRITICAL: 0, WARNING: 1, INFO: 2}
_PERIOD_FINDINGS = pa.schema(
    [
        ("period", pa.string()),
        ("check_id", pa.string()),
        ("severity", pa.string()),
        ("message_vi", pa.string()),
        ("count", pa.int64()),
        ("sample", pa.string()),
    ]
)


@dataclass(frozen=True)
class CheckResult:
    """How one expectation came out; `count` is the number of offending rows."""

    table: str
    check_id: str
    severity: str
    title: str
    message: str
    success: bool
    count: int
    sample: str


def findings(results: Iterable[CheckResult]) -> pa.Table:
    """Return the failed checks as the published table `findings`, the gravest first."""
    failed = [result for result in results if not result.success]
    failed.sort(key=lambda result: (_ORDER[result.severity], result.check_id, result.table))
    return pa.table(
        {
            "check_id": pa.array([result.check_id for result in failed], pa.string()),
            "severity": pa.array([result.severity for result in failed], pa.string()),
            "message_vi": pa.array([result.message for result in failed], pa.string()),
            "count": pa.array([result.count for result in failed], pa.int64()),
            "sample": pa.array([result.sample for result in failed], pa.string()),
        }
    )


def period_findings(
    connection: duckdb.DuckDBPyConnection, results: Iterable[CheckResult]
) -> pa.Table:
    """Return the failed checks of `sql/checks` again, told for each period by itself.

    The rows of a check belong to the period of their column `period`, or with `dossier_code` to
    every period that has the dossier in scope. Checks with neither are about files; they stand
    in `findings` alone. `connection` has the tables of the checks.
    """
    periods = [row[0] for row in connection.execute("select period from periods").fetchall()]
    rows = []
    for result in results:
        if result.success or not result.table.startswith(CHECK_TABLE.format("")):
            continue
        columns = connection.table(result.table).columns
        if "period" in columns:
            condition = "period = $period"
        elif "dossier_code" in columns:
            condition = "dossier_code in (select dossier_code from dossiers where period = $period)"
        else:
            continue
        for period in periods:
            offences = f"(select sample from {result.table} where {condition})"
            count, sample = samples_of(connection, offences, {"period": period})
            if count:
                row = (period, result.check_id, result.severity, result.message, count, sample)
                rows.append(dict(zip(_PERIOD_FINDINGS.names, row, strict=True)))
    return pa.Table.from_pylist(rows, schema=_PERIOD_FINDINGS)


def samples_of(
    connection: duckdb.DuckDBPyConnection, offences: str, parameters: dict[str, str] | None = None
) -> tuple[int, str]:
    """Return how many rows a relation with a column `sample` has, and what some of them say:
    one text per line, the most frequent first.
    """
    found = connection.execute(
        "select sample, count(*) as times, count(*) over () as kinds, sum(times) over () as total "
        f"from {offences} group by sample order by times desc, sample limit {SAMPLES}",
        parameters or {},
    ).fetchall()
    if not found:
        return 0, ""
    texts = [(printable(str(sample)), times) for sample, times, _, _ in found]
    shown = [f"{sample} × {times}" if times > 1 else sample for sample, times in texts]
    _, _, kinds, total = found[0]
    left = kinds - len(found)
    return int(total), "\n".join([*shown, *([f"… và {left} loại khác"] if left else [])])
