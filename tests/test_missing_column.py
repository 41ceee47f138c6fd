"""A list without a column that the figures rest on says so: nothing else would, since every row is
counted all the same.
"""

from __future__ import annotations

from pathlib import Path

import build
import duckdb
import pytest
from test_cli import run

from pipelines import cli
from pipelines.header import find_header
from pipelines.raw_contract import raw_contracts
from pipelines.readers.sheet import sheet_of_rows

DOSSIERS = raw_contracts()[0]


def absent(lines: list[build.Line]) -> dict[str, bool]:
    """The absent columns of a list, and whether each is missed."""
    rows = [[str(cell) if cell else None for cell in line] for line in lines]
    header = find_header(sheet_of_rows("", rows))
    assert header is not None
    return {needed.columns[0]: missed for needed, missed in header.absent.items()}


def samples(data: Path) -> list[str]:
    table = data / "curated" / "quality" / "findings.parquet"
    found = duckdb.sql(
        f"select sample from read_parquet('{table}') where check_id = 'missing_column'"
    ).fetchall()
    return [line for (sample,) in found for line in sample.split("\n")]


def export(data: Path, lines: list[build.Line]) -> None:
    (data / "raw" / "2023Q3").mkdir(parents=True, exist_ok=True)
    build.write_csv(data / "raw" / "2023Q3" / "a-2023-09-05.csv", lines)


def renamed(names: dict[str, str], dossiers: list[build.Dossier] | None = None) -> list[build.Line]:
    header, *rows = build.lines(dossiers or build.dossiers(3), "D")
    return [[names.get(str(text), text) for text in header], *rows]


@pytest.mark.parametrize("layout", [each for each in build.LAYOUTS if each != "E"])
def test_no_known_layout_misses_anything(layout: str) -> None:
    """What a known layout never has is absent, and nobody is told of it."""
    columns = {
        alias.column
        for _, header, _ in build.LAYOUTS[layout]
        if (alias := DOSSIERS.headers.get(header)) is not None
    }
    expected = {
        needed.columns[0]: False for needed in DOSSIERS.needed if not columns & set(needed.columns)
    }
    assert absent(build.lines(build.dossiers(3), layout)) == expected


@pytest.mark.parametrize(
    ("names", "column"),
    [
        ({"Ngày hẹn trả": "Deadline"}, "due_at"),
        ({"Trạng thái": "Xong chưa"}, "status"),
        ({"Ngày có kết quả": "Xong ngày", "Ngày trả kết quả": "Giao ngày"}, "finished_at"),
    ],
)
def test_a_header_renamed_beyond_likeness_is_missed(names: dict[str, str], column: str) -> None:
    assert absent(renamed(names)) == {column: True}


def test_one_of_two_closing_dates_will_do_and_a_likeness_is_told_of_elsewhere() -> None:
    assert absent(renamed({"Ngày có kết quả": "Xong ngày"})) == {}
    assert absent(renamed({"Ngày hẹn trả": "Ngày hẹn trả dự kiến"})) == {"due_at": False}


def test_the_finding_says_which_column_of_which_file_and_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export(tmp_path, renamed({"Ngày hẹn trả": "Deadline"}))
    assert run(tmp_path, "2023Q3") == 0
    said = (
        "2023Q3/a-2023-09-05.csv: không có cột «Ngày hẹn trả», nên hồ sơ trong tệp không bao giờ bị "
        "tính là trễ hạn; nếu một cột chưa biết (cột L «•••») chính là cột đó, thêm tên cột vào "
        "aliases của due_at trong schemas/raw/dossiers.yml"
    )
    assert samples(tmp_path) == [said]
    assert said in " ".join(capsys.readouterr().out.split())


def test_without_an_unknown_column_it_says_to_export_again(tmp_path: Path) -> None:
    header, *rows = renamed({})
    place = header.index("Trạng thái")
    export(tmp_path, [[*line[:place], *line[place + 1 :]] for line in (header, *rows)])
    assert run(tmp_path, "2023Q3") == 0
    (said,) = samples(tmp_path)
    assert "không có cột «Trạng thái»" in said
    assert said.endswith("; hãy xuất lại với cột đó")


@pytest.mark.parametrize(("rows", "told"), [(19, 0), (20, 1)])
@pytest.mark.parametrize(("key", "name"), [("due", "Ngày hẹn trả"), ("status", "Trạng thái")])
def test_a_column_that_is_empty_all_the_way_down(
    tmp_path: Path, rows: int, told: int, key: str, name: str
) -> None:
    export(tmp_path, renamed({}, [{**each, key: ""} for each in build.dossiers(rows)]))
    assert run(tmp_path, "2023Q3") == 0
    found = samples(tmp_path)
    assert len(found) == told
    assert all(f"cột «{name}» trống ở mọi dòng" in said for said in found)


def test_one_cell_that_is_filled_is_enough(tmp_path: Path) -> None:
    first, *rest = build.dossiers(30)
    export(tmp_path, renamed({}, [first, *({**each, "due": ""} for each in rest)]))
    assert run(tmp_path, "2023Q3") == 0
    assert samples(tmp_path) == []


def test_a_register_never_has_a_status(tmp_path: Path) -> None:
    export(tmp_path, [["Sổ theo dõi hồ sơ UBND xã Hòa Ân"], *build.lines(build.dossiers(30), "B")])
    assert run(tmp_path, "2023Q3") == 0
    assert samples(tmp_path) == []


def test_inspect_says_it_aloud(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = build.write_csv(tmp_path / "a.csv", renamed({"Ngày hẹn trả": "Deadline"}))
    assert cli.run(["inspect", str(path)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "! Không có cột «Ngày hẹn trả», nên hồ sơ trong tệp không bao giờ bị tính là trễ" in said
