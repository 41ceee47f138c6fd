"""Whole lives of dossiers, seen by a sequence of exports, over several periods at once."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import oracle
from hypothesis import given, settings
from hypothesis import strategies as st
from lives import CHANNELS, LEVELS, MEASURES, REFERENCE, counted, exported, oracle_rows
from tables_of import plain, rows

from pipelines.periods import load_period

PERIODS = [load_period(name, REFERENCE)
           for name in ("2024M01", "2024M02", "2024M03", "2024Q1", "2024Q2", "2024H1")]  # fmt: skip
CHECK = "check_stock_not_conserved"
FIRST = date(2023, 11, 25)
PENDING = {"paused", "pending_in_time", "pending_overdue"}

days = st.integers(0, 70)


@st.composite
def lives(draw: st.DrawFn) -> dict[str, Any]:
    """One life: received, perhaps extended before it was due, paused and closed."""
    received = FIRST + timedelta(draw(st.integers(0, 200)))
    due = draw(st.none() | days.map(lambda number: received + timedelta(number)))
    pause, length = draw(days), draw(days)
    granted = due and draw(st.none() | st.just(max(received, due - timedelta(5))))
    life = plain(
        draw(st.integers(1, 10**9)),
        received=received,
        due=due,
        extended=due and due + timedelta(draw(days)),
        finished=draw(st.none() | days.map(lambda number: received + timedelta(number))),
        status=draw(st.sampled_from(["Đã trả kết quả", "Từ chối giải quyết", "Rút hồ sơ"])),
        unit=draw(st.sampled_from(list(LEVELS))),
        channel=draw(st.sampled_from([*CHANNELS, ""])),
    )
    paused = (received + timedelta(pause), received + timedelta(pause + length))
    return life | {"granted": granted, "paused": paused}


worlds = st.lists(lives(), min_size=1, max_size=40, unique_by=lambda life: str(life["code"]))
snapshots = st.lists(
    st.integers(20, 320).map(lambda number: FIRST + timedelta(number)),
    min_size=2,
    max_size=4,
    unique=True,
).map(sorted)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(world=worlds, seen_on=snapshots)
def test_counted_right_conserved_and_settled(
    world: list[dict[str, Any]], seen_on: list[date]
) -> None:
    files = {f"a-{day}.csv": exported(world, day) for day in seen_on}
    earlier = {name: files[name] for name in list(files)[:-1]}
    before, after = _counts(earlier), _counts(files)
    for shown, found in ((earlier, before), (files, after)):
        known = oracle_rows(shown)
        for period in PERIODS:
            for basis in ("received", "flow"):
                wanted = oracle.counts(known, period.start, period.end, basis)
                counted_here = {
                    level: row for (name, on, level), row in found.items()
                    if (name, on) == (period.name, basis)
                }  # fmt: skip
                assert counted_here == {
                    level: {m: measures[m] for m in MEASURES} for level, measures in wanted.items()
                }
    for period in PERIODS:
        if period.end <= seen_on[-2]:
            assert _settled(after, period.name) == _settled(before, period.name)


def _counts(files: dict[str, list[dict[str, Any]]]) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Period, basis, level → measures; what is open is conserved between the periods."""
    with (
        tempfile.TemporaryDirectory() as name,
        counted(Path(name), files, PERIODS, ["counts_by_level", CHECK]) as connection,
    ):
        assert connection.execute(f"from {CHECK}").fetchall() == []
        return {
            (row["period"], row["basis"], row["level"]): {m: row[m] for m in MEASURES}
            for row in rows(connection, "select * from counts_by_level")
        }


def _settled(found: dict[tuple[str, str, str], dict[str, Any]], period: str) -> list[Any]:
    """A period's figures without what may move between pause and pending."""
    return [
        (where, {measure: value for measure, value in row.items() if measure not in PENDING})
        for where, row in sorted(found.items())
        if where[0] == period
    ]
