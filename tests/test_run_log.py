"""The run log: every run leaves a line, and no line can be altered or taken out unseen."""

from __future__ import annotations

import json
from pathlib import Path

import build
import pytest

from pipelines import cli, run_log
from pipelines.files import sha256_of
from pipelines.workspace import Workspace


def quarter(data: Path, *arguments: str) -> int:
    return cli.run(["quarter", "2023Q3", "--data", str(data), *arguments])


def lines(data: Path) -> list[bytes]:
    return (data / "run-log.jsonl").read_bytes().splitlines(keepends=True)


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a failed run, a publication, a run without anything new, and another one."""
    data = tmp_path_factory.mktemp("logged")
    raw = data / "raw" / "2023Q3"
    raw.mkdir(parents=True)
    build.write_csv(raw / "a.csv", build.lines(build.dossiers(3, unit="UBND xã Không Có Thật")))
    assert quarter(data) == 1
    build.write_csv(raw / "a.csv", build.lines(build.dossiers(3)))
    assert quarter(data) == 0
    assert quarter(data) == 0
    build.write_csv(raw / "b.csv", build.lines(build.dossiers(5)))
    assert quarter(data) == 0
    return data


def copied(logged: Path, tmp_path: Path, content: bytes) -> Workspace:
    (tmp_path / "curated").mkdir()
    manifest = (logged / "curated" / "manifest.json").read_bytes()
    (tmp_path / "curated" / "manifest.json").write_bytes(manifest)
    (tmp_path / "run-log.jsonl").write_bytes(content)
    return Workspace(tmp_path)


def test_every_run_leaves_its_line(logged: Path) -> None:
    log = run_log.read(Workspace(logged))
    assert log.problems == []
    assert [entry["outcome"] for entry in log.entries] == [
        "failed",
        "published",
        "unchanged",
        "published",
    ]
    failed, first, _, last = log.entries
    assert "UBND xã Không Có Thật" in failed["reason"]
    raw = logged / "raw"
    assert last["inputs"] == {
        path.relative_to(raw).as_posix(): sha256_of(path) for path in raw.rglob("*.csv")
    }
    assert last["manifest"] == sha256_of(logged / "curated" / "manifest.json")
    assert last["outputs"] == {
        f"{folder}/{path.name}": sha256_of(path)
        for folder in ("period=2023Q3", "quality")
        for path in (logged / "curated" / folder).iterdir()
    }
    assert set(first["inputs"]) == {"2023Q3/a.csv"}
    assert all(entry["user"] and entry["software"] and entry["at"] for entry in log.entries)


def test_an_altered_or_missing_line_shows(logged: Path, tmp_path: Path) -> None:
    whole = lines(logged)
    tampered = {
        "altered": [whole[0], whole[1].replace(b'"published"', b'"unchanged"'), *whole[2:]],
        "taken out": [whole[0], *whole[2:]],
        "first taken": whole[1:],
        "last taken": whole[:-1],
        "swapped": [whole[1], whole[0], *whole[2:]],
        "no JSON": [*whole[:2], b"x\n", *whole[3:]],
        "all taken": [],
    }
    for number, (what, content) in enumerate(tampered.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert run_log.read(copied(logged, folder, b"".join(content))).problems, what
    (tmp_path / "whole").mkdir()
    assert run_log.read(copied(logged, tmp_path / "whole", b"".join(whole))).problems == []


def test_a_rewritten_line_with_a_right_hash_breaks_the_next(logged: Path, tmp_path: Path) -> None:
    whole = lines(logged)
    entry = json.loads(whole[1])
    entry["user"] = "ai đó"
    entry["hash"] = run_log._hash(entry)
    forged = json.dumps(entry, ensure_ascii=False).encode() + b"\n"
    (problem,) = run_log.read(
        copied(logged, tmp_path, b"".join([whole[0], forged, *whole[2:]]))
    ).problems
    assert "dòng 3" in problem


def test_a_half_written_line_is_cut_off_and_told(logged: Path, tmp_path: Path) -> None:
    workspace = copied(logged, tmp_path, b"".join(lines(logged)) + b'{"at": "2023-')
    run_log.append(workspace, run_log.UNCHANGED, manifest=run_log.manifest_hash(workspace))
    log = run_log.read(workspace)
    assert log.problems == []
    assert log.entries[-1]["cut_off_bytes"] == len(b'{"at": "2023-')


def test_the_command_shows_the_log_and_its_state(
    logged: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["log", "--data", str(logged)]) == 0
    said = capsys.readouterr().out
    assert "đã công bố" in said and "nguyên vẹn" in said
    workspace = copied(logged, tmp_path, b"".join(lines(logged)[1:]))
    assert cli.run(["log", "--data", str(workspace.data)]) == 1
    assert "dòng 1" in capsys.readouterr().out


def test_what_is_written_is_private(logged: Path) -> None:
    for path in [logged / "igate.duckdb", *logged.rglob("*")]:
        if path.is_symlink() or path.is_relative_to(logged / "raw"):
            continue
        assert path.stat().st_mode & 0o007 == 0, path
