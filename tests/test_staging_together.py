"""Small files staged together give what each gives alone, and none costs another anything."""

from __future__ import annotations

import json
import re
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

from pipelines import staging, staging_write, typing_sql
from pipelines.errors import TryAgain, UnreadableFile
from pipelines.exports import RawFile, find_exports
from pipelines.header import find_header
from pipelines.readers.sheet import sheet_of_rows
from pipelines.staging import stage, stage_together
from pipelines.staging_cache import Staged, staged_already
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
    files = build.laid_out(tmp_path, 3)
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
    files = build.laid_out(tmp_path, 3)

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(staging, "write_together", fail)
    results = stage_together(files, tmp_path / "staging", None)
    assert [codes(result) for result in results] == [[f"H59.18-230605-000{n}"] for n in (1, 2, 3)]
