"""The reference lists hold together: all of them as text, and the units over time.

Expected numbers are facts about the country (how many communes, which mergers), stated here
independently of how the lists were derived.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import pytest
from reference_lists import REFERENCE, rows

UNIT_FILES = ("units.csv", "units_national.csv")
LEVELS = ("province", "district", "commune")
LAST_OLD_DAY, FIRST_NEW_DAY = date(2025, 6, 30), date(2025, 7, 1)
SEED_DAY = date(2023, 9, 1)
# District code → communes on the last day of the districts, communes that took them over.
COMMUNES = {
    "842": (8, 4),
    "844": (14, 5),
    "845": (11, 4),
    "846": (11, 4),
    "847": (14, 7),
    "848": (15, 6),
    "849": (17, 6),
    "850": (7, 5),
    "851": (7, 3),
}


class Unit(NamedTuple):
    code: str
    name: str
    aliases: str
    level: str
    parent: str
    valid_from: str
    valid_to: str
    successor: str

    @property
    def start(self) -> date:
        return date.fromisoformat(self.valid_from) if self.valid_from else date.min

    @property
    def end(self) -> date:
        return date.fromisoformat(self.valid_to) if self.valid_to else date.max

    @property
    def labels(self) -> list[str]:
        return [self.name, *filter(None, self.aliases.split("|"))]

    @property
    def is_department(self) -> bool:
        return "-" in self.code


@cache
def units(name: str) -> tuple[Unit, ...]:
    assert rows(name)[0] == Unit._fields
    return tuple(Unit(*row) for row in rows(name)[1:])


def valid_on(day: date, among: Iterable[Unit]) -> list[Unit]:
    return [unit for unit in among if unit.start <= day <= unit.end]


@cache
def by_code(name: str, day: date) -> dict[str, Unit]:
    found = valid_on(day, units(name))
    assert len({unit.code for unit in found}) == len(found)
    return {unit.code: unit for unit in found}


def one(code: str, day: date, name: str = "units.csv") -> Unit:
    return by_code(name, day)[code]


def areas(name: str, level: str, day: date) -> list[Unit]:
    wanted = (unit for unit in units(name) if unit.level == level and not unit.is_department)
    return valid_on(day, wanted)


# ---------------------------------------------------------------- all files


@pytest.mark.parametrize(
    "name", [*UNIT_FILES, "departments.csv", "holidays.csv", "holidays_overrides.csv"]
)
def test_text_is_plain_utf8_with_lf_and_composed_letters(name: str) -> None:
    raw = (REFERENCE / name).read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    text = raw.decode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    for row in rows(name):
        assert len(row) == len(rows(name)[0]), row
        for cell in row:
            for part in cell.split("|"):
                assert part == " ".join(part.split()), row


# ---------------------------------------------------------------- units


@pytest.mark.parametrize("name", UNIT_FILES)
def test_unit_rows_are_well_formed_and_sorted(name: str) -> None:
    for unit in units(name):
        assert unit.code and unit.name and unit.level in LEVELS, unit
        assert unit.start <= unit.end, unit
        assert unit.valid_to or not unit.successor, unit
        assert bool(unit.parent) == (unit.level != "province" or unit.is_department), unit
    keys = [(LEVELS.index(unit.level), unit.valid_from, unit.code) for unit in units(name)]
    assert keys == sorted(keys)


@pytest.mark.parametrize("name", UNIT_FILES)
def test_unit_keys_are_unique_and_intervals_of_a_code_do_not_overlap(name: str) -> None:
    keys = Counter((unit.code, unit.valid_from) for unit in units(name))
    assert [key for key, count in keys.items() if count > 1] == []
    ordered = sorted(units(name), key=lambda unit: (unit.code, unit.start))
    for earlier, later in pairwise(ordered):
        assert earlier.code != later.code or earlier.end < later.start, (earlier, later)


@pytest.mark.parametrize("name", UNIT_FILES)
def test_every_parent_exists_throughout_the_life_of_its_child(name: str) -> None:
    same_code: dict[str, list[Unit]] = {}
    for unit in units(name):
        same_code.setdefault(unit.code, []).append(unit)
    for unit in filter(lambda unit: unit.parent, units(name)):
        parents = [
            parent
            for parent in same_code[unit.parent]
            if parent.start <= unit.start and unit.end <= parent.end
        ]
        assert len(parents) == 1, unit
        below = LEVELS.index(unit.level) - LEVELS.index(parents[0].level)
        two_levels = unit.start >= FIRST_NEW_DAY
        assert below == (0 if unit.is_department else 2 if two_levels else 1), unit


@pytest.mark.parametrize("name", UNIT_FILES)
def test_every_successor_begins_the_day_after(name: str) -> None:
    by_key = {(unit.code, unit.start): unit for unit in units(name)}
    for unit in filter(lambda unit: unit.successor, units(name)):
        heir = by_key.get((unit.successor, unit.end + timedelta(days=1)))
        assert heir is not None, unit
        if unit.level != "district":
            assert heir.level == unit.level, unit


def test_communes_at_their_seats_succeed_the_districts_of_tra_vinh() -> None:
    heirs = {unit.name: one(unit.successor, FIRST_NEW_DAY).name
             for unit in areas("units.csv", "district", LAST_OLD_DAY)}  # fmt: skip
    assert heirs == {
        "Thành phố Trà Vinh": "Phường Trà Vinh",
        "Huyện Càng Long": "Xã Càng Long",
        "Huyện Cầu Kè": "Xã Cầu Kè",
        "Huyện Tiểu Cần": "Xã Tiểu Cần",
        "Huyện Châu Thành": "Xã Châu Thành",
        "Huyện Cầu Ngang": "Xã Cầu Ngang",
        "Huyện Trà Cú": "Xã Trà Cú",
        "Huyện Duyên Hải": "Xã Long Thành",
        "Thị xã Duyên Hải": "Phường Duyên Hải",
    }
    for unit in valid_on(LAST_OLD_DAY, units("departments.csv")):
        if unit.level == "district":
            heir = one(unit.successor, FIRST_NEW_DAY)
            assert heir.name == (
                "Sở Nông nghiệp và Môi trường"
                if unit.code == "845-CNVPDKDD"
                else one(one(unit.parent, LAST_OLD_DAY).successor, FIRST_NEW_DAY).name
            ), unit


@pytest.mark.parametrize("name", UNIT_FILES)
def test_a_commune_is_succeeded_within_the_successor_of_its_province(name: str) -> None:
    for unit in areas(name, "commune", LAST_OLD_DAY):
        if not unit.successor:
            continue
        province = one(one(unit.parent, LAST_OLD_DAY, name).parent, LAST_OLD_DAY, name)
        heir = one(unit.successor, FIRST_NEW_DAY, name)
        assert heir.parent == (province.successor or province.code), unit


def test_a_name_or_alias_means_one_unit_of_its_parent_on_any_day() -> None:
    claimed: dict[tuple[str, str], list[Unit]] = {}
    for unit in units("units.csv"):
        labels = [label.casefold() for label in unit.labels]
        assert len(labels) == len(set(labels)), unit
        for label in labels:
            for other in claimed.setdefault((unit.parent, label), []):
                assert other.end < unit.start or unit.end < other.start, (unit, other)
            claimed[unit.parent, label].append(unit)


@pytest.mark.parametrize("district", COMMUNES)
def test_communes_per_district_before_and_after(district: str) -> None:
    before, after = COMMUNES[district]
    communes = areas("units.csv", "commune", LAST_OLD_DAY)
    own = [unit for unit in communes if unit.parent == district]
    heirs = {unit.successor for unit in own}
    assert (len(own), len(heirs)) == (before, after)
    assert "" not in heirs, "no commune of Trà Vinh was divided"


def test_three_new_communes_cross_the_old_district_lines() -> None:
    """So the new communes per district add up to 44, but there are 41."""
    origins: dict[str, set[str]] = {}
    for unit in areas("units.csv", "commune", LAST_OLD_DAY):
        origins.setdefault(one(unit.successor, FIRST_NEW_DAY).name, set()).add(unit.parent)
    assert len(origins) == 41
    assert {name: parents for name, parents in origins.items() if len(parents) > 1} == {
        "Phường Nguyệt Hóa": {"842", "847"},
        "Phường Hòa Thuận": {"842", "847"},
        "Xã Ngũ Lạc": {"848", "850"},
    }


def test_tra_vinh_as_a_whole() -> None:
    districts = areas("units.csv", "district", LAST_OLD_DAY)
    assert {unit.code for unit in districts} == set(COMMUNES)
    assert areas("units.csv", "district", FIRST_NEW_DAY) == []
    assert len(areas("units.csv", "commune", LAST_OLD_DAY)) == 104
    assert len(areas("units.csv", "commune", FIRST_NEW_DAY)) == 41
    old = {(unit.code, unit.name, unit.successor) for unit in valid_on(SEED_DAY, provinces())}
    assert old == {("84", "Tỉnh Trà Vinh", "86"), ("86", "Tỉnh Vĩnh Long", "86")}
    (new,) = valid_on(FIRST_NEW_DAY, provinces())
    assert (new.code, new.name, new.valid_from) == ("86", "Tỉnh Vĩnh Long", "2025-07-01")


def provinces() -> list[Unit]:
    return [unit for unit in units("units.csv") if unit.level == "province" and not unit.parent]


def test_the_city_had_two_more_wards_until_the_end_of_2024() -> None:
    """Resolution 1277/NQ-UBTVQH15: wards 2 and 6 merged into ward 3 on 2025-01-01."""
    in_2023 = [u for u in areas("units.csv", "commune", SEED_DAY) if u.parent == "842"]
    in_2025 = [u for u in areas("units.csv", "commune", date(2025, 1, 1)) if u.parent == "842"]
    assert {u.code for u in in_2023} - {u.code for u in in_2025} == {"29245", "29251"}
    assert len(in_2023) == 10
    for code, name in (("29245", "Phường 2"), ("29251", "Phường 6"), ("29242", "Phường 3")):
        ward = one(code, date(2024, 12, 31))
        assert (ward.name, ward.valid_to, ward.successor) == (name, "2024-12-31", "29242")


OLD_CAU_KE = {
    "29308": "Thị trấn Cầu Kè",
    "29311": "Xã Hòa Ân",
    "29314": "Xã Châu Điền",
    "29317": "Xã An Phú Tân",
    "29320": "Xã Hoà Tân",
    "29323": "Xã Ninh Thới",
    "29326": "Xã Phong Phú",
    "29329": "Xã Phong Thạnh",
    "29332": "Xã Tam Ngãi",
    "29335": "Xã Thông Hòa",
    "29338": "Xã Thạnh Phú",
}
CAU_KE_MERGERS = {
    "Xã Cầu Kè": {"29308", "29311", "29314"},
    "Xã An Phú Tân": {"29317", "29320"},
    "Xã Phong Thạnh": {"29323", "29326", "29329"},
    "Xã Tam Ngãi": {"29332", "29335", "29338"},
}


def test_the_communes_of_cau_ke_and_their_four_mergers() -> None:
    old = [u for u in areas("units.csv", "commune", SEED_DAY) if u.parent == "845"]
    assert {unit.code: unit.name for unit in old} == OLD_CAU_KE
    merged: dict[str, set[str]] = {}
    for unit in old:
        merged.setdefault(one(unit.successor, FIRST_NEW_DAY).name, set()).add(unit.code)
    assert merged == CAU_KE_MERGERS


def test_reused_codes_mean_another_territory_after_the_merger() -> None:
    assert one("29335", LAST_OLD_DAY).name == "Xã Thông Hòa"
    assert one("29335", FIRST_NEW_DAY).name == "Xã Tam Ngãi"
    assert one("29332", LAST_OLD_DAY).successor == "29335"
    assert "29332" not in {unit.code for unit in valid_on(FIRST_NEW_DAY, units("units.csv"))}
    assert one("29308", LAST_OLD_DAY).name == "Thị trấn Cầu Kè"
    assert one("29308", FIRST_NEW_DAY).name == "Xã Cầu Kè"


def test_departments_are_those_kept_by_hand() -> None:
    listed = {unit for unit in units("units.csv") if unit.is_department}
    assert listed == set(units("departments.csv"))
    for unit in listed:
        assert re.fullmatch(rf"{unit.parent}-[A-Z]+", unit.code), unit
    of_the_district = [unit for unit in listed if unit.parent == "845"]
    assert len(of_the_district) == 14
    assert {unit.level for unit in of_the_district} == {"district"}
    assert {unit.valid_to for unit in of_the_district} == {"2025-06-30"}


def test_departments_of_the_province_were_regrouped_in_march_2025() -> None:
    """Trà Vinh's six regrouped departments began work on 2025-03-01."""
    old = one("84-STNMT", date(2025, 2, 28))
    new = one(old.successor, date(2025, 3, 1))
    assert new.name == "Sở Nông nghiệp và Môi trường"
    assert one(new.successor, FIRST_NEW_DAY).parent == "86"
    began = [unit for unit in units("departments.csv") if unit.valid_from == "2025-03-01"]
    assert len(began) == 6


# ---------------------------------------------------------------- the national list


@pytest.mark.parametrize(
    ("level", "before", "after"),
    [("province", 63, 34), ("district", 696, 0), ("commune", 10_035, 3_321)],
)
def test_national_counts(level: str, before: int, after: int) -> None:
    assert len(areas("units_national.csv", level, LAST_OLD_DAY)) == before
    assert len(areas("units_national.csv", level, FIRST_NEW_DAY)) == after


def test_names_carry_the_word_of_their_kind() -> None:
    words = {
        "province": ("Tỉnh ", "Thành phố "),
        "district": ("Huyện ", "Quận ", "Thị xã ", "Thành phố "),
        "commune": ("Xã ", "Phường ", "Thị trấn ", "Đặc khu "),
    }
    for unit in units("units_national.csv"):
        assert unit.name.startswith(words[unit.level]), unit
    assert one("00679", LAST_OLD_DAY, "units_national.csv").name == "Xã Đại Áng"


def test_the_new_vinh_long_has_124_communes() -> None:
    communes = areas("units_national.csv", "commune", FIRST_NEW_DAY)
    assert len([unit for unit in communes if unit.parent == "86"]) == 124


def test_tra_vinh_is_the_same_in_both_lists() -> None:
    national = set(units("units_national.csv"))
    local = {unit for unit in units("units.csv") if not unit.is_department}
    assert local <= national
    codes = {unit.code for unit in local}
    districts = set(COMMUNES)
    missed = [
        unit
        for unit in national - local
        if unit.parent in districts or unit.parent == "84" or unit.code in codes
    ]
    assert missed == []
