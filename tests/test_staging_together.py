"""Small files staged together give what each gives alone, and none costs another anything."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import build
import duckdb
import pyarrow.parquet as pq
import pytest
from format_plans import write_plans
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import staging, staging_pool, staging_write, typing_sql, workers
from pipelines.engines.duckdb import duckdb_engine
from pipelines.errors import TryAgain, UnreadableFile
from pipelines.exports import RawFile, find_exports
from pipelines.header import find_header
from pipelines.readers.sheet import sheet_of_rows
from pipelines.staging import stage, stage_together
from pipelines.staging_cache import Staged, staged_already
from pipelines.staging_pool import stage_many
from pipelines.text import key
from pipelines.workspace import Workspace

NAMES = frozenset({key("Đăng ký kết hôn"), key("Chứng thực bản sao")})


def content(staged: Staged) -> tuple[Any, ...]:
    """All that a staged Parquet says: columns, types, rows in their order, and its facts."""
    table = pq.read_table(staged.path)
    metadata = pq.read_metadata(staged.path)
    facts = json.loads(metadata.metadata[b"igate"])
    stored = [metadata.schema.column(n).physical_type for n in range(metadata.num_columns)]
    columns = [(field.name, field.type) for field in table.schema]
    found = duckdb.sql(f"describe from read_parquet('{staged.path}')").fetchall()
    return columns, stored, [row[:2] for row in found], table.to_pylist(), facts, staged


def outcome(result: list[Staged] | tuple[Staged, ...] | Exception) -> Any:
    if isinstance(result, Exception):
        return type(result), str(result)
    return [content(each) for each in result]


def alone(raw: RawFile, folder: Path, names: frozenset[str] | None) -> Any:
    try:
        return outcome(stage(raw, folder, names))
    except UnreadableFile as error:
        return outcome(error)


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory) -> list[RawFile]:
    """The files of every format, layout and oddity, and some that cannot be read."""
    folder = tmp_path_factory.mktemp("together")
    workspace = Workspace(folder / "data")
    (workspace.raw / "2023Q3").mkdir(parents=True)
    (folder / "scratch").mkdir()
    write_plans(workspace.raw / "2023Q3", folder / "scratch")
    (workspace.raw / "cut.xlsx").write_bytes(b"PK\x03\x04" + b"\0" * 500)
    (workspace.raw / "books.csv").write_text("Tên sách,Năm\nA,1\n", encoding="utf-8")
    (workspace.raw / "empty.csv").write_bytes(b"")
    build.write_csv(workspace.raw / "none.csv", build.lines([]))
    return find_exports(workspace).files


@pytest.mark.parametrize("names", [None, NAMES], ids=["unknown", "known"])
def test_together_as_alone(
    matrix: list[RawFile], names: frozenset[str] | None, tmp_path: Path
) -> None:
    together = []
    for start in range(0, len(matrix), 40):
        together += stage_together(matrix[start : start + 40], tmp_path / "together", names)
    for raw, result in zip(matrix, together, strict=True):
        assert outcome(result) == alone(raw, tmp_path / "alone", names), raw.name
        if not isinstance(result, Exception):
            assert staged_already(raw, tmp_path / "together", names) == result
    assert not list((tmp_path / "together").glob(".staging-*"))


@settings(max_examples=15, deadline=None, derandomize=True)
@given(
    st.lists(
        st.lists(st.lists(st.sampled_from(["", "a,b", '"', 'x"y', "a\nb", "Tổng cộng", "\u00a0", "05/06/2023", "H1", "ấp"]), max_size=18), max_size=6),
        min_size=2,
        max_size=5,
    )
)  # fmt: skip
def test_arbitrary_cells_together_as_alone(
    tmp_path_factory: pytest.TempPathFactory, files: list[list[list[str]]]
) -> None:
    folder = tmp_path_factory.mktemp("cells")
    raws = []
    for number, noise in enumerate(files):
        rows = [*build.lines([build.dossier(number + 1)]), *noise]
        raws.append(build.raw_file(build.write_csv(folder / f"{number}.csv", rows)))
    for raw, result in zip(raws, stage_together(raws, folder / "together", None), strict=True):
        assert outcome(result) == alone(raw, folder / "alone", None)


def test_many_equal_sheets_and_one_between_that_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows stand in the order of the sheets; equal ones beside each other share a SELECT."""
    sheets = {
        f"xã {number}": build.lines(
            build.dossiers(2, code=f"H59.18-{number:06d}-0001"), "B" if number == 7 else "D"
        )
        for number in range(30)
    }
    raws = [
        build.raw_file(build.write_xlsx(tmp_path / f"{name}.xlsx", sheets)) for name in ("a", "b")
    ]
    selects: list[str] = []
    usual = staging_write._copy
    monkeypatch.setattr(
        staging_write,
        "_copy",
        lambda c, select, f, p: selects.append(select) or usual(c, select, f, p),
    )
    one = alone(raws[0], tmp_path / "alone", None)
    (select,) = selects
    assert select.count("with cells as") == 3
    (_, _, _, rows, facts, _), *_ = one
    assert [row["source_sheet"] for row in rows] == [name for name in sheets for _ in range(2)]
    assert facts["sheets"] == list(sheets)
    together = stage_together(
        [raws[0], replace(raws[1], sha256="b" * 64)], tmp_path / "together", None
    )
    assert outcome(together[0]) == one


def laid_out(folder: Path, count: int) -> list[RawFile]:
    (folder / "raw").mkdir()
    for number in range(1, count + 1):
        rows = build.lines([build.dossier(number)])
        build.write_csv(folder / "raw" / f"{number}.csv", rows)
    return find_exports(Workspace(folder)).files


def codes(result: Any) -> list[str]:
    return [row["dossier_code"] for each in result for row in build.staged_rows(each)]


def test_free_text_of_a_list_passes_by_the_names_alone(tmp_path: Path) -> None:
    """Whatever stands in the files it is staged with."""
    raws = []
    for number, text in enumerate(("Đăng ký kết hôn", "Trần Thị Bí Mật", "ĐĂNG KÝ  KẾT HÔN")):
        rows = build.lines([build.dossier(number + 1, content=text)], "B")
        raws.append(build.raw_file(build.write_csv(tmp_path / f"{number}.csv", rows)))
    together = stage_together(raws, tmp_path / "staging", NAMES)
    names = [row["procedure_name"] for (each,) in together for row in build.staged_rows(each)]
    assert names == ["Đăng ký kết hôn", None, "ĐĂNG KÝ  KẾT HÔN"]


@pytest.mark.parametrize("layout", build.LAYOUTS)
def test_nothing_in_the_select_can_change_the_order_of_rows(layout: str) -> None:
    """A join can, also what DuckDB makes of `in (select …)`; rows are numbered by their order."""
    rows = [[str(cell) if cell else None for cell in row] for row in build.header_lines(layout)]
    sheet = sheet_of_rows("", rows)
    header = find_header(sheet)
    assert header is not None
    columns = ", ".join(f"'x' as c{n}, 'x' as v{n}" for n in range(len(header.headers)))
    select = typing_sql.typed_rows(header, "cells", "1", "1")
    for name in ("sheets", "unit_contexts", "identity_headers", "anchor_headers"):
        select = select.replace(f"${name}", "['x']")
    with duckdb.connect() as connection:
        for macro in typing_sql.macros():
            connection.execute(macro)
        connection.execute(f"create table cells as select {columns} from range(100)")
        ((_, plan),) = connection.execute(f"explain {select}").fetchall()
    operators = set(re.findall(r"╭─ (\w+)", plan))
    assert operators and operators <= {"Projection", "Seq"}, plan


def test_a_file_that_changes_meanwhile_costs_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = laid_out(tmp_path, 3)
    usual = staging.read_export

    def read(path: Path, scratch: Path) -> object:
        if path.name == "2.csv":
            path.write_bytes(path.read_bytes() + b"\r\n")
        return usual(path, scratch)

    monkeypatch.setattr(staging, "read_export", read)
    first, second, third = stage_together(files, tmp_path / "staging", None)
    assert isinstance(second, TryAgain)
    assert codes(first) + codes(third) == [f"H59.18-230605-000{n}" for n in (1, 3)]
    assert len(list((tmp_path / "staging").glob("*.parquet"))) == 2


@pytest.mark.parametrize(
    "error", [duckdb.OutOfMemoryException("…"), MemoryError(), OSError(5, "…")]
)
def test_what_fails_together_is_tried_alone(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = laid_out(tmp_path, 3)

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(staging, "write_together", fail)
    results = stage_together(files, tmp_path / "staging", None)
    assert [codes(result) for result in results] == [[f"H59.18-230605-000{n}"] for n in (1, 2, 3)]


def misbehaving(files: list[RawFile]) -> list[str]:
    """A job that does with a file what its name says; it is called in workers."""
    for raw in files:
        if "crash" in raw.name:
            os.kill(os.getpid(), signal.SIGSEGV)
        if "killed" in raw.name:
            os.kill(os.getpid(), signal.SIGKILL)
        if "fail" in raw.name:
            raise ValueError
        held = b"x" * (900 << 20) if "much" in raw.name else b""
        if held or "hang" in raw.name:
            time.sleep(1000)
    return [raw.name for raw in files]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("crash", "dừng giữa chừng"),
        ("killed", None),
        ("fail", "ValueError"),
        ("hang", "đọc quá 6 giây"),
        ("much", "cần quá 700 MB bộ nhớ"),
    ],
)
def test_one_of_many_that_ends_badly_costs_itself(
    bad: str, reason: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IGATE_MAX_FILE_SECONDS", "6")
    monkeypatch.setenv("IGATE_MAX_FILE_MEMORY_MB", "700")
    names = ["a", "b", bad, "c", "d"]
    files = [RawFile(name, Path(name), name) for name in names]
    results = list(workers.in_workers([files[:4], files[4:]], 2, misbehaving))
    assert sorted(raw.name for raw, _ in results) == sorted(names)
    said = {raw.name: result for raw, result in results}
    ended = said.pop(bad)
    assert said == {name: name for name in "abcd"}
    assert (ended is None) if reason is None else (reason in str(ended))


def test_all_workers_have_their_share(tmp_path: Path) -> None:
    def lots(sizes: list[int], workers: int) -> list[list[int]]:
        files = []
        for number, size in enumerate(sizes):
            path = tmp_path / f"{number}"
            with path.open("wb") as file:
                file.truncate(size)
            files.append(RawFile(path.name, path, path.name))
        batches = staging_pool._batches(files, workers)
        return [[raw.path.stat().st_size for raw in batch] for batch in batches]

    assert lots([], 2) == []
    assert lots([10] * 3, 2) == [[10]] * 3
    assert lots([10] * 8, 2) == [[10, 10]] * 4
    assert max(map(len, lots([10] * 1000, 2))) == 64
    assert lots([1000_000] * 40, 2) == [[1000_000] * 4] * 10
    assert lots([10, 2 << 20, 10, 10, 10, 10], 1) == [[2 << 20], [10, 10], [10, 10], [10]]


def test_files_in_an_archive_are_as_large_as_they_unpack_to(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    small, large = build.csv_bytes(build.lines(build.dossiers(2))), b"a,b\n" * 500_000
    packed = build.zip_bytes({"a.csv": small, "b.csv": small, "c.csv": large})
    (tmp_path / "raw" / "x.zip").write_bytes(packed)
    files = find_exports(Workspace(tmp_path)).files
    assert staging_pool._sizes(files) == [len(small), len(small), len(large)]


def test_each_file_is_told_once_when_it_is_done(tmp_path: Path) -> None:
    files = laid_out(tmp_path, 25)
    done: list[str] = []
    results = stage_many(files, tmp_path / "staging", None, done.append)
    assert sorted(done) == sorted(results) == sorted(raw.name for raw in files)
    again = stage_many(files, tmp_path / "staging", None, done.append)
    assert again == results and len(done) == 50


def test_many_small_parquets_are_counted_as_they_stand(tmp_path: Path) -> None:
    """Put into one for the count, each row still tells its file and its place there."""
    files = laid_out(tmp_path, 40)
    results = stage_many(files, tmp_path / "staging", None, lambda name: None)
    paths = [str(each.path) for result in results.values() for each in result]  # type: ignore[union-attr]
    expected = [
        (path, place, row["dossier_code"])
        for path in paths
        for place, row in enumerate(pq.read_table(path).to_pylist())
    ]
    with duckdb_engine(tmp_path / "staging") as engine:
        engine.create_staged("many", paths)
        engine.create_staged("few", paths[:3])
        for name, wanted in (("many", expected), ("few", expected[:3])):
            found = engine.query(f"select filename, file_row_number, dossier_code from {name}")
            assert sorted(found) == sorted(wanted)
        assert len(list((tmp_path / "staging").glob(".staging-*/many.parquet"))) == 1
    assert not list((tmp_path / "staging").glob(".staging-*"))
