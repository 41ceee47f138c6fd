"""What a run does as lines of JSON, when asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines import cli


def events(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def export(data: Path, unit: str) -> None:
    """Write an export of three dossiers, one of them late."""
    path = data / "raw" / "2023Q3" / "a.csv"
    path.parent.mkdir(parents=True)
    rows = ["Mã hồ sơ,Đơn vị giải quyết,Ngày tiếp nhận,Ngày hẹn trả,Ngày có kết quả,Trạng thái"]
    rows += [
        f"H59.18-230605-000{n},{unit},05/06/2023,09/06/2023,{closed}/06/2023,Đã trả kết quả"
        for n, closed in enumerate(("08", "09", "12"), start=1)
    ]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


def test_a_run_is_told_with_its_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    export(tmp_path, "UBND xã Hòa Ân")
    log = tmp_path / "logs" / "igate.jsonl"
    run = ["quarter", "2023Q3", "--data", str(tmp_path), "--log-json", str(log)]
    assert cli.run(run) == 0
    told = events(log)
    assert [told[0]["event"], told[-1]["event"]] == ["started", "finished"]
    assert told[-1]["status"] == 0 and all(each["time"].endswith("+07:00") for each in told)
    (file,) = [each for each in told if each["event"] == "file"]
    assert (file["file"], file["rows_read"]) == ("2023Q3/a.csv", 3 + 1)
    assert (file["accepted"], file["rejected"], file["ignored"]) == (3, 0, 1)
    (commune,) = [e for e in told if e["event"] == "published" and e["level"] == "commune"]
    assert (commune["received"], commune["handled"], commune["late"]) == (3, 3, 1)
    assert "H59.18" not in log.read_text(encoding="utf-8")
    # The environment says the same as the option; a second run appends.
    monkeypatch.setenv("IGATE_LOG", str(log))
    assert cli.run(["quarter", "2023Q3", "--data", str(tmp_path)]) == 0
    again = events(log)[len(told) :]
    assert [e["new"] for e in again if e["event"] == "published" and e["level"] == "all"] == [False]


def test_a_failure_is_told_without_its_rows(tmp_path: Path) -> None:
    export(tmp_path / "data", "UBND xã Không Có")
    log = tmp_path / "igate.jsonl"
    data = str(tmp_path / "data")
    assert cli.run(["quarter", "2023Q3", "--data", data, "--log-json", str(log)]) == 1
    told = events(log)
    assert told[-1]["event"] == "failed" and told[-1]["status"] == 1
    found = {each["check"]: each["severity"] for each in told if each["event"] == "finding"}
    assert found["unknown_unit"] == "critical"
    assert "H59.18" not in log.read_text(encoding="utf-8")


def test_nothing_is_written_unless_asked_for(tmp_path: Path) -> None:
    assert cli.run(["quarter", "2023Q9", "--data", str(tmp_path)]) == 2
    assert not list(tmp_path.iterdir())
    log = tmp_path / "igate.jsonl"
    assert cli.run(["quarter", "2023Q9", "--data", str(tmp_path), "--log-json", str(log)]) == 2
    assert events(log)[-1]["status"] == 2
