"""Old vintages and unused staged files go; what is shown, revised or was signed stays."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from small import Life, export, igate

LIVES = [Life(number) for number in range(1, 4)]


def kept(data: Path) -> list[int]:
    folder = data / "curated" / ".vintages" / "period=2023Q3"
    on_disk = sorted(int(path.name) for path in folder.iterdir())
    manifest = json.loads((data / "curated" / "manifest.json").read_text())
    assert sorted(int(number) for number in manifest["vintages"]["2023Q3"]) == on_disk
    return on_disk


def test_the_newest_stay_and_whatever_was_signed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for day in range(1, 7):
        lives = [replace(life, finished=date(2023, 6, day + 5)) for life in LIVES]
        export(tmp_path, "a-2023-09-05.csv", lives)
        assert igate("quarter", tmp_path, "2023Q3") == 0
        if day == 2:
            assert igate("freeze", tmp_path, "2023Q3") == 0
            assert igate("freeze", tmp_path, "2023Q3", "--release") == 0
    assert kept(tmp_path) == [1, 2, 3, 4, 5, 6]
    staging = tmp_path / "staging"
    assert len(list(staging.glob("*.parquet"))) == 6
    before = (tmp_path / "curated" / "period=2023Q3" / "dossiers.parquet").read_bytes()
    assert igate("gc", tmp_path, "--keep", "2") == 0
    assert "04" not in capsys.readouterr().err
    assert kept(tmp_path) == [2, 5, 6]
    assert len(list(staging.glob("*.parquet"))) == 1
    assert (tmp_path / "curated" / "period=2023Q3" / "dossiers.parquet").read_bytes() == before
    assert igate("verify", tmp_path) == 0
    assert igate("log", tmp_path) == 0
    # Nothing is left to do, and the next run has nothing new either.
    (tmp_path / "curated" / ".vintages" / "period=2023Q3" / "0009").mkdir()
    assert igate("gc", tmp_path, "--keep", "2") == 0
    assert kept(tmp_path) == [2, 5, 6]
    capsys.readouterr()
    assert igate("quarter", tmp_path, "2023Q3") == 0
    assert "Không có gì mới" in capsys.readouterr().out


def test_what_a_reader_may_have_resolved_stays(tmp_path: Path) -> None:
    """The edition before the newest stays for a while, so its vintage does too."""
    editions = tmp_path / "curated" / ".editions"
    for day in range(1, 5):
        lives = [replace(life, finished=date(2023, 6, day + 5)) for life in LIVES]
        export(tmp_path, "a-2023-09-05.csv", lives)
        assert igate("quarter", tmp_path, "2023Q3") == 0
        if day == 3:
            resolved = (editions / "current").resolve()
    assert igate("gc", tmp_path, "--keep", "1") == 0
    assert kept(tmp_path) == [3, 4]
    assert (resolved / "period=2023Q3" / "dossiers.parquet").is_file()
    assert igate("verify", tmp_path) == 0


def test_none_at_all_cannot_be_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert igate("gc", tmp_path, "--keep", "0") == 2
    assert "--keep" in capsys.readouterr().err
