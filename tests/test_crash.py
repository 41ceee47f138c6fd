"""A run killed at any moment, or without space: what is published is the old state or the new one.

In bounded form; `make soak` kills at every write and at hundreds of random moments.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import kill_runs
import pytest

pytestmark = [
    pytest.mark.strace,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[kill_runs.Moment]]:
    """A folder with ten dossiers published, and every write of the run that published them.

    Others were published before: a first publication makes links that a later one finds there.
    """
    data = tmp_path_factory.mktemp("killed") / "data"
    kill_runs.lay_out(data, 9)
    assert kill_runs.run(kill_runs.quarter(data)).returncode == 0
    kill_runs.lay_out(data, 10)
    moments = kill_runs.moments(data, data.parent / "trace")
    assert len(moments) > 50
    return data, moments


def test_killed_at_its_writes_and_at_any_moment(
    published: tuple[Path, list[kill_runs.Moment]],
) -> None:
    """Each run has something new to publish, and finds what the killed one before it left."""
    data, moments = published
    chosen: list[kill_runs.Moment | float] = [*kill_runs.spread(moments, 6, seed=6)]
    chance = random.Random(6)
    chosen += [chance.uniform(0.3, 5) for _ in range(4)]
    killed, old = 0, kill_runs.received(data)
    for number, moment in enumerate(chosen):
        new = 11 + number
        kill_runs.lay_out(data, new)
        if isinstance(moment, float):
            killed += kill_runs.kill_after(data, moment)
        else:
            killed += kill_runs.kill_at(data, moment)
        assert kill_runs.whole(data, {old, new}) == [], moment
        old = kill_runs.received(data)
    assert killed >= len(chosen) // 2
    ended = kill_runs.run(kill_runs.quarter(data))
    assert ended.returncode == 0, ended.stderr
    assert kill_runs.whole(data, {11 + len(chosen) - 1}) == []
    assert kill_runs.remains(data) == []


@pytest.mark.parametrize("syscall", ["write", "rename", "mkdir", "symlink"])
def test_no_space_left(published: tuple[Path, list[kill_runs.Moment]], syscall: str) -> None:
    data, moments = published
    old = kill_runs.received(data)
    kill_runs.lay_out(data, 900 + len(syscall))
    own = [moment for moment in moments if moment.syscall == syscall]
    # Of the few renames and links a later run makes fewer still: the first is always made.
    ended = kill_runs.without_space_at(data, own[len(own) // 2 if syscall == "write" else 0])
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert kill_runs.whole(data, {old}) == []
