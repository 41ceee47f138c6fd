"""Dossiers due within three working days of the newest export, against a plain loop."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import oracle
import pytest
from sample_rows import read_sample
from tables_of import plain, rows, tables_of, working_days

from pipelines.periods import Period
from pipelines.quarter import published_table
from pipelines.workspace import Workspace

PERIOD = Period("2023Q3", date(2023, 6, 5), date(2023, 9, 1), "")
OVER = ("resolved", "declined", "withdrawn", "refused")


def _is_due_soon(row: oracle.DossierRow, as_of: date) -> bool:
    due, closed = oracle.effective_due_on(row), oracle.closed_on(row)
    if due is None or due < as_of or row.received_on is None or row.received_on > as_of:
        return False
    is_open = closed > as_of if closed is not None else row.status_group not in OVER
    return is_open and working_days(as_of, due) <= 3


def test_the_samples_list_is_a_plain_loops(published_sample: Workspace) -> None:
    as_of = date(2023, 9, 5)
    wanted = {
        row.code: (oracle.effective_due_on(row), working_days(as_of, oracle.effective_due_on(row)))  # type: ignore[arg-type]
        for row in oracle.newest(read_sample().rows)
        if _is_due_soon(row, as_of)
    }
    found = published_table(published_sample, "quality", "due_soon").to_pylist()
    assert {
        r["dossier_code"]: (r["effective_due_on"], r["working_days_left"]) for r in found
    } == wanted
    assert len(found) == len(wanted) > 0
    assert {row["as_of"] for row in found} == {as_of}


@pytest.mark.parametrize(
    "as_of", [date(2023, 1, 19), date(2023, 9, 1), date(2024, 5, 3), date(2023, 9, 9)]
)
def test_around_days_off(tmp_path: Path, as_of: date) -> None:
    """Before Tết, on National Day, before a worked Saturday, on a Saturday: whoever is due on
    one of the next twenty days, whatever else is known of the dossier.
    """
    draw = random.Random(as_of.toordinal())
    dossiers, wanted = [], {}
    for number in range(1, 200):
        due = as_of + timedelta(draw.randint(-2, 20))
        closed = draw.choice([None, None, as_of - timedelta(1), as_of, as_of + timedelta(1)])
        status, group = draw.choice(
            [("Đang xử lý", "processing"), ("Tạm dừng", "paused"), ("Đã trả kết quả", "resolved")]
        )
        extended = draw.choice([None, due + timedelta(5)])
        dossiers.append(
            plain(
                number, received=as_of - timedelta(9), due=due, extended=extended,
                returned=closed, status=status,
            )
        )  # fmt: skip
        counts_until = extended or due
        is_open = closed > as_of if closed else group != "resolved"
        left = working_days(as_of, counts_until)
        if is_open and counts_until >= as_of and left <= 3:
            wanted[dossiers[-1]["code"]] = left
    with tables_of(tmp_path, {f"a-{as_of}.csv": dossiers}, [PERIOD]) as connection:
        found = rows(connection, "select dossier_code, as_of, working_days_left from due_soon")
    assert {row["dossier_code"]: row["working_days_left"] for row in found} == wanted
    assert wanted and {row["as_of"] for row in found} == {as_of}


def test_an_older_export_counts_as_of_the_newest(tmp_path: Path) -> None:
    """The newest day over all files is what "now" is; a newer row closes the dossier."""
    due = date(2023, 8, 16)
    old = [plain(1, due=due), plain(2, due=due), plain(3, due=date(2023, 8, 8))]
    new = [plain(2, due=due, finished=date(2023, 8, 14), status="Có kết quả")]
    files = {"a-2023-08-07.csv": old, "b-2023-08-15.csv": new}
    with tables_of(tmp_path, files, [PERIOD]) as connection:
        (found,) = rows(connection, "select * from due_soon")
    assert (found["as_of"], found["source_file"], found["source_row"]) == (
        date(2023, 8, 15),
        "a-2023-08-07.csv",
        2,
    )


def test_nothing_is_due_where_no_export_says_when_it_was_taken(tmp_path: Path) -> None:
    with tables_of(tmp_path, {"a.csv": [plain(1, due=date(2023, 6, 6))]}, [PERIOD]) as connection:
        assert rows(connection, "select * from due_soon") == []
