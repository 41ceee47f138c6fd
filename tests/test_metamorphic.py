"""What must not change the figures changes nothing; what must, changes them by just that much."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from lives import CHANNELS, GROUPS, LEVELS, MEASURES, REFERENCE, Files, counted
from tables_of import plain, rows

from pipelines.periods import load_period

QUARTERS = ["2024Q1", "2024Q2", "2024Q3"]
MONTHS = [f"2024M{number:02d}" for number in range(1, 10)]
PERIODS = [load_period(name, REFERENCE) for name in (*QUARTERS, *MONTHS, "2024H1", "2024N9")]
TABLES = ["counts_by_level", "counts_by_unit", "counts_by_successor_unit", "counts_by_field",
          "counts_by_procedure", "counts_by_day", "form_06", "report_figures"]  # fmt: skip
OLDER, NEWER = "a-2024-06-20.csv", "b-2024-09-20.csv"
COUNTS = [measure for measure in MEASURES if "rate" not in measure and "share" not in measure]

Tables = dict[str, list[dict[str, Any]]]


def _exports(seed: int) -> dict[str, list[dict[str, Any]]]:
    """Two exports that overlap; each has a dossier once."""
    draw = random.Random(seed)

    def shown(number: int) -> dict[str, Any]:
        received = date(2023, 11, 20) + timedelta(draw.randrange(310))
        return plain(
            number,
            received=received,
            due=draw.choice([None, received + timedelta(draw.randrange(40))]),
            finished=draw.choice([None, received + timedelta(draw.randrange(60))]),
            extended=draw.choice([None, None, received + timedelta(draw.randrange(50))]),
            status=draw.choice(list(GROUPS)),
            unit=draw.choice(list(LEVELS)),
            channel=draw.choice([*CHANNELS, ""]),
            field=draw.choice(["Hộ tịch", "Đất đai", ""]),
            procedure_code=draw.choice(["1.000894", "2.001234"]),
        )

    return {
        OLDER: [shown(number) for number in range(1, 91)],
        NEWER: [shown(number) for number in range(61, 151)],
    }


def _tables(files: Files) -> Tables:
    with TemporaryDirectory() as name, counted(Path(name), files, PERIODS, TABLES) as connection:
        return {
            table: sorted(rows(connection, f"select * from {table}"), key=str) for table in TABLES
        }


@cache
def _base(seed: int) -> Tables:
    return _tables(_exports(seed))


@pytest.mark.parametrize("seed", [1, 2])
def test_splitting_a_file_changes_nothing(seed: int) -> None:
    exports = _exports(seed)
    parts = {
        f"{part}/{name}": shown[part::3] for name, shown in exports.items() for part in range(3)
    }
    assert _tables(parts) == _base(seed)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_and_files_changes_nothing(seed: int) -> None:
    exports = _exports(seed)
    for shown in exports.values():
        random.Random(seed).shuffle(shown)
    turned = {name: exports[name] for name in reversed(exports)}
    assert _tables(turned) == _base(seed)


def test_an_older_export_of_what_is_known_changes_nothing() -> None:
    exports = _exports(1)
    stale = [life | {"status": "Đang xử lý", "finished": None} for life in exports[NEWER]]
    assert _tables({"0-2024-03-01.csv": stale, **exports}) == _base(1)


def test_the_newer_export_wins_whatever_the_files_are_called() -> None:
    exports = _exports(1)
    renamed = {"z-2024-06-20.csv": exports[OLDER], "a-2024-09-20.csv": exports[NEWER]}
    assert _tables(renamed) == _base(1)


ADDED = plain(
    999,
    received=date(2024, 4, 1),
    due=date(2024, 5, 20),
    finished=date(2024, 5, 21),
    status="Đã trả kết quả",
    unit="Phòng Tư pháp",
    channel="BCCI",
    field="Đất đai",
    procedure_code="2.001234",
)
# Period → the measures in which the dossier counts one, on basis flow: received on 1 April (in
# M04, which begins on 15 March), due on 20 May and closed a day late (in M06, from 15 May).
_NEW = ["received", "received_postal", "in_scope", "handled"]
_LATE = ["late", "resolved"]
_OPEN = ["pending_in_time", "in_progress"]
_CARRIED = ["carried_over", "in_scope", "handled"]
ADDS = {
    "2024Q2": [*_NEW, *_LATE],
    "2024H1": [*_NEW, *_LATE],
    "2024N9": [*_NEW, *_LATE],
    "2024M04": [*_NEW, *_OPEN],
    "2024M05": [*_CARRIED, *_OPEN],
    "2024M06": [*_CARRIED, *_LATE],
}


def test_adding_a_dossier_adds_one_where_it_belongs_and_nothing_elsewhere() -> None:
    exports = _exports(1)
    exports[NEWER] = [*exports[NEWER], ADDED]
    own = {
        "counts_by_level": {"level": {"district", "all"}},
        "counts_by_unit": {"unit_name": {"Phòng Tư pháp"}},
        "counts_by_successor_unit": {"level": {"district"}, "unit_name": {"Xã Cầu Kè"}},
        "counts_by_field": {"level": {"district"}, "field": {"Đất đai"}},
        "counts_by_procedure": {"level": {"district"}, "procedure_code": {"2.001234"}, "field": {"Đất đai"}},
    }  # fmt: skip
    after = _tables(exports)
    for table, where in own.items():
        keys = [name for name in after[table][0] if name not in (*MEASURES, "provisional")]
        before = {tuple(row[name] for name in keys): row for row in _base(1)[table]}
        seen = 0
        for row in after[table]:
            belongs = all(row[name] in values for name, values in where.items())
            adds = set(ADDS.get(row["period"], ())) if belongs else set()
            if row["basis"] == "received" and "carried_over" in adds:
                adds = set()
            old: Mapping[str, int] = before.get(tuple(row[name] for name in keys), {})
            assert {m: row[m] - old.get(m, 0) for m in COUNTS} == {
                m: int(m in adds) for m in COUNTS
            }
            seen += bool(adds)
        assert seen == 10 * len(where.get("level", {"own"})), table


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ("2024Q1", MONTHS[:3]),
        ("2024Q2", MONTHS[3:6]),
        ("2024Q3", MONTHS[6:]),
        ("2024H1", QUARTERS[:2]),
        ("2024N9", QUARTERS),
        ("2024N9", ["2024H1", "2024Q3"]),
    ],
)
def test_what_a_period_received_is_the_sum_of_its_parts(
    seed: int, whole: str, parts: list[str]
) -> None:
    received = [measure for measure in MEASURES if measure.startswith("received")]
    for table, key in (
        ("counts_by_level", ["basis", "level"]),
        ("counts_by_successor_unit", ["basis", "level", "unit_code"]),
        ("counts_by_field", ["basis", "level", "field"]),
        ("counts_by_procedure", ["basis", "level", "procedure_code", "field"]),
    ):
        sums: dict[tuple[Any, ...], dict[str, int]] = {}
        for row in _base(seed)[table]:
            sign = (row["period"] == whole) - (row["period"] in parts)
            group = sums.setdefault(tuple(row[name] for name in key), dict.fromkeys(received, 0))
            for measure in received:
                group[measure] += sign * row[measure]
        assert not any(value for group in sums.values() for value in group.values()), table
    assert any(row["received"] for row in _base(seed)["counts_by_level"] if row["period"] == whole)
