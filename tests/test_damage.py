"""Damaged, changed or forbidden files, Ctrl-C, a reader that goes: nothing wrong is published, what is
published stays whole, and the next run mends it.
"""

from __future__ import annotations

import ctypes
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import build
import kill_runs
import pytest
from kill_runs import IGATE

import pipelines.staging as staging
from pipelines import cli
from pipelines.errors import TryAgain
from pipelines.exports import find_exports
from pipelines.workspace import Workspace


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three dossiers published, from one of two exports; not to be written into."""
    data = tmp_path_factory.mktemp("damage") / "data"
    kill_runs.lay_out(data, 3)
    rows = build.lines([build.dossier(code="H59.18-220105-0001", received="05/01/2022")])
    build.write_csv(data / "raw" / "2023Q3" / "b.csv", rows)
    assert quarter(data) == 0
    return data


@pytest.fixture
def data(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "data", symlinks=True))


def quarter(data: Path) -> int:
    return cli.run(["quarter", "2023Q3", "--data", str(data)])


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 4]) + content[middle + 1 :]


DAMAGE: dict[str, Callable[[bytes], bytes | None]] = {
    "flipped": flipped,
    "truncated": lambda content: content[: len(content) // 2],
    "emptied": lambda content: b"",
    "missing": lambda content: None,
}


def damage(path: Path, how: str) -> None:
    path = path.resolve()
    content = DAMAGE[how](path.read_bytes())
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)


@pytest.mark.parametrize("how", [*DAMAGE, "another's"])
def test_a_damaged_staged_file_is_staged_again(how: str, data: Path) -> None:
    first, second = sorted(path for path in (data / "staging").glob("*.parquet"))
    whole = {path.name: path.read_bytes() for path in (first, second)}
    if how == "another's":  # its hash is in its name, as it should be
        shutil.copy(second, first.with_name(f"{first.name[:81]}{second.name[81:]}"))
        first.unlink()
    else:
        damage(first, how)
    for made in ("curated", "igate.duckdb", "run-log.jsonl"):
        path = data / made
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert quarter(data) == 0
    assert kill_runs.whole(data, {3}) == []
    assert {p.name: p.read_bytes() for p in (data / "staging").glob("*.parquet")} == whole


PUBLISHED = [
    "curated/period=2023Q3/dossiers.parquet", "curated/manifest.json", "igate.duckdb",
    "curated/period=2023Q3/counts_by_level.parquet", "curated/period=2023Q3/vintage.json",
    "curated/quality/sources.parquet", "curated/quality/checks.html",
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "how"),
    [
        (name, how)
        for name in PUBLISHED
        for how in DAMAGE
        if name in PUBLISHED[:3] or how[0] in "fm"
    ],
)
def test_a_damaged_published_file_is_named_and_made_anew(
    name: str, how: str, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(data / name, how)
    assert cli.run(["verify", "--data", str(data)]) == 1
    said = capsys.readouterr()
    assert Path(name).name in said.out
    assert "Traceback" not in said.err
    assert quarter(data) == 0
    capsys.readouterr()
    assert kill_runs.whole(data, {3}) == []


# Exports that change while they are read


def changed(path: Path) -> None:
    kill_runs.lay_out(path.parents[2], 5)


def appended(path: Path) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("H59.18-230605-0099,UBND xã Hòa Ân,05/06/2023,09/06/2023,Đang xử lý\n")


def replaced(path: Path) -> None:
    new = path.with_name(".new")
    new.write_bytes(path.read_bytes().replace(b"-0000,", b"-0007,"))
    stat = path.stat()
    os.utime(new, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # same size, same time
    new.replace(path)


@pytest.mark.parametrize("change", [changed, appended, replaced, Path.unlink])
@pytest.mark.parametrize("when", ["before", "while", "after"])
def test_nothing_is_kept_under_the_hash_of_another_content(
    when: str, change: Callable[[Path], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kill_runs.lay_out(tmp_path, 3)
    (raw,) = find_exports(Workspace(tmp_path)).files
    usual = staging.read_export

    def read(path: Path, scratch: Path) -> object:
        if when == "while":
            change(raw.path)
        export = usual(path, scratch)
        if when == "after":
            change(raw.path)
        return export

    monkeypatch.setattr(staging, "read_export", read)
    if when == "before":
        change(raw.path)
    with pytest.raises((TryAgain, FileNotFoundError)):
        staging.stage(raw, tmp_path / "staging")
    assert not list((tmp_path / "staging").glob("*.parquet"))
    assert not list((tmp_path / "staging").glob(".staging-*"))


def test_a_file_that_goes_before_it_is_looked_at_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pipelines.exports as exports

    kill_runs.lay_out(tmp_path, 3)
    gone = tmp_path / "raw" / "2023Q3" / "gone.csv"
    usual = exports._paths
    monkeypatch.setattr(exports, "_paths", lambda raw: {**usual(raw), "2023Q3/gone.csv": gone})
    assert [raw.name for raw in find_exports(Workspace(tmp_path)).files] == ["2023Q3/a.csv"]


def test_what_changed_while_it_was_read_is_reported_and_read_by_the_next_run(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also if it is in the end what it was: then nothing else would tell the next run to look."""
    import pipelines.engines.duckdb as run

    build.write_csv(data / "raw" / "2023Q3" / "c.csv", build.lines([build.dossier(77)]))
    usual = run.stage_many

    def stage_many(files: object, *others: object) -> dict[str, object]:
        results: dict[str, object] = dict(usual(files, *others))  # type: ignore[arg-type]
        return results | {"2023Q3/c.csv": TryAgain("tệp thay đổi trong lúc đang đọc; …")}

    with monkeypatch.context() as patch:
        patch.setattr(run, "stage_many", stage_many)
        assert quarter(data) == 0
    assert "2023Q3/c.csv: tệp thay đổi trong lúc đang đọc" in capsys.readouterr().out
    assert kill_runs.received(data) == 3
    assert quarter(data) == 0
    assert kill_runs.whole(data, {4}) == []


def test_another_limit_reads_again_what_was_given_up(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = build.lines([build.dossier(78, address="x" * 2000)])
    build.write_csv(data / "raw" / "2023Q3" / "c.csv", rows)
    with monkeypatch.context() as patch:
        patch.setenv("IGATE_MAX_CELL_CHARACTERS", "1000")
        assert quarter(data) == 0
    assert kill_runs.received(data) == 3
    assert quarter(data) == 0
    assert kill_runs.whole(data, {4}) == []


def test_a_run_keeps_to_its_end_what_it_has_on_the_disk(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is too much for the memory lies there, and Parquet is still sorted out of it."""
    import pipelines.quarter as run

    publish = run.publish
    seen = []

    def publish_and_look(*arguments: Any, **named: Any) -> dict[str, Any]:
        manifest = publish(*arguments, **named)
        seen.extend((data / "staging").glob(".staging-*"))
        return manifest

    kill_runs.lay_out(data, 9)
    left_by_a_killed_run = data / "staging" / ".staging-of-another"
    left_by_a_killed_run.mkdir(parents=True)
    monkeypatch.setattr(run, "publish", publish_and_look)
    assert quarter(data) == 0
    (scratch,) = seen
    assert scratch != left_by_a_killed_run
    assert not list((data / "staging").glob(".staging-*"))


# Folders that may not be written


def without_privilege() -> None:
    """Root may write anywhere by two capabilities; without them it is held to a file's mode."""
    libc = ctypes.CDLL(None)
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


@pytest.mark.parametrize(
    ("folder", "command"),
    [
        *product(
            [".", "curated", "curated/.editions"], ["quarter", "report", "freeze", "publish-open"]
        ),
        ("staging", "quarter"),  # nothing else writes there
    ],
)
def test_a_folder_that_may_not_be_written(folder: str, command: str, data: Path) -> None:
    kill_runs.lay_out(data, 6)
    tried = data / folder
    closed = [
        tried,
        *(path for path in tried.rglob("*") if path.is_dir() and not path.is_symlink()),
    ]
    if folder == ".":
        (data / "run-log.jsonl").chmod(0o440)
        (data / ".igate.lock").chmod(0o440)
    for path in closed:
        path.chmod(0o555)
    try:
        ended = subprocess.run(
            [*IGATE, command, "2023Q3", "--data", str(data)],
            capture_output=True, text=True, check=False, timeout=120,
            preexec_fn=without_privilege if os.getuid() == 0 else None,
        )  # fmt: skip
    finally:
        for path in closed:
            path.chmod(0o755)
    writes_elsewhere = folder != "." and command in ("report", "publish-open")
    assert ended.returncode == (0 if writes_elsewhere else 1), ended.stderr
    if not writes_elsewhere:
        (line,) = ended.stderr.splitlines()
        assert line.startswith("Lỗi: Không có quyền đọc hoặc ghi") and str(data) in line
    assert kill_runs.whole(data, {3}) == []


# Ctrl-C, and readers that go


def test_ctrl_c_at_any_moment(data: Path) -> None:
    chance = random.Random(3)
    old, stopped = 3, 0
    for number in range(10):
        kill_runs.lay_out(data, 10 + number)
        process = subprocess.Popen(
            kill_runs.quarter(data), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True,
        )  # fmt: skip
        while str(process.pid) not in (data / ".igate.lock").read_text(encoding="utf-8"):
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 4))
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does, to all of them
        _, said = process.communicate(timeout=60)
        if process.returncode == 130:
            stopped += 1
            assert said == "Đã dừng theo yêu cầu; số liệu đã công bố vẫn giữ nguyên.\n"
        else:
            assert (process.returncode, said) == (0, "")
        assert kill_runs.whole(data, {old, 10 + number}) == []
        old = kill_runs.received(data)
    assert stopped >= 3
    assert quarter(data) == 0
    assert kill_runs.whole(data, {19}) == []
    assert not list((data / "curated").rglob(".new-*"))
    assert not list((data / "staging").glob(".staging-*"))


# DuckDB asks for a table, and Ctrl-C is pressed.
INTERRUPTED = """
import signal
from pipelines import cli, quarter

class Table:
    def __arrow_c_stream__(self, requested_schema=None):
        signal.raise_signal(signal.SIGINT)
    __arrow_c_schema__ = __arrow_c_stream__

quarter.load_inputs = lambda engine, *others: engine.create_table("source_files", Table())
cli.main()
"""


def test_ctrl_c_of_which_a_library_makes_an_error_of_its_own(data: Path) -> None:
    kill_runs.lay_out(data, 4)
    words = kill_runs.quarter(data)[3:]
    ended = kill_runs.run([sys.executable, "-c", INTERRUPTED, *words])
    said = "Đã dừng theo yêu cầu; số liệu đã công bố vẫn giữ nguyên.\n"
    assert (ended.returncode, ended.stderr) == (130, said)
    told = kill_runs.run([sys.executable, "-c", INTERRUPTED, *words, "--debug"]).stderr
    assert "InvalidInputException" in told  # else this would try nothing
    assert kill_runs.whole(data, {3}) == []


def test_a_run_leaves_nothing_among_temporary_files(data: Path, tmp_path: Path) -> None:
    kill_runs.lay_out(data, 5)
    folder = tmp_path / "tmp"
    folder.mkdir()
    ended = subprocess.run(
        kill_runs.quarter(data), env={**os.environ, "TMPDIR": str(folder)},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")
    assert list(folder.iterdir()) == []


COMMANDS = [
    ["quarter", "2023Q3"], ["report", "2023Q3"], ["explain", "2023Q3", "received.all"],
    ["diff", "2023Q3"], ["diff", "2023Q3", "--json"], ["vintages", "2023Q3"], ["periods"],
    ["log"], ["verify"], ["gc"], ["freeze", "2023Q3"], ["publish-open", "2023Q3"],
    ["inspect", "{raw}"], ["reconcile", "2023Q3", "{report}"],
    ["reconcile", "--arithmetic", "{report}"], ["query", "-c", "select * from range(99999)"],
    ["--help"], ["quarter", "--help"], ["--version"],
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_reader_that_goes_is_no_fault(command: list[str], data: Path) -> None:
    """As with `| head -1`: the command does its work and says nothing of it."""
    report = data / "bao-cao.txt"
    report.write_text("Tổng số hồ sơ tiếp nhận: 03 hồ sơ.\n" * 50, encoding="utf-8")
    build.write_csv(data / "raw" / "2023Q3" / "c.csv", build.lines([build.dossier(77)]))
    places = {"raw": str(data / "raw" / "2023Q3" / "a.csv"), "report": str(report)}
    arguments = [each.format(**places) for each in command]
    if not command[0].startswith("-") and "--help" not in command:
        arguments += ["--data", str(data)]
    process = subprocess.Popen(
        [*IGATE, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    said = process.stderr.read().decode()
    # What is said of a report's arithmetic is that nothing in it can be held against anything.
    assert process.wait(timeout=120) == ("--arithmetic" in command), said
    assert not any(word in said for word in ("Traceback", "Lỗi", "leaked", "Error"))
    if command[0] == "quarter" and "--help" not in command:
        assert kill_runs.received(data) == 4
