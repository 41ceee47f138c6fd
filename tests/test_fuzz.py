"""Mutated bytes of each format: never a crash, a hang or rows that do not add up.

More of them by hand: `python scripts/fuzz.py 20000`.
"""

from __future__ import annotations

import pytest
from fuzz import fuzz


@pytest.mark.parametrize("seed", [11, 12, 13, 14])
def test_mutated_exports_are_read_right_or_given_up(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IGATE_MAX_FILE_MEMORY_MB", "1500")
    outcomes, faults = fuzz(500, seed)
    assert faults == []
    assert outcomes.total() >= 450
    read = {name for name in outcomes if name.startswith("read as")}
    assert read >= {"read as csv", "read as html"}
