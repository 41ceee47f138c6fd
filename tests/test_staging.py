"""Staging: every format and layout, every row accepted, rejected or ignored, none lost."""

from __future__ import annotations

import datetime as dt
import unicodedata
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest

from pipelines import staging, typing_sql
from pipelines.errors import UnreadableFile
from pipelines.exports import RawFile
from pipelines.files import sha256_of
from pipelines.staging import stage
from pipelines.staging_cache import Staged

D = [
    "STT",
    "Mã hồ sơ",
    "Chủ hồ sơ",
    "Đơn vị giải quyết",
    "Ngày tiếp nhận",
    "Ngày hẹn trả",
    "Trạng thái",
]
ROWS = [
    [
        "1",
        "H59.18-230605-0001",
        "Người Một",
        "UBND xã Hòa Ân",
        "05/06/2023",
        "09/06/2023",
        "Đang xử lý",
    ],
    [
        "2",
        "H59.18-230606-0002",
        "Người Hai",
        "UBND xã Hòa Ân",
        "06/06/2023 08:01",
        "",
        "Đã trả kết quả",
    ],
]
RECEIVED = [dt.datetime(2023, 6, 5), dt.datetime(2023, 6, 6, 8, 1)]


def staged(path: Path, folder: Path) -> tuple[Staged, list[dict[str, Any]]]:
    (one,) = stage(RawFile(path.name, path, sha256_of(path)), folder / "staging")
    return one, pq.read_table(one.path).to_pylist()


def lines(rows: list[list[str]], mark: str = ",") -> str:
    return "".join(mark.join(row) + "\n" for row in rows)


def write_csv(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def write_xlsx(path: Path, rows: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def write_html(path: Path, rows: list[list[str]]) -> Path:
    cells = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in row) + "</tr>" for row in rows)
    path.write_text(f"\ufeff<html><body><table>{cells}</table></body></html>", encoding="utf-8")
    return path


def tone_apart(letter: str) -> str:
    """windows-1258 writes the tone as a character of its own, after the letter."""
    parts = unicodedata.normalize("NFD", letter)
    tones = [part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323"]
    rest = "".join(part for part in parts if part not in tones)
    return unicodedata.normalize("NFC", rest) + "".join(tones)


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(",", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-16"), (",", "cp1258"), ("|", "utf-8")],
)
def test_delimited_text(tmp_path: Path, mark: str, encoding: str) -> None:
    text = lines([D, *ROWS], mark)
    if encoding == "cp1258":
        text = "".join(map(tone_apart, text))
    one, rows = staged(write_csv(tmp_path / "a.csv", text, encoding), tmp_path)
    assert one.format == "csv"
    assert [row["received_at"] for row in rows] == RECEIVED
    assert [row["dossier_code"] for row in rows] == [row[1] for row in ROWS]
    assert one.dropped_columns == ["Chủ hồ sơ", "STT"]


def test_a_workbook_with_titles_and_real_dates(tmp_path: Path) -> None:
    title = ["UBND HUYỆN CẦU KÈ - Ngày xuất: 07/08/2023"]
    typed = [[*row[:4], at, *row[5:]] for row, at in zip(ROWS, RECEIVED, strict=True)]
    path = write_xlsx(tmp_path / "a.xlsx", [title, [], D, *typed, [], ["Tổng cộng: 2 hồ sơ"]])
    one, rows = staged(path, tmp_path)
    assert (one.format, one.snapshot_on, one.rows_above) == ("xlsx", dt.date(2023, 8, 7), 3)
    assert [row["received_at"] for row in rows if not row["ignored_as"]] == RECEIVED
    assert [row["source_row"] for row in rows] == [4, 5, 6, 7]
    assert [row["ignored_as"] for row in rows] == [None, None, "blank", "blank"]
    assert rows[0]["unit_context"].startswith("UBND HUYỆN CẦU KÈ")


def test_html_under_the_name_of_a_workbook(tmp_path: Path) -> None:
    one, rows = staged(write_html(tmp_path / "a.xls", [["DANH SÁCH"], D, *ROWS]), tmp_path)
    assert one.format == "html"
    assert [(row["source_row"], row["received_at"]) for row in rows] == [
        (3, RECEIVED[0]),
        (4, RECEIVED[1]),
    ]


def test_the_national_exchange_record(tmp_path: Path) -> None:
    text = (
        "MaHoSo,TenTTHC,KenhThucHien,ChuHoSo,NgayTiepNhan,NgayHenTra,TrangThaiHoSo,DonViXuLy\n"
        "H59.18-230605-0001,Chứng thực,2,Người Một,20230605080000,,10,UBND xã Hòa Ân\n"
    )
    _, (row,) = staged(write_csv(tmp_path / "f.csv", text), tmp_path)
    assert row["received_at"] == dt.datetime(2023, 6, 5, 8)
    assert (row["channel"], row["status"], row["due_at"]) == ("2", "10", None)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("5/6/2023", dt.datetime(2023, 6, 5)),
        ("05/06/2023 08:01:02", dt.datetime(2023, 6, 5, 8, 1, 2)),
        ("08:01 05/06/2023", dt.datetime(2023, 6, 5, 8, 1)),
        ("05-06-2023", dt.datetime(2023, 6, 5)),
        ("2023-06-05", dt.datetime(2023, 6, 5)),
        ("2023-06-05T08:01:02", dt.datetime(2023, 6, 5, 8, 1, 2)),
        ("45082", dt.datetime(2023, 6, 5)),
        ("45082.5", dt.datetime(2023, 6, 5, 12)),
        ("\u00a005/06/2023\u00a0", dt.datetime(2023, 6, 5)),
    ],
)
def test_dates_day_first(tmp_path: Path, written: str, read: dt.datetime) -> None:
    text = lines([D, [*ROWS[0][:4], written, "00/00/0000", "…"]])
    _, (row,) = staged(write_csv(tmp_path / "a.csv", text), tmp_path)
    assert row["received_at"] == read
    assert (row["due_at"], row["status"], row["unreadable_dates"]) == (None, None, None)


@pytest.mark.parametrize(
    ("code", "received", "reason", "value"),
    [
        ("", "05/06/2023", "code_missing", None),
        ("2,30605E+14", "05/06/2023", "code_scientific", "2,30605E+14"),
        ("05/06/2023", "05/06/2023", "code_is_date", "05/06/2023"),
        ("Nguyễn Văn Mẫu", "05/06/2023", "code_unusable", "••••••••••••"),
        ("H59.18-230605-0001", "", "received_at_missing", None),
        ("H59.18-230605-0001", "31/02/2023", "received_at_unreadable", "31/02/2023"),
        ("H59.18-230605-0001", "0912345678", "received_at_unreadable", "••••••••••"),
        ("H59.18-230605-0001", "0912 345 678", "received_at_unreadable", "••••••••••••"),
        ("H59.18-230605-0001", "091.234.567", "received_at_unreadable", "•••••••••••"),
        ("H59.18-230605-0001", "38/13/2023 25:61", "received_at_unreadable", "38/13/2023 25:61"),
        ("H59.18-230605-0001", "20231341", "received_at_unreadable", "20231341"),
        ("8,4199000123E+10", "05/06/2023", "code_scientific", "••••••••••••"),
    ],
)
def test_rows_that_cannot_be_placed(
    tmp_path: Path, code: str, received: str, reason: str, value: str | None
) -> None:
    row = ["1", f'"{code}"', "Người Một", "UBND xã Hòa Ân", received, "09/06/2023", "Đang xử lý"]
    _, (first, _) = staged(write_csv(tmp_path / "a.csv", lines([D, row, ROWS[1]])), tmp_path)
    assert (first["reject_reason"], first["reject_value"]) == (reason, value)
    assert first["unit"] is None


def test_row_numbers_hold_over_blank_lines_and_line_breaks(tmp_path: Path) -> None:
    broken = ["1", "H59.18-230605-0009", '"hai\ndòng"', "UBND xã Hòa Ân", "05/06/2023", "", ""]
    text = lines([D, ROWS[0]]) + "\n" + lines([broken, ROWS[1]]) + lines([D])
    _, rows = staged(write_csv(tmp_path / "a.csv", text), tmp_path)
    assert [(row["source_row"], row["ignored_as"]) for row in rows] == [
        (2, None),
        (3, "blank"),
        (4, None),
        (5, None),
        (6, "repeated_header"),
    ]


def test_no_personal_value_is_staged(tmp_path: Path) -> None:
    one, rows = staged(write_csv(tmp_path / "a.csv", lines([D, *ROWS])), tmp_path)
    assert "Người" not in repr(rows)
    assert "Người Một".encode() not in one.path.read_bytes()


def test_an_unchanged_file_is_not_read_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_csv(tmp_path / "a.csv", lines([D, *ROWS]))
    one, _ = staged(path, tmp_path)
    monkeypatch.setattr(staging, "read_export", None)
    assert staged(path, tmp_path)[0] == one
    one.path.write_bytes(one.path.read_bytes()[:-10])
    with pytest.raises(TypeError):
        staged(path, tmp_path)
    monkeypatch.undo()
    assert len(staged(path, tmp_path)[1]) == 2


def test_other_headers_are_shown(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", "Tên sách,Năm\nA,1\n")
    with pytest.raises(UnreadableFile, match="«Tên sách»; «Năm»"):
        staged(path, tmp_path)


def test_a_flipped_bit_in_the_cache_is_no_figure(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", lines([D, *ROWS]))
    one, rows = staged(path, tmp_path)
    content = bytearray(one.path.read_bytes())
    for position in range(4, len(content), 97):
        flipped = content.copy()
        flipped[position] ^= 4
        one.path.write_bytes(flipped)
        again, same = staged(path, tmp_path)
        assert same == rows
        assert again.path.read_bytes() == content


def test_cells_are_trimmed_like_text_in_python(tmp_path: Path) -> None:
    edge = " \t\r\n\u00a0\u200b\ufeff"
    ends = ["", *edge, "\t\u00a0", " \ufeff"]
    bodies = ["x", "ấp", "Đa", "~", "\u0080z", "2.000", "a b", ""]
    with duckdb.connect() as connection:
        for macro in typing_sql.macros():
            connection.execute(macro)
        for text in [f"{left}{body}{right}" for left in ends for body in bodies for right in ends]:
            row = connection.execute("select trimmed($1)", [text]).fetchone()
            assert row == (text.strip(edge),), repr(text)
        assert connection.execute("select trimmed(null)").fetchone() == (None,)
