"""The gate: Great Expectations over the staged and the published tables, run inside DuckDB.

Two kinds of expectations: what a table promises of itself (types, nullability, keys, allowed
values, identities: `schemas/published`) and what the data ought to be (`schemas/checks.yml`,
each a SELECT of offending rows in `sql/checks/`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb

from pipelines.expectations import library, no_offending_rows
from pipelines.files import read_yaml
from pipelines.findings import CHECK_TABLE, CRITICAL, SAMPLES, WARNING, CheckResult, samples_of
from pipelines.numbers import count_text
from pipelines.published_contract import TableContract
from pipelines.raw_contract import raw_contracts
from pipelines.sql_text import literal
from pipelines.tables import statements
from pipelines.text import printable
from pipelines.workspace import SCHEMAS, SQL

_COLUMNS = "columns_found"
_ANY_BATCH = "/* {batch} */ "
_STAGED_TYPES = {
    "code": "VARCHAR",
    "text": "VARCHAR",
    "date": "TIMESTAMP",
    "number": "DECIMAL(9,2)",
}


@dataclass(frozen=True)
class DataCheck:
    """One check of the data: what a leader reads of it, and how grave it is."""

    check_id: str
    severity: str
    title: str
    message: str
    counted: bool = True  # whether it is about so many things, and not about a state


@cache
def data_checks() -> dict[str, DataCheck]:
    """Return the checks of `schemas/checks.yml` by their id."""
    content = read_yaml(SCHEMAS / "checks.yml")
    return {name: DataCheck(name, **entry) for name, entry in content.items()}


def is_counted(check_id: str) -> bool:
    """Whether the number of a finding says anything; those of tables' own promises do."""
    check = data_checks().get(check_id)
    return check is None or check.counted


def counted_text(check_id: str, count: int, message: str) -> str:
    """Return the message of a finding behind its number, where that says anything."""
    if is_counted(check_id):
        return f"{count_text(count)} {message}"
    return message[:1].upper() + message[1:]


def check_selects() -> dict[str, str]:
    """Return table name → SELECT of `sql/checks/`, to be built with the other tables."""
    selects = statements(SQL / "checks")
    assert selects.keys() == data_checks().keys(), "sql/checks and schemas/checks.yml differ"
    return {CHECK_TABLE.format(name): select for name, select in selects.items()}


def run_checks(
    connection: duckdb.DuckDBPyConnection,
    contracts: Iterable[TableContract],
    lenient: frozenset[str] = frozenset(),
) -> list[CheckResult]:
    """Validate the staged tables, the tables of `contracts` and all data checks.

    `connection` holds the tables, those of `check_selects` among them. Checks in `lenient`
    are critical no more but warnings. Returns every result, in a stable order.
    """
    gx = library()
    from duckdb_engine import ConnectionWrapper
    from sqlalchemy.pool import StaticPool

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    source = context.data_sources.add_sql(
        "work",
        connection_string="duckdb:///:memory:",
        create_temp_table=False,
        kwargs={"poolclass": StaticPool, "creator": lambda: ConnectionWrapper(connection)},
    )
    # To list the columns of all tables takes milliseconds, for each table that is held to its own.
    connection.execute(f"create or replace temp table {_COLUMNS} as from duckdb_columns()")
    rules: list[_Rule] = []
    for kind in ("dossiers", "procedures"):
        rules += _staged_suite(kind)
    for contract in contracts:
        rules += _contract_suite(contract)
    rules += [_data_rule(check, lenient) for check in data_checks().values()]
    # GX warns on every query that does not name its batch.
    expectations = [
        no_offending_rows()(unexpected_rows_query=f"{_ANY_BATCH}{rule.query}", meta=rule.meta)
        for rule in rules
    ]
    # One validation for all: each of its own costs a tenth of a second, whatever the table holds.
    # Every query names its table, so the batch can be any.
    asset = source.add_table_asset("staged_dossiers", table_name="staged_dossiers")
    batch = asset.add_batch_definition_whole_table("whole").get_batch()
    suite = gx.ExpectationSuite("all", expectations=expectations)
    outcome = batch.validate(suite, result_format="BASIC")
    by_check = {each.expectation_config.meta["check_id"]: each for each in outcome.results}
    return [_result(connection, by_check[each.meta["check_id"]]) for each in rules]


def _meta(table: str, rule: str, severity: str, title: str, message: str) -> dict[str, str]:
    named = {"table": table, "check_id": rule, "severity": severity}
    return {**named, "title": title, "message": message}


@dataclass(frozen=True)
class _Rule:
    """A SELECT of offending rows, and what GX is to carry along with it."""

    query: str
    meta: dict[str, str]


def _data_rule(check: DataCheck, lenient: frozenset[str]) -> _Rule:
    severity = WARNING if check.check_id in lenient else check.severity
    table = CHECK_TABLE.format(check.check_id)
    meta = _meta(table, check.check_id, severity, check.title, check.message)
    return _Rule(f"select * from {table}", meta)


def _contract_suite(contract: TableContract) -> list[_Rule]:
    table = contract.name
    types = {each.name: each.type for each in contract.properties}
    suite = [_typed(table, types)]
    required = [each.name for each in contract.properties if each.required]
    if required:
        suite.append(_filled(table, required))
    if contract.primary_key:
        # The period tells apart what stands in one table here and in folders when published.
        keys = list(contract.primary_key)
        if contract.folder == "period" and "period" not in keys:
            keys.insert(0, "period")
        columns = ", ".join(f'"{column}"' for column in keys)
        suite.append(
            _Rule(
                f"select {columns} from {table} group by {columns} having count(*) > 1",
                _meta(
                    table, f"{table}.key", CRITICAL, "Khóa duy nhất", f"bảng {table}: khóa bị trùng"
                ),
            )
        )
    listed = {p.name: p.valid_values for p in contract.properties if p.valid_values}
    if listed:
        suite.append(_among(table, listed))
    for rule in contract.rules:
        name, said = f"{table}.{rule.name}", rule.description
        suite.append(_Rule(rule.query, _meta(table, name, rule.severity, said, said)))
    return suite


def _staged_suite(kind: str) -> list[_Rule]:
    """What staging promises: the raw contract's types, and a place and verdict for every row."""
    contract = next(each for each in raw_contracts() if each.name == kind)
    table = f"staged_{kind}"
    types = {column.name: _STAGED_TYPES[column.type] for column in contract.kept}
    suite = [_typed(table, types, others=True)]
    suite.append(_filled(table, ["source_file", "source_sheet", "source_row"]))
    accepted = "ignored_as is null and reject_reason is null"
    unplaced = f"({contract.identity} is null or {contract.anchor} is null)"
    suite.append(
        _Rule(
            f"select source_row from {table} where {accepted} and {unplaced}",
            _meta(
                table,
                f"{table}.placed",
                CRITICAL,
                "Dòng được nhận",
                f"bảng {table}: có dòng được nhận mà thiếu mã hoặc ngày tiếp nhận",
            ),
        )
    )
    return suite


def _typed(table: str, types: dict[str, str], others: bool = False) -> _Rule:
    """Columns and types as the contract has them; with `others`, more columns may be there."""
    wanted = ", ".join(f"('{name}', '{type_}')" for name, type_ in types.items())
    surplus = "wanted.column_name is not null" if others else "true"
    extra = "'period'" if "period" not in types else "''"
    query = f"""
        select coalesce(wanted.column_name, found.column_name) as column_name
        from (values {wanted}) as wanted (column_name, data_type)
        full join (
            select column_name, data_type from {_COLUMNS} where table_name = '{table}'
        ) as found on wanted.column_name = found.column_name
        where (found.column_name is distinct from {extra})
            and (wanted.data_type is distinct from found.data_type) and {surplus}
            and exists (select 1 from {_COLUMNS} where table_name = '{table}')"""
    message = f"bảng {table}: cột hoặc kiểu dữ liệu khác với cam kết"
    return _Rule(query, _meta(table, f"{table}.types", CRITICAL, "Cột và kiểu", message))


def _among(table: str, listed: dict[str, tuple[str, ...]]) -> _Rule:
    """No value but the listed ones in these columns: one query for all, as in `_filled`."""
    query = " union all ".join(
        f"""select '{name}: ' || "{name}" as value from {table}
        where "{name}" not in ({", ".join(map(literal, values))})"""
        for name, values in listed.items()
    )
    message = f"bảng {table}: có giá trị ngoài danh sách cho phép của cột"
    return _Rule(query, _meta(table, f"{table}.values", CRITICAL, "Giá trị cho phép", message))


def _filled(table: str, columns: list[str]) -> _Rule:
    """No empty cell in these columns: one query for all, since each expectation costs 3 ms."""
    empty = ", ".join(f"case when \"{name}\" is null then '{name}' end" for name in columns)
    any_empty = " or ".join(f'"{name}" is null' for name in columns)
    query = f"select concat_ws(' ', {empty}) as empty_columns from {table} where {any_empty}"
    message = f"bảng {table}: có ô trống ở cột bắt buộc"
    return _Rule(query, _meta(table, f"{table}.filled", CRITICAL, "Không được trống", message))


def _result(connection: duckdb.DuckDBPyConnection, outcome: Any) -> CheckResult:
    meta = outcome.expectation_config.meta
    exception = outcome.exception_info
    if exception.get("raised_exception") or "exception_message" not in exception:
        raise RuntimeError(f"check {meta['check_id']} could not run: {exception}")
    observed = outcome.result.get("unexpected_count", outcome.result.get("observed_value"))
    success = bool(outcome.success)
    return CheckResult(
        table=meta["table"],
        check_id=meta["check_id"],
        severity=meta["severity"],
        title=meta["title"],
        message=meta["message"],
        success=success,
        count=0 if success else int(observed or 0),
        sample="" if success else _sample(connection, meta["table"], outcome),
    )


def _sample(connection: duckdb.DuckDBPyConnection, table: str, outcome: Any) -> str:
    """Return some of the offending rows as text, one per line, the most frequent first."""
    if table.startswith("check_"):
        return samples_of(connection, table)[1]
    query = outcome.expectation_config.kwargs["unexpected_rows_query"].removeprefix(_ANY_BATCH)
    rows = connection.execute(f"select * from ({query}) order by all limit {SAMPLES}").fetchall()
    return "\n".join(printable(", ".join(str(value) for value in row)) for row in rows)
