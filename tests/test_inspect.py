"""`igate inspect`: what the pipeline understands of a file, said without writing anything."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path
from typing import Any

import build
import openpyxl
import pytest
import yaml
from conftest import SAMPLE

from pipelines import cli, inspection
from pipelines.exports import RawFile
from pipelines.inspection import FileFacts
from pipelines.raw_contract import raw_contracts
from pipelines.reference import read_csv
from pipelines.workspace import SCHEMAS, Workspace

REFERENCE = Path(__file__).resolve().parents[1] / "data" / "reference"


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    """Run the command; return its exit status and what it printed, in one line."""
    status = cli.run(["inspect", *map(str, arguments)])
    captured = capsys.readouterr()
    return status, " ".join((captured.out + captured.err).split())


def facts(path: Path, data: Path) -> FileFacts:
    return inspection.inspect(RawFile(path.as_posix(), path, "0" * 64), Workspace(data))


def odd_workbook(path: Path) -> Path:
    """Titles, an unknown header that resembles one, unknown texts, a mangled code, a hidden sheet."""
    rows = build.dossiers(6)
    rows[1]["status"] = "Đang xử lí"
    rows[2]["unit"] = "UBND xã Hoà Anh"
    rows[3]["channel"] = "[red]Zalo[/red], app"
    rows[4]["unit"] = "Phường 1"
    rows[5]["code"] = "2,3E+14"
    lines: list[Any] = build.lines(rows, titles=["Ngày xuất: 05/09/2023"], footers=["Tổng cộng: 6"])
    lines[1] = [{"Ngày hẹn trả": "Ngày hẹn trả dự kiến"}.get(text, text) for text in lines[1]]
    build.write_xlsx(path, {"Danh sách": lines, "Bìa": [["Trang bìa"]]})
    book = openpyxl.load_workbook(path)
    book["Bìa"].sheet_state = "hidden"
    book.save(path)
    return path


def test_everything_that_is_understood_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out = said(capsys, odd_workbook(tmp_path / "a.xlsx"))
    assert status == 0
    for part in [
        "Định dạng xlsx",
        "05/09/2023 (theo tiêu đề)",
        "10 = nhận 05 + loại 01 + bỏ qua 04",
        "01 mã bị Excel đổi thành số",
        "01 dòng trống hoặc chỉ có chú thích",
        "Trang tính «Danh sách» – danh sách hồ sơ (dossiers), mẫu D; tiêu đề ở dòng 2",
        "Trang tính «Bìa» (đang ẩn)",
        "B Mã hồ sơ dossier_code H59.18-230605-0001 H59.18-230605-0002",
        "F Chủ hồ sơ bỏ: dữ liệu cá nhân •••",
        "A STT bỏ: không cần",
        "K Ngày tiếp nhận received_at 05/06/2023",
        "L Ngày hẹn trả dự kiến chưa biết; gần giống",
        "01 dòng ghi «Phường 1»: tên này khớp nhiều đơn vị",
        "• nếu là Phường 1 (29512, Thị xã Duyên Hải), thay dòng 163 bằng",
        "01 dòng ghi «UBND xã Hoà Anh»: sửa data/reference/units.csv",
        "thêm dòng «Đang xử lí,processing,bổ sung» vào data/reference/statuses.csv",
        "[red]Zalo[/red], app",
    ]:
        assert part in out, part
    assert not any(value in out for value in build.PERSONAL)


@pytest.mark.parametrize("layout", sorted(set(build.LAYOUTS) - {"E"}))
def test_no_personal_value_and_no_free_text_is_shown(
    layout: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    slipped = build.dossier(2, code=build.APPLICANT, unit=build.NOTE, channel=build.ADDRESS)
    rows = [build.dossier(1, content=build.NOTE), slipped, *build.dossiers(1, received="hôm qua")]
    path = build.write_csv(tmp_path / "a.csv", build.lines(rows, layout, ["UBND xã Hòa Ân"]))
    status, out = said(capsys, path)
    assert status == 0
    assert f"mẫu {layout}" in out and "•••" in out
    assert not any(value in out for value in build.PERSONAL)


def test_the_lines_to_paste_are_the_contracts_own_with_the_header_added(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.run(["inspect", str(odd_workbook(tmp_path / "a.xlsx"))])
    (line,) = [
        line for line in capsys.readouterr().out.splitlines() if line.startswith("    aliases:")
    ]
    due = next(column for column in raw_contracts()[0].columns if column.name == "due_at")
    assert yaml.safe_load(line)["aliases"] == [*due.aliases, "Ngày hẹn trả dự kiến"]


def test_a_file_that_no_contract_fits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = build.write_csv(
        tmp_path / "a.csv",
        [["STT", "Lĩnh vực", "Trạng thái", "Ngày lạ"], ["1", "Hộ tịch", "x", ""]],
    )
    status, out = said(capsys, path)
    assert status == 1
    assert "«Ngày lạ»" in out
    assert "thiếu cột bắt buộc: Mã hồ sơ (dossier_code), Ngày tiếp nhận (received_at)" in out


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04" + b"\0" * 500, bytes(range(256))])
def test_a_file_that_cannot_be_read(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    status, out = said(capsys, tmp_path / "a.xlsx")
    assert status == 1
    assert "Chưa đọc được tệp này" in out and "hãy xuất lại" in out


def test_members_of_archives(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export = build.write_csv(tmp_path / "hoa-an.csv", build.lines(build.dossiers(2)))
    with zipfile.ZipFile(tmp_path / "goi.zip", "w") as archive:
        archive.write(export, "x/hoa-an.csv")
        archive.writestr("khac.csv", "Tên,Năm\nA,1\n")
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(export.read_bytes()))
    status, out = said(capsys, tmp_path / "goi.zip", tmp_path / "a.csv.gz")
    assert status == 1
    assert out.count("nhận 02") == 2 and "khac.csv" in out
    status, out = said(capsys, tmp_path / "goi.zip" / "x" / "hoa-an.csv")
    assert status == 0
    assert "khac.csv" not in out


@pytest.mark.parametrize("name", ["khong-co.csv", "goi.zip/khong-co.csv", ""])
def test_no_such_file_is_a_wrong_command(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(tmp_path / "goi.zip", "w") as archive:
        archive.writestr("a.csv", "x")
    status, out = said(capsys, tmp_path / name)
    assert status == 2
    assert str(tmp_path / name) in out


def test_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw = tmp_path / "data" / "raw" / "2023Q3"
    raw.mkdir(parents=True)
    odd_workbook(raw / "a.xlsx")
    before = sorted(tmp_path.rglob("*"))
    status, out = said(capsys, raw / "a.xlsx", "--data", tmp_path / "data")
    assert status == 0 and "2023Q3/a.xlsx" in out
    assert sorted(tmp_path.rglob("*")) == before


def test_control_characters_do_not_reach_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = build.lines(build.dossiers(1, status="\x1b[31mđỏ", field="[bold]x[/bold] [/]"))
    cli.run(["inspect", str(build.write_csv(tmp_path / "[red]a.csv", lines))])
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "[bold]x[/bold]" in out and "[red]a.csv" in out


@pytest.mark.parametrize("path", sorted(SAMPLE.glob("mau-*")), ids=lambda path: path.name)
def test_the_sample_is_understood_as_a_run_does(
    path: Path, tmp_path: Path, published_sample: Workspace
) -> None:
    """Rows as in the published tie-out of the same file."""
    import pyarrow.parquet as pq

    rows = pq.read_table(published_sample.curated / "quality" / "sources.parquet").to_pylist()
    (row,) = [row for row in rows if row["source_file"] == f"2023Q3/{path.name}"]
    found = facts(path, tmp_path)
    assert found.reason is None
    assert (found.accepted, sum(found.rejected.values()), sum(found.ignored.values())) == (
        row["accepted"],
        row["rejected"],
        row["ignored"],
    )
    assert (found.format, found.encoding) == (row["format"], row["encoding"])
    assert found.snapshot_on == row["snapshot_on"]


def test_every_reason_has_its_label() -> None:
    contract = yaml.safe_load(
        (SCHEMAS / "published" / "rejected_rows.odcs.yaml").read_text(encoding="utf-8")
    )
    (reason,) = [p for p in contract["schema"][0]["properties"] if p["name"] == "reason"]
    rows = read_csv(REFERENCE, "reject_reasons")
    assert [row["reason"] for row in rows] == reason["quality"][0]["arguments"]["validValues"]
    assert all(row["label_vi"] and row["column_vi"] and row["action_vi"] for row in rows)


def test_a_file_that_takes_too_long_or_too_much_is_given_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within the limits that hold in a run; the next file is read."""
    slow = tmp_path / "slow.xls"
    slow.write_text(f"<html><table>{'<tr><td>x</td></tr>' * 2_500_000}</table></html>")
    good = build.write_csv(tmp_path / "good.csv", build.lines(build.dossiers(3)))
    for variable, limit, reason in [
        ("IGATE_MAX_FILE_SECONDS", "4", "đọc quá 4 giây"),
        ("IGATE_MAX_FILE_MEMORY_MB", "400", "cần quá 400 MB bộ nhớ"),
    ]:
        with monkeypatch.context() as patch:
            patch.setenv(variable, limit)
            status, out = said(capsys, slow, good)
        assert status == 1
        assert reason in out and "nhận 03" in out


def test_a_reader_that_is_brought_down_costs_its_file_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    far = tmp_path / "far.xlsx"
    build.write_xlsx(far, {"x": [*build.lines(build.dossiers(3)), ["x"]]})
    with zipfile.ZipFile(far) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b'r="A5"', b'r="XFD1048576"')
    with zipfile.ZipFile(far, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    good = build.write_csv(tmp_path / "good.csv", build.lines(build.dossiers(3)))
    status, out = said(capsys, far, good)
    assert status == 1
    assert "Chưa đọc được tệp này" in out and "nhận 03" in out
