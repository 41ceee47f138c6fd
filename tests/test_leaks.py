"""No personal data in anything that is written or printed, whatever is run and however it ends."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
from pathlib import Path

import build
import leaks
import openpyxl
import pytest
from docx import Document
from kill_runs import IGATE

# Laid into a process of Python, and those it starts, before anything else: what it does with the
# content of a file that a worker reads. Errors of libraries quote cells; crashes leave the memory.
_READ = """
import os, resource, signal, sys, time
import pipelines.staging as staging, pipelines.inspection as inspection
usual = staging.read_export
def read(path, scratch):
    export = usual(path, scratch)
    content = repr(export) + path.read_bytes().decode(errors="replace")
    {does}
    return export
staging.read_export = inspection.read_export = read
"""


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which every command was run over exports with personal data in every place."""
    folder = tmp_path_factory.mktemp("leaks")
    raw = folder / "data" / "raw" / "2023Q3"
    leaks.lay_out(raw)
    report(folder / "raw.docx")
    (folder / "raw.docx").rename(raw.parents[1] / "raw" / ".bao-cao.docx")
    told = str(raw.parents[1] / "raw" / ".bao-cao.docx")
    exports = [str(path) for path in sorted(raw.iterdir())]
    assert run(folder, "quarter", "2023Q3") == 1  # too many rows are rejected
    assert (folder / "data" / "staging" / "rejected_rows-2023Q3.xlsx").is_file()
    assert run(folder, "quarter", "2023Q3", "--max-rejected", "1") == 0
    assert run(folder, "quarter", "all", "--max-rejected", "1") == 0
    build.write_csv(raw / "new.csv", build.lines([build.dossier(9999)]))
    assert run(folder, "quarter", "2023Q3", "--max-rejected", "1") == 0
    assert run(folder, "report", "2023Q3") == 0
    assert run(folder, "inspect", *exports) == 1  # some cannot be read
    run(folder, "reconcile", "2023Q3", told)
    run(folder, "reconcile", "--arithmetic", told)
    for figure in ("received.all", "late.commune"):
        assert run(folder, "explain", "2023Q3", figure, "--csv", f"out/{figure}.csv") == 0
    assert run(folder, "diff", "2023Q3", "--limit", "0") == 0
    assert run(folder, "diff", "2023Q3", "--json") == 0
    for table in ("curated.dossiers", "curated.rejected_rows", "curated.sources"):
        assert run(folder, "query", "-c", f"select * from {table}") == 0
    assert (
        run(folder, "query", "-c", "select cast(unit_name as integer) from curated.dossiers") == 1
    )
    assert run(folder, "publish-open", "2023Q3") == 0
    for command in ("log", "verify", "gc", "periods"):
        assert run(folder, command) == 0
    assert run(folder, "vintages", "2023Q3") == 0
    return folder


def report(path: Path) -> None:
    """A report that says something of dossiers, and elsewhere something of a person."""
    document = Document()
    document.core_properties.author = leaks.TEXTS["properties"]
    document.add_paragraph("Tổng số hồ sơ tiếp nhận: 669 hồ sơ.")
    document.add_paragraph(leaks.TEXTS["report"])
    document.save(str(path))


def run(folder: Path, *arguments: str, does: str = "", core: bool = False) -> int:
    """Run a command in `folder`, where all that it prints is kept; return its status."""
    for name in ("out", "tmp", "home"):
        (folder / name).mkdir(exist_ok=True)
    environment = {
        **os.environ, "TMPDIR": str(folder / "tmp"), "HOME": str(folder / "home"),
        "PYTHONFAULTHANDLER": "1",
    }  # fmt: skip
    if does:
        site = folder / "site"
        site.mkdir(exist_ok=True)
        (site / "sitecustomize.py").write_text(_READ.format(does=does), encoding="utf-8")
        environment["PYTHONPATH"] = str(site)
    command = [*IGATE, *arguments, "--data", "data", "--log-json", "out/log.jsonl"]
    ended = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, check=False, timeout=300,
        start_new_session=True,
        preexec_fn=_cores if core else None,
    )  # fmt: skip
    number = len(list((folder / "out").iterdir()))
    (folder / "out" / f"{number}-{arguments[0]}.txt").write_bytes(ended.stdout + ended.stderr)
    return ended.returncode


def _cores() -> None:
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))


def test_every_place_is_looked_into(tmp_path: Path) -> None:
    """What is planted is found where it lies open, so that nothing found means something."""
    leaks.lay_out(tmp_path / "exports")
    seen = {mark for _, mark, _ in leaks.leaks(tmp_path)}
    elsewhere = {"zungnghi", "woanduyen", "0901725836"}  # in a torn workbook, in the report
    assert set(leaks.planted()) - elsewhere <= seen
    for text in leaks.TEXTS.values():
        assert any(mark in leaks._bare(text) for mark in leaks.planted()), text


def test_nothing_personal_is_written_or_printed(everything: Path) -> None:
    assert list(leaks.leaks(everything)) == []
    assert leaks.found(everything) == 0
    looked_at = {path.suffix for path in everything.rglob("*") if "raw" not in path.parts}
    assert {".parquet", ".duckdb", ".docx", ".xlsx", ".html", ".json", ".txt"} <= looked_at


def test_what_is_the_contracts_is_shown_of_rejected_rows(everything: Path) -> None:
    """The check above would also pass if nothing at all were written."""
    (path,) = (everything / "data" / "curated" / "quality").glob("rejected_rows-2023Q3.xlsx")
    values = {
        str(cell)
        for sheet in openpyxl.load_workbook(path, read_only=True).worksheets
        for row in sheet.values
        for cell in row
    }
    assert "•" * 12 in values


CRASHES = {
    "raises what it read": "raise ValueError(content)",
    "fails as Arrow does": "raise OSError(content)",
    "prints, warns and dies": "print(content); print(content, file=sys.stderr); os.abort()",
    "is brought down": "os.kill(os.getpid(), signal.SIGSEGV)",
    "is killed with all others": "os.killpg(os.getsid(0), signal.SIGKILL)",
}


@pytest.mark.parametrize("what", CRASHES)
@pytest.mark.parametrize("command", ["quarter", "inspect"])
def test_a_crash_leaves_nothing_personal(what: str, command: str, tmp_path: Path) -> None:
    """The file is transcoded and inside an archive: two copies of it are being made."""
    raw = tmp_path / "data" / "raw" / "2023Q3"
    leaks.lay_out(raw)
    for path in raw.iterdir():
        if path.name not in ("A.csv", "f.zip"):
            path.unlink()
    arguments = ["2023Q3"] if command == "quarter" else [str(raw / "A.csv"), str(raw / "f.zip")]
    status = run(tmp_path, command, *arguments, does=CRASHES[what], core=True)
    assert status == (-signal.SIGKILL if "killed" in what else 1)
    assert list(leaks.leaks(tmp_path)) == []
    assert not list(tmp_path.rglob("core*"))


@pytest.mark.parametrize("command", ["quarter", "inspect"])
def test_no_image_of_the_memory_is_written(command: str, tmp_path: Path) -> None:
    raw = tmp_path / "data" / "raw"
    raw.mkdir(parents=True)
    export = build.write_csv(raw / "a.csv", build.lines(build.dossiers(3)))
    told = (
        "print(*resource.getrlimit(resource.RLIMIT_CORE), *resource.prlimit(os.getppid(), "
        "resource.RLIMIT_CORE), file=open('out/limits', 'a'))"
    )
    run(tmp_path, command, "2023Q3" if command == "quarter" else str(export), does=told, core=True)
    limits = set((tmp_path / "out" / "limits").read_text(encoding="utf-8").split())
    assert limits <= {"0", "1"} and limits
