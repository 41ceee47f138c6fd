"""Which files under `raw/` are exports, which repeat another, and what their paths state."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import build
import duckdb
import pytest

from pipelines.engines.duckdb import DuckDB
from pipelines.errors import CommandError, DataError
from pipelines.exports import find_exports, snapshot_of_path, snapshot_stated
from pipelines.inputs import load_inputs
from pipelines.raw_contract import common
from pipelines.sources import Source
from pipelines.staging import stage
from pipelines.workspace import Workspace

REFERENCE = Path(__file__).resolve().parents[1] / "data" / "reference"


def workspace(folder: Path, files: dict[str, str]) -> Workspace:
    for name, content in files.items():
        path = folder / "raw" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return Workspace(folder)


def names(of: Workspace) -> list[str]:
    return [raw.name for raw in find_exports(of).files]


def test_exports_are_found_at_any_depth_in_the_order_of_their_names(tmp_path: Path) -> None:
    files = {"b.csv": "1", "2023Q3/xã/Hòa Ân.xlsx": "2", "2023Q3/a.xls": "3", "KHÔNG ĐUÔI": "4"}
    found = find_exports(workspace(tmp_path, files))
    assert [raw.name for raw in found.files] == sorted(files)
    assert [raw.path.read_text() for raw in found.files] == [files[name] for name in sorted(files)]
    assert [raw.copy_of for raw in found.files] == [None] * 4


def test_lock_files_and_hidden_files_are_no_exports(tmp_path: Path) -> None:
    files = ["a.csv", "~$a.csv", ".a.csv", ".DS_Store", "x/.~lock.a.csv#", ".thùng rác/b.csv",
             "x/~$b.xlsx"]  # fmt: skip
    assert names(workspace(tmp_path, {name: name for name in files})) == ["a.csv"]


def test_links_are_not_followed_and_are_told(tmp_path: Path) -> None:
    here = workspace(tmp_path, {"a.csv": "1"})
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "b.csv").write_text("2")
    (here.raw / "b.csv").symlink_to(tmp_path / "outside" / "b.csv")
    (here.raw / "xã").symlink_to(tmp_path / "outside")
    found = find_exports(here)
    assert [raw.name for raw in found.files] == ["a.csv"]
    assert found.links_left_out == ["b.csv", "xã"]


def test_the_sample_alone_is_read(tmp_path: Path) -> None:
    found = find_exports(workspace(tmp_path, {"2023Q3/mau-a.csv": "1", "2023Q3/mau-b.xls": "2"}))
    assert [raw.name for raw in found.files] == ["2023Q3/mau-a.csv", "2023Q3/mau-b.xls"]
    assert found.sample_left_out == []


def test_the_sample_is_left_out_as_soon_as_another_export_lies_there(tmp_path: Path) -> None:
    files = {"2023Q3/mau-a.csv": "1", "2023Q3/mau-b.xls": "2", "2024Q1/xa.csv": "3"}
    found = find_exports(workspace(tmp_path, files))
    assert [raw.name for raw in found.files] == ["2024Q1/xa.csv"]
    assert found.sample_left_out == ["2023Q3/mau-a.csv", "2023Q3/mau-b.xls"]


@pytest.mark.parametrize("other", [".DS_Store", "~$mau-a.xlsx"])
def test_what_is_no_export_does_not_push_the_sample_out(other: str, tmp_path: Path) -> None:
    assert names(workspace(tmp_path, {"mau-a.csv": "1", other: "2"})) == ["mau-a.csv"]


def test_copies_are_recognised_by_content(tmp_path: Path) -> None:
    files = {"a.csv": "một", "a - Copy (2).csv": "một", "b/a.csv": "hai", "z.xlsx": "một"}
    found = find_exports(workspace(tmp_path, files))
    assert {raw.name: raw.copy_of for raw in found.files} == {
        "a - Copy (2).csv": None,
        "a.csv": "a - Copy (2).csv",
        "b/a.csv": None,
        "z.xlsx": "a - Copy (2).csv",
    }


def test_symbolic_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text("x", encoding="utf-8")
    here = workspace(tmp_path / "data", {"a.csv": "1"})
    (here.raw / "link.csv").symlink_to(outside / "secret.csv")
    (here.raw / "folder").symlink_to(outside, target_is_directory=True)
    (here.raw / "broken.csv").symlink_to(outside / "nothing")
    (here.raw / "circle").symlink_to(here.raw, target_is_directory=True)
    assert names(here) == ["a.csv"]


def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    here = workspace(tmp_path, {"a.csv": "1"})
    os.mkfifo(here.raw / "pipe.csv")
    assert names(here) == ["a.csv"]


def test_a_missing_folder_is_a_wrong_command(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="raw"):
        find_exports(Workspace(tmp_path))


@pytest.mark.parametrize("files", [{}, {".gitkeep": ""}, {"~$a.xlsx": "x"}])
def test_a_folder_without_exports_is_a_data_error(files: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    with pytest.raises(DataError, match="raw"):
        find_exports(workspace(tmp_path, files))


def test_raw_is_not_written_to(tmp_path: Path) -> None:
    here = workspace(tmp_path, {"a.csv": "1", "x/b.csv": "2"})
    before = {path: path.stat().st_mtime_ns for path in here.raw.rglob("*")}
    before[here.raw] = here.raw.stat().st_mtime_ns
    find_exports(here)
    after = {path: path.stat().st_mtime_ns for path in here.raw.rglob("*")}
    assert {**after, here.raw: here.raw.stat().st_mtime_ns} == before


def test_a_changed_file_has_another_hash_though_it_is_as_long(tmp_path: Path) -> None:
    here = workspace(tmp_path, {"a.csv": "một", "b.csv": "hai"})
    before = {raw.name: raw.sha256 for raw in find_exports(here).files}
    stat = (here.raw / "a.csv").stat()
    workspace(tmp_path, {"a.csv": "mốt"})
    os.utime(here.raw / "a.csv", ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    after = {raw.name: raw.sha256 for raw in find_exports(here).files}
    assert after["a.csv"] != before["a.csv"]
    assert after["b.csv"] == before["b.csv"]
    assert after["a.csv"] == build.raw_file(here.raw / "a.csv").sha256


def test_an_unchanged_file_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = workspace(tmp_path, {"a.csv": "1"})
    first = find_exports(here)
    monkeypatch.setattr("hashlib.file_digest", lambda *_: pytest.fail("read again"))
    assert find_exports(here) == first


@pytest.mark.parametrize("damage", [b"", b'{"a.csv": [1, 2', b"\xff\xfe\x00"])
def test_a_damaged_index_of_hashes_is_made_again(damage: bytes, tmp_path: Path) -> None:
    here = workspace(tmp_path, {"a.csv": "1"})
    first = find_exports(here)
    (here.staging / "hashes.json").write_bytes(damage)
    assert find_exports(here) == first


# Snapshots


@pytest.mark.parametrize(
    "title",
    [
        "Ngày xuất: 05/09/2023 17:32",
        "Ngày xuất báo cáo : 05.09.2023",
        "NGÀY XUẤT 5/9/2023",
        "Ngày giờ xuất 05/09/2023 08:00",
        "(Từ ngày 01/04/2023 đến ngày 05/9/2023)",
        "Từ 01/04/2023 đến 05/09/2023",
        "Từ ngày 22/5/2023 đến hết ngày 05-09-2023",
        "Tính đến hết ngày 5 tháng 9 năm 2023",
        "đến ngày 05 tháng 9 năm 2023",
        "Từ ngày 01/10/2023 đến ngày 10/10/2023; ngày xuất: 05/09/2023",
        pytest.param(
            "Từ ngày: 01/04/2023 Đến ngày: 05/09/2023",
        ),
    ],
)
def test_a_title_states_the_day_of_the_export(title: str) -> None:
    assert snapshot_stated(title, common().snapshot_patterns) == date(2023, 9, 5)


@pytest.mark.parametrize(
    "title",
    [
        "Danh sách hồ sơ",
        "đến ngày 31/02/2023",
        "Từ ngày 05/09/2023",
        "Quý III năm 2023",
        pytest.param(
            "(Ban hành kèm theo Thông tư số 01/2018/TT-VPCP ngày 23 tháng 11 năm 2018)",
        ),
    ],
)
def test_other_titles_state_none(title: str) -> None:
    assert snapshot_stated(title, common().snapshot_patterns) is None


@pytest.mark.parametrize(
    ("name", "stated"),
    [
        ("mau-xa-hoa-an-2023-09-05.csv", "2023-09-05"),
        ("20230905.csv", "2023-09-05"),
        ("ds_2023.09.05_ban2.xlsx", "2023-09-05"),
        ("hoso_05092023.xlsx", "2023-09-05"),
        ("hồ sơ 05-09-2023 (2).xlsx", "2023-09-05"),
        ("ds_20092023.xlsx", "2023-09-20"),
        ("20230801-20230905.csv", "2023-09-05"),
        ("2023Q3/ds-2023-09-05.csv", "2023-09-05"),
        ("2023Q3/ds.csv", "2023-09-01"),
        ("2023q3/xã/ds.csv", "2023-09-01"),
        ("2023Q3/2023M10/ds.csv", "2023-10-14"),
        ("2023Q3/ds-20231399.csv", "2023-09-01"),
        ("ds.csv", None),
        ("xã/2023/ds.csv", None),
        ("ds-0912345678.csv", None),
        pytest.param(
            "hồ sơ đến 5-9-2023.xlsx",
            "2023-09-05",
        ),
    ],
)
def test_a_path_states_a_date(name: str, stated: str | None) -> None:
    expected = None if stated is None else date.fromisoformat(stated)
    assert snapshot_of_path(name, REFERENCE) == expected


def test_title_before_file_name_before_folder(tmp_path: Path) -> None:
    """As the SQL sees it, in `source_files`."""
    titles = {"Ngày xuất: 07/08/2023": "one", "": "two"}
    rows = {
        f"2023Q3/{name}{file_date}.csv": build.lines(build.dossiers(1), titles=[title])
        for title, name in titles.items()
        for file_date in ("-2023-09-05", "")
    }
    here = workspace(tmp_path, dict.fromkeys(rows, ""))
    for name, content in rows.items():
        build.write_csv(here.raw / name, content)
    sources = [
        Source(raw, tuple(stage(raw, here.staging, frozenset())), None)
        for raw in find_exports(here).files
    ]
    with duckdb.connect() as connection:
        load_inputs(DuckDB(connection), sources, [], REFERENCE)
        found = connection.execute("select source_file, snapshot_on from source_files").fetchall()
    assert dict(found) == {
        "2023Q3/one-2023-09-05.csv": date(2023, 8, 7),
        "2023Q3/one.csv": date(2023, 8, 7),
        "2023Q3/two-2023-09-05.csv": date(2023, 9, 5),
        "2023Q3/two.csv": date(2023, 9, 1),
    }
