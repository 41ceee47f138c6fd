"""The SQL shell: what it shows, what it refuses, and that nothing waits for it."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from rich.console import Console
from small import igate

from pipelines import query_view
from pipelines.cookbook import PERIOD, read_queries
from pipelines.query_line import completions, history_file
from pipelines.query_loop import interact, take
from pipelines.query_shell import Shell
from pipelines.workspace import QUERIES, SCHEMAS, SQL, Workspace, packaged_reference

Said = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def no_history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def query(workspace: Workspace, sql: str, *arguments: str) -> int:
    return igate("query", workspace.data, "-c", sql, *arguments)


def talk(workspace: Workspace, *typed: str | Callable[[], object], width: int = 200) -> str:
    """Type lines into a shell, call what is callable in between, and return what it said."""
    said = io.StringIO()
    shell = Shell(workspace, Console(file=said, width=width), for_people=True)
    lines: Iterator[str | Callable[[], object]] = iter(typed)

    def read(prompt: str) -> str:
        said.write(prompt)
        for line in lines:
            if isinstance(line, str):
                return line
            line()
        raise EOFError

    interact(shell, read)
    shell.close()
    return said.getvalue()


def test_a_pipe_gets_csv_with_every_row(published_sample: Workspace, capsys: Said) -> None:
    assert query(published_sample, "select dossier_code, days_late from curated.dossiers") == 0
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert rows[0] == ["dossier_code", "days_late"]
    with duckdb.connect(published_sample.database, read_only=True) as connection:
        found = connection.execute("select dossier_code, days_late from curated.dossiers")
        assert sorted(rows[1:]) == sorted(
            [code, "" if days is None else str(days)] for code, days in found.fetchall()
        )
    assert len(rows) > query_view.ROWS


def test_the_schema_need_not_be_named(published_sample: Workspace, capsys: Said) -> None:
    assert query(published_sample, "select count(*) as n from late_dossiers; select 2 as b;") == 0
    assert re.fullmatch(r"n\n\d+\nb\n2\n", capsys.readouterr().out)


@pytest.mark.parametrize("number", range(1, len(read_queries()) + 1))
def test_every_question_runs_by_number_and_name(
    published_sample: Workspace, capsys: Said, number: int
) -> None:
    name = read_queries()[number - 1].name
    outputs = []
    for wanted in (str(number), name, name[3:]):
        assert query(published_sample, f".run {wanted}") == 0
        outputs.append(capsys.readouterr().out)
    assert len(set(outputs)) == 1 and outputs[0].count("\n") > 1


def test_a_question_is_asked_of_another_period(published_periods: Workspace, capsys: Said) -> None:
    for each in read_queries():  # the one period that stands in them can be replaced
        assert set(re.findall(r"20\d\d\w*", each.sql)) <= {PERIOD}
    with duckdb.connect(published_periods.database, read_only=True) as connection:
        sql = "select period, received from curated.counts_by_level where basis = 'received'"
        counts = connection.execute(sql + " and level = 'all'").fetchall()
    assert len(counts) > 1
    for period, received in counts:
        assert query(published_periods, f".run 1 {period.lower()}") == 0
        assert f"all,{received}," in capsys.readouterr().out
    assert query(published_periods, ".run 1 1999Q1") == 2
    assert counts[0][0] in capsys.readouterr().err


def test_tables_and_what_their_columns_mean(published_sample: Workspace, capsys: Said) -> None:
    with duckdb.connect(published_sample.database, read_only=True) as connection:
        names = [row[0] for row in connection.execute("show tables from curated").fetchall()]
        (rows,) = connection.execute("select count(*) from curated.dossiers").fetchone() or ()
    assert query(published_sample, ".tables") == 0
    said = capsys.readouterr().out
    assert all(f"curated.{name}," in said for name in names) and f"curated.dossiers,{rows}," in said
    for name in ("form_06", "curated.form_06"):
        assert query(published_sample, f".schema {name}") == 0
        assert "c3,BIGINT,Column 3 of the form" in " ".join(
            capsys.readouterr().out.replace('"', "").split()
        )
    assert query(published_sample, ".schema x';drop") == 2
    assert "«x';drop»" in capsys.readouterr().err


@pytest.mark.parametrize(
    "sql",
    [
        "create table curated.x (a int)",
        "insert into curated.form_06 select * from curated.form_06",
        "drop table curated.dossiers",
        "update curated.dossiers set level = 'all'",
    ],
)
def test_nothing_is_written(published_sample: Workspace, capsys: Said, sql: str) -> None:
    before = published_sample.database.read_bytes()
    assert query(published_sample, sql) == 1
    assert "chỉ mở để đọc" in capsys.readouterr().err
    assert published_sample.database.read_bytes() == before


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_csv('{file}')",
        "select * from read_text('{file}')",
        "select * from '{file}'",
        "select * from glob('{folder}/*')",
        "copy (select 1) to '{folder}/out.csv'",
        "attach '{folder}/other.duckdb'",
        "export database '{folder}/all'",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "install httpfs",
        "load httpfs",
        "select * from workspace",
        "select getenv('HOME')",
    ],
)
def test_nothing_else_is_read(
    published_sample: Workspace, tmp_path: Path, capsys: Said, sql: str
) -> None:
    file = tmp_path / "other.csv"
    file.write_text("secret\n1\n")
    before = set(tmp_path.iterdir())
    assert query(published_sample, sql.format(file=file, folder=tmp_path)) == 1
    said = capsys.readouterr()
    assert said.out == "" and said.err.startswith("Lỗi: ")
    assert set(tmp_path.iterdir()) == before


def test_an_error_is_told_in_words(published_sample: Workspace, capsys: Said) -> None:
    for sql, told in {
        "select nope from dossiers": 'Referenced column "nope" not found',
        "selec 1": 'syntax error at or near "selec"',
        "select 'abc": "unterminated",
        "select 'a'::int": "Could not convert",
        "select now()": "múi giờ",
        "select \udcff": "UTF-8",
    }.items():
        assert query(published_sample, sql) == 1
        said = capsys.readouterr().err
        assert said.startswith("Lỗi: ") and told in said and "Traceback" not in said
    for command in (".nope", ".run", ".run 99", ".run 1 2 3", ".csv", ".csv a.csv", ".schema x"):
        assert query(published_sample, command) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_the_log_does_not_learn_what_a_query_was_about(
    published_sample: Workspace, tmp_path: Path
) -> None:
    log = tmp_path / "log.jsonl"
    assert query(published_sample, "select 'H59-1'::int", "--log-json", str(log)) == 1
    assert "DuckDB" in log.read_text() and "H59" not in log.read_text()


def test_no_database(tmp_path: Path, capsys: Said) -> None:
    workspace = Workspace(tmp_path / "data")
    assert query(workspace, "select 1") == 2
    assert "Không có thư mục dữ liệu" in capsys.readouterr().err
    workspace.data.mkdir()
    assert query(workspace, "select 1") == 1
    assert "make quarter" in capsys.readouterr().err
    workspace.database.write_text("no database " * 1000)
    assert query(workspace, "select 1") == 1
    said = capsys.readouterr().err
    assert "đã hỏng" in said and "Traceback" not in said


def test_csv_for_a_spreadsheet(published_sample: Workspace, tmp_path: Path, capsys: Said) -> None:
    path = tmp_path / "kết quả.csv"
    sql = "select 1; select '=1+1' as a, -1 as b, null as c, 1.50 as d, true as e, 'x\ny' as f"
    assert query(published_sample, sql, "--csv", str(path)) == 0
    assert "Đã ghi 1 dòng" in capsys.readouterr().out
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [
            list("abcdef"),
            ["'=1+1", "-1", "", "1.50", "true", "x\ny"],
        ]
    assert query(published_sample, "use main", "--csv", str(tmp_path / "b.csv")) == 2
    assert query(published_sample, "select 1", "--csv", str(tmp_path / "no" / "b.csv")) == 2
    assert {each.name for each in tmp_path.iterdir()} == {path.name}


def test_csv_does_not_replace_what_is_published(published_sample: Workspace, capsys: Said) -> None:
    data = published_sample.data
    for path in (data / "igate.duckdb", data / "raw" / "x.csv", data / "curated" / "manifest.json"):
        before = path.read_bytes() if path.exists() else None
        assert query(published_sample, "select 1", "--csv", str(path)) == 2
        assert (path.read_bytes() if path.exists() else None) == before
        assert "chọn thư mục khác" in capsys.readouterr().err


def test_sql_from_standard_input(
    published_sample: Workspace, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = "-- a; comment\nselect\n  ';' as a;\n\n.run 16\n select 2 as b"
    monkeypatch.setattr(sys, "stdin", io.StringIO(script))
    assert igate("query", published_sample.data) == 0
    said = capsys.readouterr().out
    assert said.startswith("a\n;\n") and said.endswith("b\n2\n") and said.count("\n") > 5
    monkeypatch.setattr(sys, "stdin", io.StringIO("selec;\nselect 2;\n"))
    assert igate("query", published_sample.data) == 1
    assert capsys.readouterr().out == ""
    monkeypatch.setattr(sys, "stdin", io.StringIO(".quit\nselec;\n"))
    assert igate("query", published_sample.data) == 0


def test_a_reader_that_has_enough(published_sample: Workspace) -> None:
    """As `| head -1`: no error, no traceback."""
    command = [sys.executable, "-c", "from pipelines.cli import main; main()", "query"]
    command += ["--data", str(published_sample.data), "-c", "select * from range(1000000)"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        assert process.stdout.readline() == b"range\n"
        process.stdout.close()
        assert process.stderr.read() == b"" and process.wait() == 0


def test_a_conversation(published_sample: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "all.csv"
    said = talk(
        published_sample,
        "select 1 as one,",
        "'[red]x[/]' || chr(27) as text;",
        "selec;",
        "",
        "select dossier_code from dossiers;",
        f".csv '{path}'",
        ".help",
        ".nope",
        ".csv /dev/null/x.csv",
        "select 'begun, and never ended",
    )
    assert "kỳ đã công bố: 2023Q3" in said
    assert "one  text" in said and "[red]x[/]\ufffd" in said and "\x1b" not in said
    assert said.count("  ...> ") == 2 and 'syntax error at or near "selec"' in said
    assert "chỉ hiện 200 dòng đầu" in said and "gõ .help" in said and ".quit" in said
    with duckdb.connect(published_sample.database, read_only=True) as connection:
        (count,) = connection.execute("select count(*) from curated.dossiers").fetchone() or ()
    assert f"Đã ghi {count} dòng" in said
    assert path.read_text(encoding="utf-8-sig").count("\n") == count + 1


def test_ctrl_c_drops_what_was_begun(published_sample: Workspace) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    said = talk(published_sample, "select", interrupt, "select 42 as answer;")
    assert "Đã dừng" in said and "answer\n    42" in said


def test_numbers_stand_right_and_what_does_not_fit_is_named(published_sample: Workspace) -> None:
    sql = "select 5 as n, 1.50 as d, 'a' as t union all select 1000, 22.00, 'bb' order by 1;"
    lines = [line.rstrip() for line in talk(published_sample, sql).splitlines()]
    assert lines[-5:-2] == ["igate>    n      d  t", "   5   1.50  a", "1000  22.00  bb"]
    said = talk(published_sample, "select * from dossiers limit 2;", width=60)
    assert all(len(line) <= 60 for line in said.splitlines() if "H59" in line)
    assert "không đủ chỗ cho" in said and "source_row" in said
    upright = talk(published_sample, "select * from dossiers limit 1;", width=60)
    assert re.search(r"^source_row +\d+ *$", upright, re.M) and "period     " in upright


def test_a_publication_does_not_wait_for_a_shell(
    published_sample: Workspace, tmp_path: Path
) -> None:
    workspace = Workspace(tmp_path / "data")
    shutil.copytree(published_sample.data, workspace.data, symlinks=True)

    def publish() -> None:
        assert igate("freeze", workspace.data, PERIOD) == 0

    path = "select path from duckdb_databases() where not internal;"
    count = "select count(*) || ' dossiers' as n from dossiers;"
    said = talk(workspace, path, ".reload", publish, path, count, ".reload", path, count)
    first, again, new = re.findall(r"\.editions/(\d+)", said)
    assert first == again < new and len(set(re.findall(r"\d+ dossiers", said))) == 1
    assert said.count("Gõ .reload") == 1 and said.count("mới nhất") == 1


def test_what_tab_offers(published_sample: Workspace) -> None:
    shell = Shell(published_sample, Console(file=io.StringIO()), for_people=True)

    def offered(line: str) -> list[str]:
        return completions(shell.names(line), line.rpartition(" ")[2])

    assert offered("select on_tim") == ["on_time", "on_time_rate", "on_time_share"]
    assert offered("from curated.counts_by_d") == ["curated.counts_by_day"]
    assert offered("SELE") == ["select"] and offered(".sc") == [".schema"]
    assert "dossiers" in offered(".schema do") and "select" not in offered(".schema se")
    assert offered(".run 03") == ["03-figure-to-dossiers"]
    shell.close()


def test_when_a_statement_ends() -> None:
    buffer: list[str] = []
    assert [take(buffer, line) for line in ("", " .help ", "select ';'", "-- ; no", "as a;")] == [
        None,
        ".help",
        None,
        None,
        "select ';'\n-- ; no\nas a;",
    ]
    assert not buffer


def test_what_was_typed_is_kept_for_its_owner_only(published_sample: Workspace) -> None:
    pytest.importorskip("readline")
    talk(published_sample, "select", "  40 + 2;")
    assert history_file().read_text().splitlines()[-1] == "select   40 + 2;"
    assert history_file().stat().st_mode & 0o077 == 0
    assert str(history_file()).startswith(os.environ["XDG_STATE_HOME"])


def test_a_result_keeps_exact_numbers(published_sample: Workspace, capsys: Said) -> None:
    sql = "select 9007199254740993 as a, 0.10::decimal(38, 20) as b, sum(n) as c from range(3) t(n)"
    assert query(published_sample, sql) == 0
    a, b, c = capsys.readouterr().out.splitlines()[1].split(",")
    assert (int(a), Decimal(b), int(c)) == (9007199254740993, Decimal("0.1"), 3)


def test_the_wheel_holds_what_a_checkout_has() -> None:
    root = Path(__file__).parent.parent
    content = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    included = content["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    for folder in (SQL, SCHEMAS, QUERIES, packaged_reference()):
        below = folder.relative_to(root).as_posix()
        assert folder.is_dir() and included[below] == f"pipelines/{below}"
