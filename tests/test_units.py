"""The text by which an export names a unit finds that unit, and no other."""

from __future__ import annotations

import csv
import unicodedata
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from pipelines.errors import DataError
from pipelines.reference import FIRST_DAY, LAST_DAY
from pipelines.units import Unit, UnitIndex, lineage, load_units

REFERENCE = Path(__file__).resolve().parents[1] / "data" / "reference"
OLD, NEW = FIRST_DAY, date(2025, 7, 1)


@cache
def index() -> UnitIndex:
    return UnitIndex(load_units(REFERENCE), REFERENCE)


def codes(text: str, context: str = "") -> list[str]:
    return sorted(unit.code for unit in index().match(text, context))


def test_units_are_read_with_open_ends() -> None:
    units = {(unit.code, unit.valid_from): unit for unit in load_units(REFERENCE)}
    old, new = units["29335", OLD], units["29335", NEW]
    assert (old.name, old.valid_to) == ("Xã Thông Hòa", date(2025, 6, 30))
    assert (new.name, new.valid_to) == ("Xã Tam Ngãi", LAST_DAY)
    assert "Phòng TN&MT" in units["845-TNMT", OLD].aliases


def test_an_unreadable_date_in_the_list_is_named(tmp_path: Path) -> None:
    with (tmp_path / "units.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["code", "name", "aliases", "level", "parent", "valid_from", "valid_to",
                         "successor"])  # fmt: skip
        writer.writerow(["1", "Xã Một", "", "commune", "", "30/06/2025", "", ""])
    with pytest.raises(DataError, match=r"units\.csv.*30/06/2025"):
        load_units(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "Xã Hòa Ân",
        "UBND xã Hòa Ân",
        "Ủy ban nhân dân xã Hòa Ân",
        "Uỷ ban nhân dân Xã Hoà Ân",
        "UBND XÃ HOÀ ÂN",
        "hòa ân",
        "x. Hòa Ân",
        "xa hoa an",
        " UBND\u00a0xã  Hòa\u200b Ân ",
        unicodedata.normalize("NFD", "UBND xã Hòa Ân"),
        "Bộ phận Một cửa xã Hòa Ân",
        "Bộ phận Tiếp nhận và Trả kết quả UBND xã Hòa Ân",
        "UBND xã Hòa Ân - huyện Cầu Kè",
        "Xã Hòa Ân, huyện Cầu Kè, tỉnh Trà Vinh",
        "Xã Hòa Ân (huyện Cầu Kè)",
        "huyện Cầu Kè / xã Hòa Ân",
    ],
)
def test_ways_to_write_one_commune(text: str) -> None:
    assert codes(text) == ["29311"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("UBND thị trấn Cầu Kè", "29308"),
        ("TT. Cầu Kè", "29308"),
        ("TT.Cầu Kè", "29308"),
        ("UBND huyện Cầu Kè", "845"),
        ("H. Cầu Kè", "845"),
        ("Phòng Tư pháp", "845-TP"),
        ("Phòng Tư pháp huyện Cầu Kè", "845-TP"),
        ("Phòng Tư pháp - UBND huyện Cầu Kè", "845-TP"),
        ("Phòng TN&MT huyện Cầu Kè", "845-TNMT"),
        ("Văn phòng HĐND và UBND huyện Cầu Kè", "845-VP"),
        ("Phòng Lao động - Thương binh và Xã hội", "845-LDTBXH"),
    ],
)
def test_names_and_abbreviations(text: str, code: str) -> None:
    assert codes(text) == [code]


@pytest.mark.parametrize(
    ("text", "code"), [("UBND X.Hòa Ân", "29311"), ("H.Cầu Kè", "845"), ("P.4, TP.Trà Vinh", None)]
)
def test_abbreviations_without_a_space_after_the_point(text: str, code: str | None) -> None:
    found = index().match(text, "")
    assert found
    if code is None:
        assert {unit.name for unit in found} == {"Phường 4"}
    else:
        assert {unit.code for unit in found} == {code}


@pytest.mark.parametrize(
    "text",
    ["Xã Đâu Đó", "Trạm y tế xã Hòa Ân", "ấp Hòa Ân", "Xã Hòa", "Trường tiểu học Phong Phú", "…",
     "Chưa phân công", "12"],
)  # fmt: skip
def test_what_is_no_units_name_finds_none(text: str) -> None:
    assert codes(text) == []


def test_no_text_means_the_unit_of_the_title() -> None:
    title = "SỔ THEO DÕI HỒ SƠ | Bộ phận Tiếp nhận và Trả kết quả UBND xã Phong Phú"
    assert codes("", title) == ["29326"]
    assert codes("", "UBND huyện Cầu Kè | UBND xã Phong Phú | Sheet1") == ["29326"]
    assert codes("", "Danh sách hồ sơ") == []
    assert codes("", "") == []


def test_one_name_for_several_units_is_not_guessed() -> None:
    assert set(codes("Cầu Kè")) == {"29308", "845"}
    twice = index().match("Xã Hòa Ân, huyện Trà Cú", "")
    assert len({unit.code for unit in twice}) != 1, "the text contradicts itself"


def test_wards_of_one_name_are_told_apart_by_the_parent_in_the_text() -> None:
    assert set(codes("Phường 1")) == {"29239", "29512"}
    assert codes("Phường 1, TP. Trà Vinh") == ["29239"]
    assert codes("Phường 1 - thị xã Duyên Hải") == ["29512"]


@pytest.mark.parametrize(
    ("context", "code"),
    [("DANH SÁCH HỒ SƠ | thành phố Trà Vinh", "29239"), ("UBND thị xã Duyên Hải", "29512")],
)
def test_wards_of_one_name_are_told_apart_by_the_title(context: str, code: str) -> None:
    assert codes("Phường 1", context) == [code]


def test_a_name_used_again_after_2025_gives_both_units_with_their_dates() -> None:
    found = index().match("UBND xã Tam Ngãi", "")
    assert [(unit.code, unit.valid_from) for unit in found] == [("29332", OLD), ("29335", NEW)]
    assert found[0].valid_to + timedelta(days=1) == found[1].valid_from


@pytest.mark.parametrize(
    ("code", "heir", "name"),
    [
        ("29308", "29308", "Xã Cầu Kè"),
        ("29311", "29308", "Xã Cầu Kè"),
        ("29314", "29308", "Xã Cầu Kè"),
        ("29317", "29317", "Xã An Phú Tân"),
        ("29320", "29317", "Xã An Phú Tân"),
        ("29323", "29329", "Xã Phong Thạnh"),
        ("29326", "29329", "Xã Phong Thạnh"),
        ("29329", "29329", "Xã Phong Thạnh"),
        ("29332", "29335", "Xã Tam Ngãi"),
        ("29335", "29335", "Xã Tam Ngãi"),
        ("29338", "29335", "Xã Tam Ngãi"),
    ],
)
def test_the_successor_holds_an_old_communes_dossiers(code: str, heir: str, name: str) -> None:
    holders = [unit for key, since, unit in lineage(load_units(REFERENCE))
               if (key, since) == (code, OLD)]  # fmt: skip
    assert [(unit.code, unit.valid_from, unit.valid_to) for unit in holders] == [
        (code, FIRST_DAY, date(2025, 6, 30)),
        (heir, NEW, LAST_DAY),
    ]
    assert holders[1].name == name


def test_on_every_day_a_dossier_has_exactly_one_holder() -> None:
    spans: dict[tuple[str, date], list[Unit]] = {}
    for code, since, unit in lineage(load_units(REFERENCE)):
        spans.setdefault((code, since), []).append(unit)
    assert len(spans) == len(load_units(REFERENCE))
    for holders in spans.values():
        assert holders[0].valid_from == FIRST_DAY
        assert holders[-1].valid_to == LAST_DAY
        for earlier, later in zip(holders, holders[1:], strict=False):
            assert later.valid_from == earlier.valid_to + timedelta(days=1)


def test_a_unit_without_successor_keeps_its_dossiers() -> None:
    alone = Unit("1", FIRST_DAY, date(2025, 6, 30), "Xã Một", "commune", "", "", ())
    [(_, _, holder)] = lineage([alone])
    assert (holder.code, holder.valid_to) == ("1", LAST_DAY)
