"""The committed sample: it can be rebuilt, and it adds up to the figures of report 481."""

import csv
import io
import os
import subprocess
import sys
import unicodedata
from collections import Counter
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from make_sample import planted_personal_values
from oracle import (
    OUTCOMES,
    Counts,
    DossierRow,
    counts,
    counts_by,
    counts_by_day,
    form_06,
    newest,
    outcome,
)
from sample_rows import SAMPLE, SampleReading, read_catalogue, read_sample

START, END = date(2023, 6, 5), date(2023, 9, 1)
GENERATOR = Path(__file__).resolve().parents[1] / "scripts" / "make_sample.py"


@cache
def reading() -> SampleReading:
    return read_sample()


@cache
def table(basis: str) -> dict[str, Counts]:
    return counts(reading().rows, START, END, basis)


@pytest.mark.parametrize("hash_seed", ["0", "4711"])
def test_the_committed_files_are_what_the_generator_writes(tmp_path: Path, hash_seed: str) -> None:
    """Byte for byte, wherever it runs and whatever the order of Python's sets."""
    subprocess.run(
        [sys.executable, str(GENERATOR), "--out", str(tmp_path)],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
    )
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    committed = {path.name: path.read_bytes() for path in SAMPLE.glob("mau-*")}
    assert sorted(written) == sorted(committed)
    assert [name for name in written if written[name] != committed[name]] == []


def test_the_seeds_figures_for_the_district() -> None:
    district = table("received")["district"]
    assert district["received"] == 641
    assert district["on_time"] == 630
    assert district["late"] == 8
    assert district["pending_in_time"] == 1
    assert district["withdrawn"] == 2
    assert [district[other] for other in ("paused", "pending_overdue", "undetermined")] == [0, 0, 0]
    assert district["handled"] == 639
    assert district["on_time_share"] == Decimal("98.59")
    assert district["late_share"] == Decimal("1.25")


def test_the_seeds_figures_for_communes_and_all() -> None:
    assert table("received")["commune"]["received"] == 9862
    assert table("received")["all"]["received"] == 10503
    assert table("received")["province"]["received"] == 0
    assert "unknown" not in table("received")


@pytest.mark.parametrize("name", OUTCOMES)
def test_every_outcome_occurs(name: str) -> None:
    flow = table("flow")["all"][name]
    assert isinstance(flow, int) and flow > 0


@pytest.mark.parametrize("basis", ["received", "flow"])
def test_the_identities_hold_at_every_level(basis: str) -> None:
    levels = table(basis)
    for line in levels.values():
        parts = [line[part] for part in ("resolved", "withdrawn", "in_progress", "undetermined")]
        assert line["in_scope"] == sum(part for part in parts if isinstance(part, int))
    for measure in ("received", "in_scope", *OUTCOMES):
        single = [line[measure] for level, line in levels.items() if level != "all"]
        assert levels["all"][measure] == sum(part for part in single if isinstance(part, int))


def test_tables_by_group_sum_to_the_table_by_level() -> None:
    by_field = counts_by(reading().rows, START, END, "flow", lambda row: row.field)
    by_unit = counts_by(reading().rows, START, END, "flow", lambda row: row.unit_name)
    for groups in (by_field, by_unit):
        for level in ("district", "commune"):
            received = [line["received"] for (of, _), line in groups.items() if of == level]
            total = sum(part for part in received if isinstance(part, int))
            assert total == table("flow")[level]["received"]
    assert len({unit for level, unit in by_unit if level == "commune"}) == 11
    assert len({unit for level, unit in by_unit if level == "district"}) == 11


def test_form_06_balances() -> None:
    for line in table("flow").values():
        columns = form_06(line)
        assert columns["c3"] == line["in_scope"]
        assert columns["c3"] == columns["c7"] + columns["c11"]


def test_days_add_up_and_keep_the_weeks_rhythm() -> None:
    days = counts_by_day(reading().rows, START, END)
    received = {day: line["received"] for (level, day), line in days.items() if level == "all"}
    assert sum(received.values()) == table("flow")["all"]["received"]
    resolved = sum(line["resolved"] for (level, _), line in days.items() if level == "all")
    assert resolved == table("flow")["all"]["resolved"]
    by_weekday: Counter[int] = Counter()
    for day, number in received.items():
        by_weekday[day.weekday()] += number
    assert by_weekday[6] == 0
    assert 0 < by_weekday[5] < by_weekday[4] / 4
    assert received.get(END, 0) == 0, "1 September 2023 was a holiday"


def test_seven_rows_in_six_files_must_be_rejected() -> None:
    assert Counter(reading().rejected.values()) == {
        "no code": 2,
        "code mangled by a spreadsheet": 2,
        "no readable received date": 3,
    }
    assert len({name for name, _ in reading().rejected}) == 6


def test_every_dossier_of_the_earlier_district_export_is_in_the_later_one_too() -> None:
    codes: dict[str, set[str]] = {}
    for row in reading().rows:
        codes.setdefault(row.snapshot[1], set()).add(row.code)
    earlier = codes.pop("mau-huyen-cau-ke-2023-08-07.xlsx")
    later = codes.pop("mau-huyen-cau-ke.xlsx")
    assert earlier < later
    for name, commune in codes.items():
        assert not commune & later, name


def test_the_earlier_district_export_shows_the_state_of_its_day() -> None:
    rows: dict[str, list[DossierRow]] = {}
    for row in reading().rows:
        if row.level == "district":
            rows.setdefault(row.code, []).append(row)
    pairs = [sorted(both, key=lambda row: row.snapshot) for both in rows.values() if len(both) == 2]
    known = date(2023, 8, 7)
    assert all((row.finished_on or known) <= known for row, _ in pairs)
    assert sum(before.status_group != after.status_group for before, after in pairs) > 20
    assert sum(before.received_on != after.received_on for before, after in pairs) == 1


def test_one_commune_lists_some_dossiers_twice() -> None:
    per_file: Counter[tuple[str, str]] = Counter()
    for row in reading().rows:
        per_file[row.snapshot[1], row.code] += 1
    twice = {name for (name, _), number in per_file.items() if number > 1}
    assert twice == {"mau-xa-thong-hoa-2023-09-05.csv"}
    assert max(per_file.values()) == 2


def test_the_cases_that_make_counting_hard_all_occur() -> None:
    dossiers = newest(reading().rows)
    assert any(row.status_group == "refused" and row.received_on for row in dossiers)
    assert any(row.status_group == "processing" and row.finished_on for row in dossiers)
    assert any(row.status_group == "declined" for row in dossiers)
    assert any(row.due_on is None and row.finished_on for row in dossiers)
    assert any(row.finished_on is None and row.returned_on for row in dossiers)
    reached = [(row, outcome(row, START, END)) for row in dossiers]
    closed_later = [
        result for row, result in reached if result and row.finished_on and row.finished_on > END
    ]
    assert set(closed_later) == {"pending_in_time", "pending_overdue"}
    undated = [
        result
        for row, result in reached
        if row.level == "district"
        and row.status_group == "resolved"
        and not (row.finished_on or row.returned_on)
    ]
    assert undated == [None, None, None], "undetermined, but received before the period"


def test_the_catalogue_holds_the_seeds_procedures() -> None:
    entries = read_catalogue()
    assert Counter(entry.level for entry in entries) == {"district": 265, "commune": 148}
    assert all(entry.one_stop for entry in entries)
    assert len({(entry.level, entry.name) for entry in entries}) == len(entries)
    assert len({(entry.level, entry.code) for entry in entries}) == len(entries)


def test_the_planted_personal_values_are_in_the_files_and_cannot_occur_by_chance() -> None:
    values = planted_personal_values()
    assert len(values) == len(set(values)) > 2_000
    harmless = {entry.name for entry in read_catalogue()}
    harmless |= {entry.field for entry in read_catalogue()}
    harmless |= {row.unit_name for row in reading().rows}
    harmless |= {row.code for row in reading().rows}
    haystack = "\n".join(sorted(harmless))
    assert [value for value in values if value in haystack] == []
    in_files: set[str] = set()
    for path in SAMPLE.glob("mau-*.csv"):
        text = unicodedata.normalize("NFC", path.read_bytes().decode("utf-8-sig"))
        delimiter = ";" if ";" in text.split("\n", 1)[0] else ","
        for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter):
            for column in ("Chủ hồ sơ", "Số điện thoại", "Địa chỉ"):
                in_files.add(" ".join(row[column].split()))
    assert len(in_files) > 2_000
    assert in_files <= set(values)
