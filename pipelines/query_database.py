"""The analysts' database as a query may use it: read-only, by itself, without the network."""

from __future__ import annotations

import contextlib
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.database import SCHEMA
from pipelines.errors import DataError
from pipelines.workspace import Workspace

_AT_ONCE = 10_000
_CONFIG: dict[str, Any] = {
    "enable_external_access": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,  # else a query reads this program's own variables
}


@dataclass(frozen=True)
class OpenDatabase:
    """A connection, and which file it has open: device and inode."""

    connection: duckdb.DuckDBPyConnection
    file: tuple[int, int]


@dataclass(frozen=True)
class Result:
    """What a statement gives: column names, which of them are numbers, and its rows, read once."""

    columns: list[str]
    numeric: list[bool]
    rows: Iterator[tuple[Any, ...]]


def _scratch() -> Path:
    """Return a folder that is not there yet: DuckDB makes it when needed and removes it."""
    return Path(tempfile.gettempdir(), f"igate-query-{secrets.token_hex(8)}")


def published_file(workspace: Workspace) -> tuple[int, int] | None:
    """Return device and inode of the database that is published now; None if there is none."""
    try:
        found = workspace.database.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def open_database(workspace: Workspace) -> OpenDatabase:
    """Open what is published; raises `DataError` if nothing is, or it is no database.

    A publication puts another file in its place, so an open one stays as it is and blocks nobody.
    """
    file = published_file(workspace)
    if file is None:
        raise DataError(
            f"Chưa có cơ sở dữ liệu {workspace.shown(workspace.database)}: "
            "hãy chạy make quarter trước."
        )
    # What does not fit into memory goes there; the folder of the data may not be ours to write.
    config = _CONFIG | {"temp_directory": str(_scratch())}
    try:
        connection = duckdb.connect(workspace.database.resolve(), read_only=True, config=config)
        connection.execute("set enable_progress_bar = false")
        connection.execute("set lock_configuration = true")  # a query cannot undo any of it
        connection.execute(f"use {SCHEMA}")  # a table may be called with or without its schema
    except duckdb.Error as error:
        raise DataError(
            f"Không mở được {workspace.shown(workspace.database)}: hãy kiểm tra quyền đọc tệp, "
            f"hoặc chạy lại make quarter nếu tệp đã hỏng. DuckDB báo:\n{error}"
        ) from error
    return OpenDatabase(connection, file)


def parse_sql(connection: duckdb.DuckDBPyConnection, sql: str) -> list[duckdb.Statement]:
    """Return the statements of `sql`; raises `DataError` if it cannot be read."""
    try:
        sql.encode()
    except UnicodeEncodeError as error:
        raise DataError("Câu lệnh SQL phải là chữ UTF-8.") from error
    with _as_sentence():
        return connection.extract_statements(sql)


def run_statement(
    connection: duckdb.DuckDBPyConnection, statement: duckdb.Statement
) -> Result | None:
    """Run one statement and return its result, None where it gives none.

    Raises `DataError`, also while rows are read. DuckDB's own words stand below its first line:
    they may quote values, and the log keeps the first alone.
    """
    with _as_sentence():
        connection.execute(statement)
    if statement.expected_result_type == [duckdb.ExpectedResultType.NOTHING]:
        return None
    columns = [(name, str(type_)) for name, type_, *_ in connection.description or []]
    for name, type_ in columns:
        if "TIMESTAMP WITH TIME ZONE" in type_:  # DuckDB needs pytz for it, and no table has it
            raise DataError(f"Cột «{name}» có múi giờ: hãy ghi ({name})::timestamp.")
    return Result(
        [name for name, _ in columns],
        [_is_number(type_) for _, type_ in columns],
        _rows(connection),
    )


def repeatable(statement: duckdb.Statement) -> bool:
    """Whether a statement only reads, so that it gives the same once more."""
    reads = statement.expected_result_type == [duckdb.ExpectedResultType.QUERY_RESULT]
    return reads or statement.type == duckdb.StatementType.MULTI  # a PIVOT


def _rows(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while True:
        with _as_sentence():
            rows = connection.fetchmany(_AT_ONCE)
        if not rows:
            return
        for row in rows:  # true and false as SQL writes them
            yield tuple(str(cell).lower() if isinstance(cell, bool) else cell for cell in row)


def _is_number(type_: str) -> bool:
    return type_.endswith(("INT", "INTEGER")) or type_.startswith(("DECIMAL", "DOUBLE", "FLOAT"))


@contextlib.contextmanager
def _as_sentence() -> Iterator[None]:
    """Turn DuckDB's errors into `DataError`, and what it makes of Ctrl-C into what it was."""
    try:
        yield
    except RuntimeError as error:
        if str(error) == "Query interrupted":
            raise KeyboardInterrupt from None
        raise
    except duckdb.Error as error:
        said = str(error)
        if "read-only mode" in said:
            raise DataError(
                "Cơ sở dữ liệu chỉ mở để đọc: không thêm, sửa hay xóa được gì; bảng tạm "
                "(create temp table) thì được."
            ) from error
        if "disabled by configuration" in said or "disabled through configuration" in said:
            raise DataError(
                "Câu lệnh SQL không được đọc hay ghi tệp khác, cũng không dùng mạng; để ghi kết "
                "quả ra tệp, hãy dùng .csv TỆP hoặc --csv TỆP."
            ) from error
        raise DataError(f"Không chạy được câu lệnh SQL, DuckDB báo:\n{said}") from error
