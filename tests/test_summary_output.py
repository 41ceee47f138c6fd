"""What `igate quarter` prints of a folder with all kinds of files, as a log or an e-mail has it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import kill_runs
import pyarrow.parquet as pq
import pytest
from small import Life, export, igate

from pipelines.findings import sample_lines
from pipelines.workspace import Workspace

PERIOD = "2023Q3"
BROKEN = 34  # workbooks that are none
EMPTY = ("rong-1.csv", "rong-2.csv")


def lay_out(data: Path) -> None:
    lives = [Life(1), Life(2, group="processing", finished=None), Life(3, group="withdrawn")]
    path = export(data, "good.csv", lives)
    shutil.copy(path, path.with_name("good-again.csv"))
    for number in range(BROKEN):
        (path.parent / f"hong-{number:02d}.xlsx").write_bytes(b"PK\x03\x04 %d" % number)
    for name in EMPTY:
        (path.parent / name).touch()


def quarter(data: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = kill_runs.quarter(data)
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder, and what the command wrote into a pipe, typed beside the data folder."""
    data = tmp_path_factory.mktemp("summary") / "data"
    lay_out(data)
    ended = quarter(data, data.parent)
    assert ended.returncode == 0, ended.stderr
    return data, ended.stdout


def finding(said: str, words: str) -> list[str]:
    """The line of the finding with these words, and its examples."""
    lines = said.split("Điều cần xem lại\n")[1].split("\n\n", maxsplit=1)[0].splitlines()
    (first,) = [number for number, line in enumerate(lines) if words in line]
    rest = lines[first + 1 :]
    end = next((n for n, line in enumerate(rest) if not line.startswith("   ")), len(rest))
    return [line.strip() for line in lines[first : first + 1 + end]]


def test_no_line_ends_with_blanks(run: tuple[Path, str]) -> None:
    assert [line for line in run[1].splitlines() if line != line.rstrip()] == []


def test_unreadable_files_are_named_up_to_thirty_then_counted(run: tuple[Path, str]) -> None:
    head, *names = finding(run[1], "tệp không đọc được")
    assert head == f"! {BROKEN + 2} tệp không đọc được, số liệu CHƯA gồm các tệp này."
    assert [line.split(":")[0] for line in names[:30]] == [
        f"2023Q3/hong-{number:02d}.xlsx" for number in range(30)
    ]
    assert "không mở được như một bảng tính" in names[0]
    assert names[30:] == ["… và 06 tệp khác; danh sách đầy đủ ở data/curated/quality/checks.html"]


def test_the_page_of_checks_has_them_all(run: tuple[Path, str]) -> None:
    data, _ = run
    page = (data / "curated" / "quality" / "checks.html").read_text(encoding="utf-8")
    for name in (*(f"hong-{number:02d}.xlsx" for number in range(BROKEN)), *EMPTY):
        assert f"<li>2023Q3/{name}: " in page
    published = pq.read_table(data / "curated" / "quality" / "findings.parquet").to_pylist()
    (row,) = [row for row in published if row["check_id"] == "unreadable_file"]
    assert len(row["sample"].split("\n")) == 11  # the table keeps its ten and the rest's number


def test_a_file_that_was_not_read_has_no_zeros(run: tuple[Path, str]) -> None:
    rows = {
        line.split()[0]: line.split()[1:]
        for line in run[1].splitlines()
        if line.startswith("2023Q3/")
    }
    assert rows["2023Q3/hong-00.xlsx"] == rows["2023Q3/hong-20.xlsx"] == ["không", "đọc", "được"]


def test_an_empty_file_is_no_copy_and_a_copy_is(run: tuple[Path, str]) -> None:
    assert finding(run[1], "giống hệt") == [
        "· 01 tệp giống hệt một tệp khác và chỉ được tính một lần.",
        "2023Q3/good.csv = 2023Q3/good-again.csv",
    ]


def test_handled_is_explained_once_below_its_table(run: tuple[Path, str]) -> None:
    lines = run[1].splitlines()
    (place,) = [n for n, line in enumerate(lines) if line.startswith("Giải quyết = ")]
    assert lines[place - 1].startswith("Toàn bộ")
    # Three received, one of them withdrawn, one still open: two are handled.
    assert lines[place - 1].split()[2:4] == ["03", "02"]
    assert lines[place] == (
        "Giải quyết = Tiếp nhận − Rút, gồm cả hồ sơ đang giải quyết; đó là «kết quả giải quyết» "
        "của báo cáo."
    )


def test_a_state_is_not_counted(run: tuple[Path, str]) -> None:
    assert finding(run[1], "tệp danh mục")[0] == (
        "· Chưa có tệp danh mục thủ tục hành chính, nên các số về thủ tục bằng 0."
    )
    page = (run[0] / "curated" / "quality" / "checks.html").read_text(encoding="utf-8")
    own = page.split("<code>no_catalogue</code>")[0].rsplit("<li class=", 1)[1]
    assert "Số trường hợp" not in own


def test_too_many_rejected_rows_are_told_with_points(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    path = export(data, "many.csv", [Life(number) for number in range(1200)])
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"H59\.18-230605-00\d\d", "", text), encoding="utf-8")
    assert igate("quarter", data, PERIOD) == 1
    said = capsys.readouterr().err
    assert "• Số dòng bị loại vượt mức cho phép" in said
    assert "100 trong 1.200 dòng hồ sơ" in said


@pytest.mark.parametrize(
    ("check", "sample", "shown"),
    [
        ("figure_jumps", "2023Q3, Xã Hòa Ân (29311): tiếp nhận 10622, thường là 1200",
         "2023Q3, Xã Hòa Ân (29311): tiếp nhận 10.622, thường là 1.200"),
        ("results_on_one_day", "2023Q3, Xã A: 2500 trong 2600 kết quả vào ngày 05/06/2023",
         "2023Q3, Xã A: 2.500 trong 2.600 kết quả vào ngày 05/06/2023"),
        ("stock_not_conserved", "2023Q3, 29311 Xã A: 1500 theo số liệu, 999 theo hồ sơ vào ngày 1",
         "2023Q3, 29311 Xã A: 1.500 theo số liệu, 999 theo hồ sơ vào ngày 1"),
        ("unknown_status", "«Mẫu 2023 hồ sơ»: thêm dòng × 10622\n… và 1234 loại khác",
         "«Mẫu 2023 hồ sơ»: thêm dòng × 10.622\n… và 1.234 loại khác"),
        ("unreadable_file", "tổng hợp 2023 hồ sơ.xlsx: dòng 12345", "tổng hợp 2023 hồ sơ.xlsx: dòng 12345"),
        ("unreadable_file", "", ""),
    ],
)  # fmt: skip
def test_counts_in_samples_have_points_and_nothing_else_has(
    check: str, sample: str, shown: str
) -> None:
    assert "\n".join(sample_lines(check, sample)) == shown


# Paths


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    before = Path.cwd()
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    os.chdir(folder)
    yield folder
    os.chdir(before)


@pytest.mark.parametrize("given", ["data", "../data", "/nowhere/data", "./data/"])
def test_a_shown_path_opens_from_where_the_command_was_typed(elsewhere: Path, given: str) -> None:
    workspace = Workspace(Path(given))
    shown = workspace.shown(workspace.curated / "quality")
    assert os.path.normpath(elsewhere / shown) == os.path.normpath(
        elsewhere / given / "curated" / "quality"
    )
    below = given in ("data", "./data/")
    assert shown == ("data/curated/quality" if below else str(Path(shown).absolute()))


def test_links_are_shown_by_their_own_names(elsewhere: Path) -> None:
    (elsewhere / "data" / "hidden").mkdir(parents=True)
    (elsewhere / "data" / "curated").symlink_to("hidden")
    workspace = Workspace(Path("data"))
    assert workspace.shown(workspace.curated) == "data/curated"


def test_what_is_printed_opens_and_what_is_published_is_the_same_from_anywhere(
    run: tuple[Path, str], tmp_path: Path
) -> None:
    """Only the moment of the run differs, which the manifest and two pages have."""
    first, said = run
    data = tmp_path / "data"
    lay_out(data)
    (tmp_path / "far").mkdir()
    ended = quarter(data, tmp_path / "far")
    assert ended.returncode == 0, ended.stderr
    for text, cwd in ((said, first.parent), (ended.stdout, tmp_path / "far")):
        places = text.split("Kết quả nằm ở\n")[1].splitlines()[:-1]
        paths = [line.strip().split("  ")[0] for line in places]
        assert len(paths) == 4
        assert all((cwd / path).exists() for path in paths), paths
    assert str(data / "curated" / "quality" / "checks.html") in ended.stdout
    assert "\n  data/curated/quality/checks.html" in said
    names = [f"period={PERIOD}/*.parquet", "quality/*.parquet", "quality/*.xlsx"]
    files = [path for name in names for path in (first / "curated").glob(name)]
    assert len(files) > 20
    for path in files:
        other = data / "curated" / path.relative_to(first / "curated")
        assert other.read_bytes() == path.read_bytes(), path.name
    pages = [
        (folder / "curated" / "quality" / "checks.html").read_text(encoding="utf-8")
        for folder in (first, data)
    ]
    # The line with the time of the run is the only one in which they may differ.
    assert str(tmp_path) not in pages[1]
    assert [line for line in pages[0].splitlines() if "Lập lúc" not in line] == [
        line for line in pages[1].splitlines() if "Lập lúc" not in line
    ]
