"""Delimited text that is cut off within a quoted cell is no whole file; a closed quote is."""

from __future__ import annotations

from pathlib import Path

import build
import pytest

from pipelines.errors import UnreadableFile
from pipelines.exports import RawFile
from pipelines.files import sha256_of
from pipelines.readers import delimited
from pipelines.staging import stage, stage_together

HEADER = "Mã hồ sơ,Đơn vị giải quyết,Ngày tiếp nhận,Ngày hẹn trả,Trạng thái,Ghi chú"
ROW = "H59.18-230605-{:04d},UBND xã Hòa Ân,05/06/2023,09/06/2023,Đang xử lý,"
WHOLE = {
    "closed": '"đã trả, đủ"',
    "closed with a line end": '"đã trả, đủ"\n',
    "a line break within": '"đã trả,\nđủ"',
    "line breaks within and a line end": '"đã\r\ntrả,\nđủ"\r\n',
    "escaped quotes": '"ghi ""đã trả"""\n',
    "escaped quotes at the end": '"""đã trả"""',
    "nothing but a quote": '""""',
    "empty": '""',
    "a quote within plain text": 'đã "trả\n',
    "no quote, no line end": "đã trả",
    "blank lines after it": '"đã trả"\n\n\n',
}
CUT = {
    "within": '"đã tr',
    "at once": '"',
    "with a line end": '"đã trả,\n',
    "after a line break": '"đã trả,\r\nđ',
    "after escaped quotes": '"ghi ""đã trả"" và',
    "within escaped quotes": '"ghi ""đã tr',
    "on an escaped quote": '"ghi ""đã trả""',
}
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16"]
# A file of the second length is not seen whole by looking at its first mebibyte.
ROWS = [2, 20_000]


def written(folder: Path, rows: int, last: str, encoding: str) -> RawFile:
    path = folder / "a.csv"
    above = [HEADER, *(ROW.format(number) + "x" for number in range(rows - 1))]
    path.write_bytes("\n".join([*above, ROW.format(rows) + last]).encode(encoding))
    return RawFile(path.name, path, sha256_of(path))


def codes(raw: RawFile, folder: Path) -> list[str]:
    (staged,) = stage(raw, folder / "staging")
    return [row["dossier_code"] for row in build.staged_rows(staged) if row["dossier_code"]]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("how", CUT)
def test_a_cell_that_is_not_closed_is_a_file_cut_off(
    how: str, rows: int, encoding: str, tmp_path: Path
) -> None:
    raw = written(tmp_path, rows, CUT[how], encoding)
    reason = (
        f"tệp bị cắt dở ở dòng {rows + 1}: ô cuối mở dấu ngoặc kép mà không đóng; "
        "hãy chép lại hoặc xuất lại từ hệ thống"
    )
    with pytest.raises(UnreadableFile) as caught:
        stage(raw, tmp_path / "staging")
    assert str(caught.value) == reason
    other = tmp_path / "other.csv"
    other.write_text(f"{HEADER}\n{ROW.format(1)}\n", encoding="utf-8")
    whole = RawFile(other.name, other, sha256_of(other))
    cut, read = stage_together([raw, whole], tmp_path / "staging", frozenset())
    assert str(cut) == reason
    assert isinstance(read, list)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("how", WHOLE)
def test_a_cell_that_is_closed_is_read(how: str, rows: int, encoding: str, tmp_path: Path) -> None:
    expected = [f"H59.18-230605-{number:04d}" for number in [*range(rows - 1), rows]]
    assert codes(written(tmp_path, rows, WHOLE[how], encoding), tmp_path) == expected


def test_a_header_that_is_cut_off_is_no_header(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEADER.replace("Ghi", '"Ghi'), encoding="utf-8")
    with pytest.raises(UnreadableFile, match="bị cắt dở ở dòng 1:"):
        stage(RawFile(path.name, path, sha256_of(path)), tmp_path / "staging")


@pytest.mark.parametrize("rows", ROWS)
def test_a_regular_file_is_left_to_duckdb(
    rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether a file is whole is not told by reading it cell by cell."""
    monkeypatch.setattr(delimited, "read_exactly", None)
    raw = written(tmp_path, rows, '"ghi ""đã trả"", đủ"\n', "utf-8")
    assert len(codes(raw, tmp_path)) == rows


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("last", ["đã trả", '"đã trả'])
def test_half_a_letter_at_the_end_is_a_file_cut_off(
    last: str, rows: int, encoding: str, tmp_path: Path
) -> None:
    raw = written(tmp_path, rows, last, encoding)
    raw.path.write_bytes(raw.path.read_bytes()[:-1])
    with pytest.raises(UnreadableFile, match=r"bị cắt dở .*hãy chép lại hoặc xuất lại"):
        stage(RawFile(raw.name, raw.path, sha256_of(raw.path)), tmp_path / "staging")


@pytest.mark.parametrize("last", ["trả", "ngày 5 tháng 6", "đ", "…", "😀", "𠀋"])
def test_a_whole_letter_at_the_end_is_read(last: str, tmp_path: Path) -> None:
    assert len(codes(written(tmp_path, 2, last, "utf-8"), tmp_path)) == 2
