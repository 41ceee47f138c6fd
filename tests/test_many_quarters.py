"""Quarters published again and again: `igate gc` bounds the disk, and what was signed stays.

In bounded form; `make soak` publishes a hundred quarters.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import many_quarters

QUARTERS, ROUNDS, KEEP = 4, 6, 2


def test_the_disk_is_bounded_and_what_was_signed_stays(tmp_path: Path) -> None:
    data = tmp_path / "data"
    rounds = many_quarters.publish_rounds(data, QUARTERS, ROUNDS, KEEP)
    assert len(rounds) == ROUNDS
    assert many_quarters.faults(data, rounds, QUARTERS, KEEP) == []
    assert len(list((data / "curated" / ".editions").glob("[0-9]*"))) == 3
    # Every round adds as much as it did at first, and as much goes.
    steady = rounds[KEEP + many_quarters.SIGNED_IN :]
    added = min(each.before - before.after for before, each in pairwise(steady))
    assert added > 0
    assert abs(steady[-1].after - steady[0].after) < added
