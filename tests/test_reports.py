"""`igate report`: made whole, private, the same each time, and nobody's edits are lost."""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

import pytest

from pipelines import cli
from pipelines.periods import previous_period
from pipelines.reports.build import EDITED, build_reports
from pipelines.reports.report import load_report
from pipelines.workspace import Workspace

PERIOD = "2023Q3"


@pytest.fixture(scope="module")
def workspace(published_sample: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The published sample in a folder of its own, as a copy on another disk has it."""
    data = tmp_path_factory.mktemp("reports") / "data"
    (data / "curated").mkdir(parents=True)
    for name in (f"period={PERIOD}", "quality"):
        shutil.copytree(published_sample.curated / name, data / "curated" / name)
    shutil.copy(published_sample.curated / "manifest.json", data / "curated")
    return Workspace(data)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_same_bytes_each_time_and_private(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = workspace.reports / PERIOD
    assert cli.run(["report", PERIOD, "--data", str(workspace.data)]) == 0
    said = capsys.readouterr().out
    first = contents(folder)
    assert cli.run(["report", PERIOD, "--data", str(workspace.data)]) == 0
    assert contents(folder) == first
    assert [path for path in first if not path.startswith(".") and path not in said] == []
    for path in [workspace.reports, folder, *folder.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o750 if path.is_dir() else 0o640), path
    assert [path.name for path in workspace.reports.iterdir() if path.is_dir()] == [PERIOD]


def test_what_people_edited_is_kept(workspace: Workspace) -> None:
    folder = workspace.reports / PERIOD
    build_reports(workspace, load_report(workspace, PERIOD), lambda name: None)
    ours = contents(folder)
    (folder / "cau-bao-cao.txt").write_text("đã sửa", encoding="utf-8")
    (folder / "ghi-chu.docx").write_bytes(b"1")  # not ours: it stays where it is
    _, edited = build_reports(workspace, load_report(workspace, PERIOD), lambda name: None)
    assert [path.name for path in edited] == ["cau-bao-cao.txt"]
    assert all(path.parent == folder / EDITED for path in edited)
    (folder / "cau-bao-cao.txt").write_text("đã sửa lần nữa", encoding="utf-8")
    _, edited = build_reports(workspace, load_report(workspace, PERIOD), lambda name: None)
    assert [path.name for path in edited] == ["cau-bao-cao (2).txt"]
    assert build_reports(workspace, load_report(workspace, PERIOD), lambda name: None)[1] == []
    kept = {path.name: path.read_text(encoding="utf-8") for path in (folder / EDITED).iterdir()}
    assert kept == {
        "cau-bao-cao.txt": "đã sửa",
        "cau-bao-cao (2).txt": "đã sửa lần nữa",
    }
    assert (folder / "ghi-chu.docx").read_bytes() == b"1"
    assert {name: content for name, content in contents(folder).items() if name in ours} == ours


def test_a_period_that_is_not_published(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["report", "2022Q1", "--data", str(workspace.data)]) == 1
    assert "make quarter Q=2022Q1" in capsys.readouterr().err
    assert cli.run(["report", "quý 1", "--data", str(workspace.data)]) == 2
    assert not (workspace.reports / "2022Q1").exists()


def test_the_office_is_the_one_above_all_units(workspace: Workspace) -> None:
    office = load_report(workspace, PERIOD).office
    assert (office.name, office.kind, office.level) == ("Huyện Cầu Kè", "huyện", "district")
    assert (office.place, office.province) == ("Cầu Kè", "tỉnh Trà Vinh")


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("2023Q3", "2023Q2"),
        ("2023Q1", "2022Q4"),
        ("2023M10", "2023M09"),
        ("2023M01", "2022M12"),
        ("2023H2", "2023H1"),
        ("2023H1", "2022H2"),
        ("2023N9", "2022N9"),
        ("2023Y", "2022Y"),
    ],
)
def test_the_period_before(name: str, before: str) -> None:
    assert previous_period(name) == before
