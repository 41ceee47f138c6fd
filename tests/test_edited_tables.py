"""What people edit is held to what it may hold, and told by file and line, not by what breaks of it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from pipelines import raw_contract
from pipelines.errors import DataError
from pipelines.files import read_yaml
from pipelines.reference import read_csv
from pipelines.units import load_units

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "data" / "reference", tmp_path / "reference"))


def added(folder: Path, name: str, *lines: str) -> int:
    """Add lines to a table; return the number of the last."""
    path = folder / f"{name}.csv"
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize(
    ("name", "line", "value", "column", "right"),
    [
        ("statuses", "Đang chờ,NHÓM,bổ sung", "NHÓM", "status_group", "processing, paused"),
        ("statuses", "Đang chờ,tạm dừng,bổ sung", "tạm dừng", "status_group", "hoặc refused"),
        ("channels", "Qua Zalo,NHÓM,bổ sung", "NHÓM", "channel", "in_person hoặc postal"),
        ("services", "Nửa chừng,một nửa", "một nửa", "service", "partial hoặc information"),
        ("one_stop", "Đúng,đúng", "đúng", "one_stop", "true hoặc false"),
        ("units", "1,Xã Một,,CẤP,84,,,", "CẤP", "level", "district hoặc commune"),
        ("units", "1,Xã Một,,cấp xã,84,,,", "cấp xã", "level", "district hoặc commune"),
    ],
)
def test_a_value_that_means_nothing_is_told_by_its_line(
    folder: Path, name: str, line: str, value: str, column: str, right: str
) -> None:
    width = len(read_csv(folder, name)[0])
    number = added(folder, name, line + "," * (width - 1 - line.count(",")))
    with pytest.raises(DataError) as raised:
        read_csv(folder, name)
    said = str(raised.value)
    assert said.startswith(f"{name}.csv: dòng {number}: «{value}» không dùng được ở cột {column}")
    assert right in said


def test_a_parent_or_successor_that_is_no_unit_is_told(folder: Path) -> None:
    number = added(folder, "units", "1,Xã Một,,commune,MÃ-CẤP-TRÊN,,,")
    with pytest.raises(DataError, match=rf"dòng {number}: «MÃ-CẤP-TRÊN» ở cột parent"):
        load_units(folder)


def test_a_successor_that_is_no_unit_is_told(folder: Path) -> None:
    number = added(folder, "units", "1,Xã Một,,commune,84,,2025-06-30,77777")
    with pytest.raises(DataError, match=rf"dòng {number}: «77777» ở cột successor"):
        load_units(folder)


def test_units_above_each_other_are_told(folder: Path) -> None:
    number = added(folder, "units", "1,Xã Một,,commune,2,,,", "2,Xã Hai,,commune,1,,,")
    with pytest.raises(DataError, match=rf"dòng {number - 1}: «1» là cấp trên của chính nó"):
        load_units(folder)


def yaml_of(folder: Path, text: str) -> Path:
    path = folder / "dossiers.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_broken_yaml_is_told_by_file_and_line(folder: Path) -> None:
    text = (ROOT / "schemas" / "raw" / "dossiers.yml").read_text(encoding="utf-8")
    path = yaml_of(folder, f"{text}Thời điểm nhận\n")
    with pytest.raises(DataError) as raised:
        read_yaml(path)
    found = re.search(
        r"/reference/dossiers\.yml: dòng (\d+) không đúng cú pháp YAML", str(raised.value)
    )
    assert found is not None
    assert abs(int(found[1]) - len(text.splitlines())) <= 2


@pytest.mark.parametrize("text", ["", "Thời điểm nhận\n", "- a\n"])
def test_yaml_without_a_mapping_is_told(folder: Path, text: str) -> None:
    with pytest.raises(DataError, match=r"dossiers\.yml: không có các mục"):
        read_yaml(yaml_of(folder, text))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("identity:", "identiti:", "thiếu mục «identity»"),
        ("columns:", "columns: x\nother:", "dạng"),
    ],
)
def test_a_contract_that_lacks_something_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, old: str, new: str, said: str
) -> None:
    text = (ROOT / "schemas" / "raw" / "dossiers.yml").read_text(encoding="utf-8")
    assert f"\n{old}" in text
    yaml_of(folder, text.replace(f"\n{old}", f"\n{new}", 1))
    monkeypatch.setattr(raw_contract, "FOLDER", folder)
    with pytest.raises(DataError, match=rf"dossiers\.yml: .*{said}"):
        raw_contract.raw_contracts.__wrapped__()
