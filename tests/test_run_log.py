"""The run log: every run leaves a line, and no line can be altered or taken out unseen."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
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


def test_what_is_made_of_a_publication_is_told_with_its_hash(
    logged: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also beside a run: each entry is added alone. The publication is as whole as before."""
    data = tmp_path / "data"
    shutil.copytree(logged, data, symlinks=True)
    report = tmp_path / "bao-cao.txt"
    report.write_text("Tổng số hồ sơ tiếp nhận: 09 hồ sơ.", encoding="utf-8")
    for command in (["report"], ["publish-open"], ["reconcile"], ["freeze"]):
        wanted = [str(report)] if command == ["reconcile"] else []
        status = cli.run([*command, "2023Q3", *wanted, "--data", str(data)])
        assert status == (1 if wanted else 0)
    log = run_log.read(Workspace(data))
    assert log.problems == []
    assert cli.run(["verify", "--data", str(data)]) == 0
    reported, opened, reconciled, frozen = log.entries[-4:]
    assert [each["outcome"] for each in (reported, opened, reconciled, frozen)] == [
        *("reported", "opened", "reconciled", "frozen"),
    ]
    for entry in (reported, opened, reconciled):
        assert entry["reads"] == frozen["replaces"] and entry["user"] and entry["software"]
        assert entry["outputs"] == {name: sha256_of(data / name) for name in entry["outputs"]}
    made = {path for path in (data / "reports/2023Q3").rglob("*") if path.name[0] != "."}
    assert {data / name for name in reported["outputs"]} == {p for p in made if p.is_file()}
    assert "open/2023Q3/datapackage.json" in opened["outputs"]
    assert reconciled["inputs"] == {"bao-cao.txt": sha256_of(report)}
    assert list(reconciled["outputs"]) == ["reports/doi-chieu-2023Q3.xlsx"]
    capsys.readouterr()
    assert cli.run(["log", "--data", str(data)]) == 0
    said = capsys.readouterr().out
    assert "đã lập báo cáo" in said and "đã mở số liệu" in said and "đã đối chiếu" in said


def test_entries_added_at_once_follow_each_other(tmp_path: Path) -> None:
    add = "from pipelines import run_log; from pipelines.workspace import Workspace\n"
    add += f"for _ in range(50): run_log.append(Workspace(Path({str(tmp_path)!r})), 'failed')"
    script = f"from pathlib import Path\n{add}"
    beside = [subprocess.Popen([sys.executable, "-c", script]) for _ in range(3)]
    assert [process.wait(timeout=60) for process in beside] == [0, 0, 0]
    log = run_log.read(Workspace(tmp_path))
    assert (len(log.entries), log.problems) == (150, [])
