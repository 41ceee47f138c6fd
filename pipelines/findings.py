"""What the checks found, as the published tables `findings` and `period_findings`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

import duckdb
import pyarrow as pa

from pipelines.numbers import grouped_text
from pipelines.text import printable

CRITICAL, WARNING, INFO = "critical", "warning", "info"
UNREADABLE = "unreadable_file"
CHECK_TABLE = "check_{}"  # of a check of sql/checks
SAMPLES = 10
_ALL_SAMPLES = 1 << 31
# What stands in a sample besides names, codes, rows and dates; in other checks' samples a number
# may be part of a file's name or of a text from an export.
_COUNTS = re.compile(r"(?<![\w./-])\d{4,}(?= (?:trong|hồ sơ|dòng|kết quả|theo)\b|, thường là|$)")
_COUNTS_IN_SAMPLES = frozenset(
    {
        *("figure_jumps", "results_on_one_day", "silent_unit"),
        *("rows_do_not_add_up", "stock_not_conserved", "too_many_rejected"),
    }
)
_TIMES = re.compile(r"(?<= × )\d{4,}$|(?<= và )\d{4,}(?= (?:loại|tệp) khác$)")
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
    connection: duckdb.DuckDBPyConnection,
    offences: str,
    parameters: dict[str, str] | None = None,
    most: int = SAMPLES,
) -> tuple[int, str]:
    """Return how many rows a relation with a column `sample` has, and what some of them say:
    one text per line, the most frequent first, at most so many.
    """
    found = connection.execute(
        "select sample, count(*) as times, count(*) over () as kinds, sum(times) over () as total "
        f"from {offences} group by sample order by times desc, sample limit {most}",
        parameters or {},
    ).fetchall()
    if not found:
        return 0, ""
    texts = [(printable(str(sample)), times) for sample, times, _, _ in found]
    shown = [f"{sample} × {times}" if times > 1 else sample for sample, times in texts]
    _, _, kinds, total = found[0]
    left = kinds - len(found)
    return int(total), "\n".join([*shown, *([f"… và {left} loại khác"] if left else [])])


def all_unread_named(
    connection: duckdb.DuckDBPyConnection, results: Iterable[CheckResult]
) -> list[CheckResult]:
    """Return the results with every file that could not be read among the samples: the page of
    checks is where all of them stand.
    """
    return [
        replace(each, sample=samples_of(connection, each.table, most=_ALL_SAMPLES)[1])
        if each.check_id == UNREADABLE
        else each
        for each in results
    ]


def sample_lines(check_id: str, sample: str) -> list[str]:
    """Return the lines of a sample as they are shown: counts in them with points.

    The published text keeps them as SQL writes numbers.
    """

    def pointed(found: re.Match[str]) -> str:
        return grouped_text(int(found[0]))

    lines = [_TIMES.sub(pointed, line) for line in sample.split("\n")] if sample else []
    if check_id in _COUNTS_IN_SAMPLES:
        lines = [_COUNTS.sub(pointed, line) for line in lines]
    return lines
