"""What moved between two vintages, against the oracle's counts of both."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import oracle
import pytest
from small import END, START, Life, export, igate

BEFORE = [
    *(Life(n) for n in range(1, 6)),
    Life(6, unit="Huyện Cầu Kè", channel="in_person"),
    Life(7, unit="Huyện Cầu Kè", finished=None, group="processing", due=date(2023, 10, 1)),
    Life(8, received=date(2023, 5, 2), finished=None, group="processing", due=date(2023, 5, 9)),
    Life(9, field="Đất đai"),
]
AFTER = [
    replace(BEFORE[0], finished=date(2023, 6, 20)),  # early → late
    replace(BEFORE[1], unit="Xã Tam Ngãi"),
    replace(BEFORE[2], due=date(2023, 6, 15)),  # moves nothing that is counted
    *BEFORE[3:5],
    replace(BEFORE[5], channel="online"),
    replace(BEFORE[6], finished=date(2023, 8, 1), group="withdrawn"),
    BEFORE[7],
    Life(10, unit="Xã Tam Ngãi", received=date(2023, 7, 3), finished=date(2023, 7, 4)),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("diff")
    for lives in (BEFORE, AFTER):
        export(folder, "a-2023-10-05.csv", lives)
        assert igate("quarter", folder, "2023Q3") == 0
    return folder


@pytest.fixture
def difference(data: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    assert igate("diff", data, "2023Q3", "--json") == 0
    content: dict[str, Any] = json.loads(capsys.readouterr().out)
    return content


def counted(lives: list[Life], basis: str) -> dict[str, oracle.Counts]:
    return oracle.counts([life.judged() for life in lives], START, END, basis)


def test_the_figures_that_moved_are_the_oracles(difference: dict[str, Any]) -> None:
    old, new = counted(BEFORE, "received"), counted(AFTER, "received")
    hidden = {"carried_over", "in_scope"}
    wanted = {
        f"{measure}.{level}": (old[level][measure], new[level][measure])
        for level in old
        for measure in old[level].keys() - hidden
        if old[level][measure] != new[level][measure]
    }
    assert len(wanted) > 20
    found = {each["figure_id"]: (each["old"], each["new"]) for each in difference["figures"]}
    assert {name: tuple(map(_shown, pair)) for name, pair in found.items()} == {
        name: tuple(map(_shown, pair)) for name, pair in wanted.items()
    }


def _shown(value: Any) -> str:
    """Rates stand in JSON as text, so that none of their digits is lost."""
    return "" if value is None else f"{Decimal(value):.2f}"


def test_the_rows_that_moved_are_the_oracles(difference: dict[str, Any]) -> None:
    def by_unit(lives: list[Life], basis: str) -> dict[Any, oracle.Counts]:
        rows = [life.judged() for life in lives]
        return oracle.counts_by(rows, START, END, basis, lambda row: row.unit_name)

    wanted = {}
    for basis in ("received", "flow"):
        old, new = by_unit(BEFORE, basis), by_unit(AFTER, basis)
        for level, unit in old.keys() | new.keys():
            one, other = old.get((level, unit), {}), new.get((level, unit), {})
            if one != other:
                wanted[basis, level, unit] = (one.get("received"), other.get("received"))
    found = {
        (row["key"]["basis"], row["key"]["level"], row["key"]["unit_name"]): row
        for row in difference["tables"]["counts_by_unit"]
    }
    assert found.keys() == wanted.keys()
    for key, (old_count, new_count) in wanted.items():
        if old_count != new_count:
            assert found[key]["changes"]["received"] == [old_count, new_count]
        else:
            assert "received" not in found[key]["changes"]
    assert {row["key"]["field"] for row in difference["tables"]["counts_by_field"]} == {
        "Hộ tịch",
        "Đất đai",
    }
    assert {"counts_by_procedure", "counts_by_day", "form_06"} <= difference["tables"].keys()
    # A line that stands elsewhere in the form has not moved for that.
    assert all("line" not in row["changes"] for row in difference["tables"]["form_06"])


def test_the_dossiers_that_moved_them(difference: dict[str, Any]) -> None:
    found = {each["dossier_code"]: each for each in difference["dossiers"]}
    assert found.keys() == {BEFORE[n].code for n in (0, 1, 2, 5, 6, 8)} | {AFTER[-1].code}
    assert found[BEFORE[0].code]["changes"]["outcome"] == ["early", "late"]
    assert found[BEFORE[0].code]["changes"]["closed_on"] == ["2023-06-08", "2023-06-20"]
    assert found[BEFORE[1].code]["changes"]["unit_name"] == ["Xã Hòa Ân", "Xã Tam Ngãi"]
    assert found[BEFORE[2].code]["changes"].keys() == {"due_on", "effective_due_on"}
    assert not found[BEFORE[2].code]["counted"]
    assert all(each["counted"] for code, each in found.items() if code != BEFORE[2].code)
    assert found[BEFORE[5].code]["changes"] == {"channel": ["in_person", "online"]}
    assert found[BEFORE[6].code]["changes"]["outcome"] == ["pending_in_time", "withdrawn"]
    assert found[BEFORE[8].code]["kind"] == "disappeared"
    assert found[AFTER[-1].code]["kind"] == "appeared"
    rows = {code: each["source_row"] for code, each in found.items()}
    assert rows[AFTER[0].code] == 2 and rows[AFTER[-1].code] == 1 + len(AFTER)
    assert rows[BEFORE[8].code] == 1 + len(BEFORE)
    assert {each["source_file"] for each in found.values()} == {"2023Q3/a-2023-10-05.csv"}


def test_the_terminal_tells_it_in_vietnamese(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert igate("diff", data, "2023Q3") == 0
    said = " ".join(capsys.readouterr().out.split())
    for text in (
        "Tệp nguồn đổi nội dung: 2023Q3/a-2023-10-05.csv",
        "Số liệu báo cáo thay đổi",
        "late.commune Trễ hạn – cấp xã 00 02 +2",
        "trước hạn → trễ hạn",
        "Số liệu theo đơn vị",
        "Hồ sơ đổi nội dung mà không đổi số liệu nào (01)",
        "không còn trong kỳ",
    ):
        assert text in said


def test_the_other_way_round_and_against_itself(
    data: Path, difference: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert igate("diff", data, "2023Q3", "2", "1", "--json") == 0
    back = json.loads(capsys.readouterr().out)
    assert [(f["figure_id"], f["new"], f["old"]) for f in back["figures"]] == [
        (f["figure_id"], f["old"], f["new"]) for f in difference["figures"]
    ]
    assert igate("diff", data, "2023Q3", "2", "2") == 0
    assert "Không số liệu nào và không hồ sơ nào thay đổi" in capsys.readouterr().out
    assert igate("diff", data, "2023Q3", "1") == 2
    assert igate("diff", data, "2023Q3", "1", "9") == 2
    assert "không có lần công bố 9" in capsys.readouterr().err


def test_one_vintage_alone_and_rows_that_merely_stand_elsewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export(tmp_path, "a-2023-10-05.csv", BEFORE)
    assert igate("quarter", tmp_path, "2023Q3") == 0
    capsys.readouterr()
    assert igate("diff", tmp_path, "2023Q3") == 0
    assert "mới có một lần công bố" in capsys.readouterr().out
    assert igate("diff", tmp_path, "2023Q3", "--json") == 0
    assert json.loads(capsys.readouterr().out) is None
    export(
        tmp_path,
        "a-2023-10-05.csv",
        [Life(99, received=date(2022, 1, 3), finished=date(2022, 1, 4)), *BEFORE],
    )
    assert igate("quarter", tmp_path, "2023Q3") == 0
    capsys.readouterr()
    assert igate("diff", tmp_path, "2023Q3") == 0
    said = capsys.readouterr().out
    assert "Không số liệu nào" in said
    assert f"{len(BEFORE):02d} hồ sơ chỉ đổi chỗ" in said
