"""What stands behind a figure of the report: its rule in words, the SQL, and the dossiers (or the
procedures) with their places in the exports.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import duckdb

from pipelines.database import REVISIONS, SCHEMA
from pipelines.editions import read_manifest
from pipelines.errors import CommandError, DataError
from pipelines.reference import read_csv
from pipelines.vintages import kept_vintages, vintage_facts
from pipelines.workspace import Workspace

# source_table of a measure → the table whose rows it counts, what is shown of them, their order.
_COUNTED = {
    "counts_by_level": (
        "dossiers",
        (
            "dossier_code",
            "unit_name",
            "field",
            "procedure_name",
            "received_on",
            "effective_due_on",
            "closed_on",
            "status",
            "outcome",
            "source_file",
            "source_sheet",
            "source_row",
        ),
        ("dossier_code",),
    ),
    "procedure_catalogue": (
        "catalogue_procedures",
        (
            "level",
            "procedure_code",
            "procedure_name",
            "field",
            "one_stop",
            "service",
            "working_days",
            "source_file",
            "source_sheet",
            "source_row",
        ),
        ("level", "procedure_code"),
    ),
}
_BATCH = 10_000


@dataclass(frozen=True)
class Part:
    """A count: a figure itself, or the numerator or denominator of a rate."""

    name: str  # empty, `numerator` or `denominator`
    label: str
    rule: str
    sql: str
    columns: tuple[str, ...]
    count: int


@dataclass(frozen=True)
class Explanation:
    """A figure as it is published, and the counts that it is made of."""

    figure_id: str
    label: str
    text: str
    unit: str
    period_start: str
    period_end: str
    rule: str
    parts: list[Part]
    corrected: frozenset[str]  # dossiers that were corrected when this was counted


def explain(
    workspace: Workspace, period: str, figure_id: str, revision: bool = False
) -> Explanation:
    """Return what stands behind `figure_id` in what is published, or in its revision.

    Raises `CommandError` if there is no such period, revision or figure, `DataError` if the
    database does not give the figure that is published.
    """
    manifest = read_manifest(workspace)
    kept_vintages(manifest, period)
    facts = manifest["periods"][period]
    if revision and "revision" not in facts:
        raise CommandError(f"Kỳ {period} không có bản điều chỉnh nào.")
    vintage = vintage_facts(
        workspace, period, (facts["revision"] if revision else facts)["vintage"]
    )
    schema = REVISIONS if revision else SCHEMA
    measures = {row["measure"]: row for row in read_csv(workspace.reference, "measures")}
    with duckdb.connect(workspace.published_database, read_only=True) as connection:
        figure = _figure(connection, schema, period, figure_id)
        measure, level = figure_id.split(".")
        about = measures[measure]
        numbers = {"": figure["value"]}
        if about["numerator"]:
            numbers = {name: figure[name] for name in ("numerator", "denominator")}
        parts = []
        for name, number in numbers.items():
            counted = measures[about[name]] if name else about
            table, columns, order = _COUNTED[counted["source_table"]]
            sql = _select(schema, table, columns, order, period, level, counted["condition"])
            found = connection.execute(f"select count(*) from ({sql})").fetchone()
            assert found is not None
            if found[0] != number:
                raise DataError(
                    f"Số liệu {figure_id} là {number} nhưng cơ sở dữ liệu có {found[0]} dòng: hãy "
                    "chạy igate verify."
                )
            parts.append(
                Part(name, counted["label_vi"], counted["rule_vi"], sql, columns, found[0])
            )
    return Explanation(
        figure_id,
        figure["label_vi"],
        figure["text_vi"],
        figure["unit"],
        vintage["period_start"],
        vintage["period_end"],
        about["rule_vi"],
        parts,
        frozenset(vintage["corrected"]),
    )


def rows_of(workspace: Workspace, part: Part, limit: int = 0) -> Iterator[dict[str, Any]]:
    """Yield the rows that a part counts, in order; the first `limit`, all if it is 0."""
    with duckdb.connect(workspace.published_database, read_only=True) as connection:
        cursor = connection.execute(part.sql + (f"\nlimit {limit}" if limit else ""))
        while batch := cursor.fetchmany(_BATCH):
            for row in batch:
                yield dict(zip(part.columns, row, strict=True))


def _figure(
    connection: duckdb.DuckDBPyConnection, schema: str, period: str, figure_id: str
) -> dict[str, Any]:
    columns = ("figure_id", "label_vi", "value", "numerator", "denominator", "unit", "text_vi")
    rows = connection.execute(
        f"select {', '.join(columns)} from {schema}.report_figures where period = $1", [period]
    ).fetchall()
    figures = {row[0]: dict(zip(columns, row, strict=True)) for row in rows}
    if figure_id not in figures:
        near = get_close_matches(figure_id.lower(), figures, n=3, cutoff=0.4)
        raise CommandError(
            f"Kỳ {period} không có số liệu «{figure_id}»"
            + (f"; gần giống: {', '.join(near)}." if near else ", mã có dạng như late.district.")
        )
    return figures[figure_id]


def _select(
    schema: str,
    table: str,
    columns: tuple[str, ...],
    order: tuple[str, ...],
    period: str,
    level: str,
    condition: str,
) -> str:
    conditions = [f"period = '{period}'"]
    if level != "all":
        conditions.append(f"level = '{level}'")
    if condition != "true":
        conditions += condition.split(" and ")
    return (
        f"select {', '.join(columns)}\nfrom {schema}.{table}\n"
        f"where {' and '.join(conditions)}\norder by {', '.join(order)}"
    )
