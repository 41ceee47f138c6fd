"""The header is found, not assumed, and each of its columns means what its text says."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import build
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.header import Header, find_header, headers_of
from pipelines.readers.sheet import HEAD_ROWS, sheet_of_rows


def found(rows: Sequence[build.Line]) -> Header | None:
    cells = [[None if cell is None else str(cell) for cell in row] for row in rows]
    return find_header(sheet_of_rows("", cells))


def header_of(rows: Sequence[build.Line]) -> Header:
    header = found(rows)
    assert header is not None
    return header


@pytest.mark.parametrize("above", [0, 1, 4, 17, HEAD_ROWS - 1])
def test_the_header_is_found_wherever_it_stands(above: int) -> None:
    titles: list[build.Line] = [["DANH SÁCH HỒ SƠ"], [], [None, "Từ ngày 01/04/2023"]]
    filler: list[build.Line] = [["Ghi chú", None, "UBND"]] * max(0, above - len(titles))
    header = header_of([*[*titles, *filler][:above], *build.lines(build.dossiers(2))])
    assert (header.first_row, header.rows) == (above, 1)
    assert header.columns["dossier_code"] == 1
    assert header.columns["received_at"] == 10


def test_titles_right_above_do_not_become_part_of_the_header() -> None:
    rows = build.lines(build.dossiers(1), titles=["Sổ theo dõi hồ sơ", "Cơ quan: UBND xã Hòa Ân"])
    header = header_of(rows)
    assert (header.first_row, header.rows) == (2, 1)
    assert header.headers == build.headers("D")


def test_the_first_row_of_data_does_not_become_part_of_the_header() -> None:
    """Even where its cells read like headers, as the channel `Trực tuyến` does."""
    sparse = dict.fromkeys(build.dossier())
    for values in ({**sparse, "channel": "Trực tuyến"}, build.dossier(status="Trạng thái")):
        header = header_of(build.lines([values]))
        assert (header.first_row, header.rows) == (0, 1)


def test_a_header_of_two_merged_rows() -> None:
    header = header_of(
        build.lines(build.dossiers(1), "B", titles=["Sổ theo dõi", "UBND xã Hòa Ân"])
    )
    assert (header.first_row, header.rows) == (2, 2)
    assert header.columns == {
        "dossier_code": 1,
        "procedure_name": 2,
        "received_at": 7,
        "due_at": 8,
        "returned_at": 9,
    }


def test_a_group_and_the_name_below_it_are_read_together() -> None:
    rows: list[build.Line] = [
        ["Mã hồ sơ", "Ngày", None, None, "Chủ hồ sơ", None, "Trạng thái"],
        [None, "tiếp nhận", "hẹn trả", "trả", "Họ", "tên", None],
        ["H59-1", "05/06/2023", "06/06/2023", None, "Trần", "Thị", "Đang xử lý"],
    ]
    header = header_of(rows)
    assert header.rows == 2
    assert header.columns == {
        "dossier_code": 0,
        "received_at": 1,
        "due_at": 2,
        "returned_at": 3,
        "status": 6,
    }


def test_a_header_of_three_rows() -> None:
    rows: list[build.Line] = [
        ["Mã hồ sơ", "Quá trình giải quyết", None, None],
        [None, "Ngày", None, "Trạng thái"],
        [None, "Ngày tiếp nhận", "Ngày hẹn trả", None],
        ["H59-1", "05/06/2023", "06/06/2023", "Đang xử lý"],
    ]
    header = header_of(rows)
    assert (header.first_row, header.rows) == (0, 3)
    assert header.columns == {"dossier_code": 0, "received_at": 1, "due_at": 2, "status": 3}


def test_of_repeated_headers_the_highest_counts() -> None:
    rows = build.lines(build.dossiers(2))
    assert header_of([["Tiêu đề"], *rows, *rows]).first_row == 1


@given(order=st.permutations(range(len(build.LAYOUTS["D"]))))
@settings(max_examples=50, deadline=None)
def test_the_order_of_columns_does_not_matter(order: list[int]) -> None:
    rows = build.lines(build.dossiers(1))
    usual = header_of(rows)
    header = header_of([[row[index] for index in order] for row in rows])
    assert header.columns == {name: order.index(at) for name, at in usual.columns.items()}
    assert sorted(header.dropped) == sorted(usual.dropped)
    assert header.layout == "D"


@pytest.mark.parametrize("layout", sorted(build.LAYOUTS))
def test_personal_and_unlisted_columns_are_dropped_and_named(layout: str) -> None:
    header = header_of(build.lines(build.dossiers(1), layout))
    of_persons = {"applicant", "submitter", "phone", "address", "email", "identity_number",
                  "officer", "note"}  # fmt: skip
    for position, (_, text, key) in enumerate(build.LAYOUTS[layout]):
        if key in of_persons:
            assert position not in header.columns.values()
            assert text in header.dropped
    kept = [header.headers[position] for position in header.columns.values()]
    assert sorted(kept + header.dropped) == sorted(build.headers(layout))


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        ("due_at", ["Ngày hẹn trả", "Hạn xử lý"]),
        ("due_at", ["appointmentDate", "dueDate"]),
        ("status", ["dossierStatus", "status"]),
        ("unit", ["Đơn vị giải quyết", "Đơn vị tiếp nhận"]),
        ("channel", ["Hình thức nộp", "Trực tuyến"]),
        ("procedure_name", ["Tên thủ tục hành chính", "Nội dung"]),
    ],
)
def test_of_two_columns_for_one_name_the_first_alias_wins(column: str, texts: list[str]) -> None:
    for order in (texts, texts[::-1]):
        header = header_of([["Mã hồ sơ", "Ngày tiếp nhận", *order]])
        assert header.headers[header.columns[column]] == texts[0]
        assert header.dropped == [texts[1]]
        assert header.guarded == frozenset()


def test_the_second_alias_serves_where_the_first_is_missing() -> None:
    assert header_of([["Mã hồ sơ", "Ngày tiếp nhận", "Hạn xử lý"]]).columns["due_at"] == 2


def test_free_text_is_guarded() -> None:
    assert header_of([["Mã hồ sơ", "Ngày tiếp nhận", "Trích yếu"]]).guarded == {"procedure_name"}


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: text.replace(" ", "\n"),
        lambda text: f" \u200b{text}: ",
        lambda text: text.replace("đ", "\u00f0").replace("Đ", "\u00d0"),
    ],
    ids=["upper case", "NFD", "no-break spaces", "line breaks", "zero width and colon", "eth"],
)
@pytest.mark.parametrize("layout", ["A", "C", "D"])
def test_spellings_of_a_header_do_not_matter(layout: str, change: object) -> None:
    assert callable(change)
    usual = header_of([build.headers(layout)])
    assert header_of([[change(text) for text in build.headers(layout)]]).columns == usual.columns


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [[]],
        [["STT", "Ngày tiếp nhận", "Trạng thái"]],
        [["Mã hồ sơ", "Ngày hẹn trả", "Trạng thái"]],
        build.body(build.dossiers(3), "D"),
    ],
    ids=["no row", "empty row", "no code", "no received date", "data alone"],
)
def test_without_the_required_columns_there_is_no_header(rows: list[build.Line]) -> None:
    assert found(rows) is None


def test_headers_of_shows_the_row_with_the_most_cells() -> None:
    rows: list[list[str | None]] = [["Tiêu đề", None], [], ["Số", "Ngày", " Tên\n"], ["1", None]]
    assert headers_of(sheet_of_rows("", rows)) == ["Số", "Ngày", "Tên"]
