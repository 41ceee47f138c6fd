"""A SQL shell over the analysts' database, with the cookbook's queries at hand.

One shell serves the terminal, `-c` and standard input: SQL up to `;`, or a line that begins with a
point. What is on the other side decides the form: tables for people, CSV for a pipe.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from pipelines.cookbook import PERIOD, Query, read_queries
from pipelines.csv_file import write_csv
from pipelines.errors import CommandError
from pipelines.numbers import count_text
from pipelines.query_database import (
    Result,
    open_database,
    parse_sql,
    published_file,
    repeatable,
    run_statement,
)
from pipelines.query_view import print_csv, print_table
from pipelines.workspace import Workspace

_HELP = {
    "SELECT …;": "chạy câu lệnh SQL; viết được trên nhiều dòng, kết thúc bằng dấu ;",
    ".queries": "liệt kê các câu hỏi có sẵn",
    ".run SỐ|TÊN [KỲ]": "chạy một câu hỏi có sẵn, ví dụ .run 4 2023Q3",
    ".tables": "liệt kê các bảng",
    ".schema BẢNG": "liệt kê các cột của bảng và ý nghĩa của chúng",
    ".csv TỆP": "ghi mọi dòng của kết quả gần nhất ra tệp CSV",
    ".reload": "mở bản mới công bố (bảng tạm sẽ mất)",
    ".help": "trợ giúp này",
    ".quit": "thoát (hoặc Ctrl-D)",
}
_TABLES = """
select
    schema_name || '.' || table_name as "bảng",
    estimated_size as "số dòng",
    comment as "nội dung"
from duckdb_tables()
where not internal
order by schema_name, table_name
"""
_COLUMNS = """
select
    column_name as "cột",
    data_type as "kiểu",
    comment as "ý nghĩa"
from duckdb_columns()
where schema_name || '.' || table_name = '{table}'
order by column_index
"""
_PERIODS = """
select period
from curated.counts_by_level
group by period
order by max(period_end) desc, max(period_start) desc, period desc
"""


class Shell:
    """An open database and what was last asked of it."""

    def __init__(self, workspace: Workspace, console: Console, for_people: bool) -> None:
        """Open the database; raises `DataError` if there is none."""
        self.workspace = workspace
        self.console = console
        self.show = print_table if for_people else print_csv
        self.database = open_database(workspace)
        self.last = ""  # the SQL that gave the last result
        self.told: tuple[int, int] | None = None  # the newer database that was told of

    def execute(self, text: str, csv: Path | None = None) -> bool:
        """Run SQL or one line that begins with a point; return whether to go on.

        The last result goes to the file `csv` if there is one. Raises `DataError`, `CommandError`.
        """
        text = text.strip()
        if not text.startswith("."):
            self._sql(text, csv)
            return True
        name, *arguments = text.rstrip("; ").split()
        if name in (".quit", ".exit"):
            return False
        commands: dict[str, Callable[..., None]] = {
            ".help": self._help,
            ".tables": lambda: self._sql(_TABLES, csv),
            ".schema": lambda table: self._schema(table, csv),
            ".queries": self._queries,
            ".run": lambda query, period="": self._run(query, period, csv),
            ".csv": lambda *words: self._csv(text.removeprefix(".csv").strip() if words else ""),
            ".reload": self._reload,
        }
        if name not in commands:
            raise CommandError(f"Không có lệnh «{name}»: gõ .help để xem các lệnh.")
        try:
            commands[name](*arguments)
        except TypeError as error:
            if error.__traceback__ and error.__traceback__.tb_next:
                raise
            usage = next(each for each in _HELP if each.split()[0] == name)
            raise CommandError(f"Lệnh {name} được viết là: {usage}") from error
        return True

    def names(self, line: str) -> list[str]:
        """Return what may stand in a line, for completion: commands, or tables and columns."""
        if line.startswith(".run "):
            return [query.name for query in read_queries()]
        if line.startswith(".") and " " not in line:
            return [each.split()[0] for each in _HELP if each.startswith(".")]
        tables = [name for _, name in self._table_names()]
        if line.startswith(".schema "):
            return tables
        columns = "select distinct column_name from duckdb_columns() where not internal order by 1"
        keywords = "select keyword_name from duckdb_keywords() order by 1"
        cursor = self.database.connection.cursor()
        others = [name for sql in (columns, keywords) for (name,) in cursor.execute(sql).fetchall()]
        return [*tables, *dict.fromkeys(schema for schema, _ in self._table_names()), *others]

    def greet(self) -> None:
        """Say what is open and what to type."""
        self.console.print(
            f"{self.workspace.shown(self.workspace.database)} (chỉ đọc), kỳ đã công bố: "
            f"{', '.join(sorted(self._periods()))}.\nKết thúc câu SQL bằng dấu ; – .queries: "
            f"{len(read_queries())} câu hỏi có sẵn – .help: trợ giúp – .quit: thoát",
            highlight=False,
            markup=False,
        )

    def tell_of_news(self) -> None:
        """Say once when another database has been published than the one that is open."""
        now = published_file(self.workspace)
        if now not in (None, self.database.file, self.told):
            self.told = now
            self.console.print(
                "Đã có số liệu mới được công bố; bản đang mở vẫn là bản trước. Gõ .reload để mở "
                "bản mới.",
                style="yellow",
            )

    def close(self) -> None:
        """Close the database."""
        self.database.connection.close()

    def _sql(self, sql: str, csv: Path | None = None) -> None:
        connection = self.database.connection
        statements = parse_sql(connection, sql)
        for at, statement in enumerate(statements, start=1):
            result = run_statement(connection, statement)
            if repeatable(statement):
                self.last = statement.query
            if csv and at == len(statements):
                if result is None:
                    raise CommandError("Câu lệnh cuối không cho kết quả nào để ghi ra tệp.")
                self._write(result, csv)
            elif result:
                self.show(result, self.console)

    def _write(self, result: Result, path: Path) -> None:
        """Write a result; what the pipeline keeps below the data folder is not to be replaced."""
        place = path.parent.resolve()
        data, reports = self.workspace.data.resolve(), self.workspace.reports.resolve()
        if place.is_relative_to(data) and not place.is_relative_to(reports):
            raise CommandError(
                f"Không ghi «{path}» vào giữa số liệu của hệ thống: hãy chọn thư mục khác, hoặc "
                f"{self.workspace.shown(self.workspace.reports)}."
            )
        if not place.is_dir():
            raise CommandError(f"Không có thư mục «{path.parent}» để ghi «{path.name}» vào.")
        count = write_csv(path, result.columns, result.rows)
        self.console.print(f"Đã ghi {count} dòng vào {path}", highlight=False, markup=False)

    def _help(self) -> None:
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
        for usage, text in _HELP.items():
            table.add_row(Text(usage), Text(text))
        self.console.print(table, highlight=False)

    def _table_names(self) -> list[tuple[str, str]]:
        sql = """
            select schema_name, table_name from duckdb_tables() where not internal order by all"""
        return self.database.connection.cursor().execute(sql).fetchall()

    def _periods(self) -> list[str]:
        rows = self.database.connection.cursor().execute(_PERIODS).fetchall()
        return [period for (period,) in rows]

    def _schema(self, table: str, csv: Path | None) -> None:
        names = [f"{schema}.{name}" for schema, name in self._table_names()]
        for name in (table, f"curated.{table}"):
            if name in names:
                self._sql(_COLUMNS.format(table=name), csv)
                return
        raise CommandError(f"Không có bảng «{table}»: gõ .tables để xem các bảng.")

    def _queries(self) -> None:
        rows = [(at, query.title, query.name) for at, query in enumerate(read_queries(), start=1)]
        self.show(Result(["số", "câu hỏi", "tên"], [True, False, False], iter(rows)), self.console)

    def _run(self, wanted: str, period: str, csv: Path | None) -> None:
        query = _query(wanted)
        published = self._periods()
        if period and period.upper() not in published:
            raise CommandError(
                f"Kỳ «{period}» chưa được công bố; đã công bố: {', '.join(sorted(published))}."
            )
        # Without one: as the cookbook has it, else the newest.
        period = period.upper() or (PERIOD if PERIOD in published else published[0])
        sql = query.for_period(period)
        if self.show is print_table:
            self.console.print(Text(f"{query.title}. {query.question}", style="bold"))
            shown = Syntax(sql, "sql", background_color="default", word_wrap=True)
            self.console.print(Padding(shown, (0, 2)))
        self._sql(sql, csv)

    def _csv(self, name: str) -> None:
        if not name:
            raise CommandError("Lệnh .csv được viết là: .csv TỆP")
        if not self.last:
            raise CommandError("Chưa có kết quả nào để ghi: hãy chạy một câu lệnh SQL trước.")
        self._sql(self.last, Path(name.strip("'\"")).expanduser())

    def _reload(self) -> None:
        if published_file(self.workspace) == self.database.file:
            self.console.print("Bản đang mở là bản mới nhất.")
            return
        newer = open_database(self.workspace)
        self.close()
        self.database = newer
        self.greet()


def _query(wanted: str) -> Query:
    """Return the query of a number, a name, or a name without its number."""
    queries = read_queries()
    for at, query in enumerate(queries, start=1):
        if wanted.removesuffix(".sql") in (str(at), query.name, query.name.split("-", 1)[1]):
            return query
    raise CommandError(
        f"Không có câu hỏi «{wanted}»: gõ .queries để xem {count_text(len(queries))} câu hỏi."
    )
