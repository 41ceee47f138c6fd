"""The command: exit statuses, one clear sentence, and what was published stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import publish_sample

from pipelines import cli, staging_pool
from pipelines.published_contract import published_contracts

HEADER = "Mã hồ sơ,Đơn vị giải quyết,Ngày tiếp nhận,Ngày hẹn trả,Ngày có kết quả,Trạng thái\n"
ROW = "H59.18-230605-0001,{unit},05/06/2023,09/06/2023,08/06/2023,Đã trả kết quả\n"


def run(data: Path, *arguments: str) -> int:
    return cli.run(["quarter", *arguments, "--data", str(data)])


def export(data: Path, name: str, content: str | bytes) -> None:
    path = data / "raw" / "2023Q3" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


@pytest.mark.parametrize("period", ["2024Q9", "quý 3", "2023", "2023M13"])
def test_a_bad_period_is_a_wrong_command(
    tmp_path: Path, period: str, capsys: pytest.CaptureFixture[str]
) -> None:
    export(tmp_path, "a.csv", HEADER + ROW.format(unit="UBND xã Hòa Ân"))
    assert run(tmp_path, period) == 2
    said = capsys.readouterr().err
    assert period in said and "2023Q3" in said and "Traceback" not in said


def test_a_missing_folder_is_a_wrong_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "nowhere", "2023Q3") == 2
    assert "nowhere/raw" in capsys.readouterr().err


def test_a_folder_without_exports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "raw").mkdir()
    assert run(tmp_path, "2023Q3") == 1
    assert "chưa có tệp nào" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rong.csv", b""),
        ("cut.xlsx", b"PK\x03\x04" + b"\0" * 500),
        ("khac.csv", "Tên,Tuổi\nA,1\n".encode()),
        ("nhi-phan.xls", bytes(range(256)) * 8),
    ],
)
def test_a_file_that_cannot_be_read_alone(
    tmp_path: Path, name: str, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    export(tmp_path, name, content)
    assert run(tmp_path, "2023Q3") == 1
    said = capsys.readouterr().err
    assert name in said and "Traceback" not in said
    assert not (tmp_path / "curated" / "manifest.json").exists()


def test_a_bad_file_costs_the_others_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export(tmp_path, "a.csv", HEADER + ROW.format(unit="UBND xã Hòa Ân"))
    export(tmp_path, "cut.xlsx", b"PK\x03\x04" + b"\0" * 500)
    assert run(tmp_path, "2023Q3") == 0
    said = capsys.readouterr().out
    assert "cut.xlsx" in said and "CHƯA gồm" in said


def test_a_name_is_shown_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rich knows «:x:» and «[red]» as something else than letters."""
    export(tmp_path, "a:x:[red].csv", HEADER + ROW.format(unit="UBND xã Hòa Ân"))
    export(tmp_path, "b:x:[red].csv", "")
    assert run(tmp_path, "2023Q3") == 0
    said = capsys.readouterr().out
    assert "a:x:[red].csv" in said and "b:x:[red].csv: tệp rỗng" in said
    (tmp_path / "raw" / "2023Q3" / "a:x:[red].csv").unlink()
    assert run(tmp_path, "2023Q3") == 1
    assert "b:x:[red].csv: tệp rỗng" in capsys.readouterr().err


def test_an_unknown_unit_stops_publication_unless_allowed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export(tmp_path, "a.csv", HEADER + ROW.format(unit="UBND xã Không Có Thật"))
    assert run(tmp_path, "2023Q3") == 1
    said = capsys.readouterr().err
    assert "UBND xã Không Có Thật" in said and "units.csv" in said
    assert not (tmp_path / "curated" / "manifest.json").exists()
    assert run(tmp_path, "2023Q3", "--allow-unknown-units") == 0
    assert "Chưa rõ cấp" in capsys.readouterr().out


def test_nothing_new_reads_nothing_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publish_sample(tmp_path)
    monkeypatch.setattr(staging_pool, "stage_together", None)
    monkeypatch.setattr("pipelines.quarter.load_inputs", None)
    assert run(tmp_path, "2023Q3") == 0
    assert "Không có gì mới" in capsys.readouterr().out
    assert cli.run(["verify", "--data", str(tmp_path)]) == 0


def test_verify_names_every_altered_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, _ = publish_sample(tmp_path)
    published = [
        path
        for folder in ("period=2023Q3", "quality")
        for path in sorted((workspace.curated / folder).iterdir())
    ]
    beside = ["checks.html", "rejected_rows-2023Q3.xlsx", "vintage.json"]
    assert len(published) == len(published_contracts()) + len(beside)
    for path in [*published, workspace.database]:
        before = path.read_bytes()
        middle = len(before) // 2
        path.write_bytes(before[:middle] + bytes([before[middle] ^ 1]) + before[middle + 1 :])
        capsys.readouterr()
        assert cli.run(["verify", "--data", str(tmp_path)]) == 1
        assert path.name in capsys.readouterr().out
        path.write_bytes(before)
    assert cli.run(["verify", "--data", str(tmp_path)]) == 0
