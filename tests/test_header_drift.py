"""A header that matches nothing but resembles one that does is said, with what to do about it."""

from __future__ import annotations

from pathlib import Path

import build
import pytest
import yaml
from test_cli import run

from pipelines import header, raw_contract
from pipelines.errors import UnreadableFile
from pipelines.raw_contract import raw_contracts
from pipelines.resemblance import closest, known_headers, resemblance
from pipelines.staging import stage

DOSSIERS, PROCEDURES = raw_contracts()


def renamed(names: dict[str, str], layout: str = "D") -> list[build.Line]:
    """Three dossiers under a header of which some texts are replaced."""
    header, *rows = build.lines(build.dossiers(3), layout)
    return [[names.get(str(text), text) for text in header], *rows]


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Ngày tiếp nhận HS", "received_at"),
        ("Ngày tiếp nhậnn", "received_at"),
        ("NGÀY TIẾP NHẬN (dd/mm/yyyy)", "received_at"),
        ("NgayTiepNhanHS", "received_at"),
        ("Tragn thái", "status"),
        ("Trạng thái xử lý hồ sơ", "status"),
        ("Ngày hẹn trả dự kiến", "due_at"),
        ("Ngày nhận KQ", "returned_at"),
        ("Ngày trả kết quả thực tế", "returned_at"),
        ("Đơn vị giải quyết hồ sơ", "unit"),
        ("Hình thức nộp HS", "channel"),
        ("Mã hồ sơ điện tử", "dossier_code"),
        ("dossierCodeNational", "dossier_code"),
    ],
)
def test_a_header_resembles_the_column_it_was_made_of(header: str, column: str) -> None:
    assert DOSSIERS.headers.get(header) is None
    found = resemblance(header, DOSSIERS)
    assert found is not None
    assert (found.header, found.column) == (header, column)
    assert DOSSIERS.headers.get(found.alias) is not None


@pytest.mark.parametrize(
    "header",
    ["", "STT", "Ngày", "Ngày sinh", "Ngày nộp hồ sơ", "Ngày thẩm định", "Số lượng hồ sơ", "Còn lại",
     "Tên chủ hồ sơ/tổ chức", "Số điện thoại người nộp", "Ghi chú khác", "Mã đơn vị", "Dân tộc",
     "Người nhận hồ sơ tại quầy", "Ngày nộp hồ sơ trực tuyến", "(1)", "2023", "…"],
)  # fmt: skip
def test_what_stands_for_something_else_resembles_nothing(header: str) -> None:
    assert resemblance(header, DOSSIERS) is None


@pytest.mark.parametrize("contract", raw_contracts(), ids=lambda contract: contract.name)
def test_no_known_header_resembles_one_of_another_column(
    contract: raw_contract.RawContract,
) -> None:
    """What justifies the thresholds: held over all aliases and all known headers that stand for
    no column, with the aliases of its own column taken away.
    """
    known = known_headers(contract)
    wrong = [
        (each.text, closest(each.text, others))
        for each in known
        if (others := [other for other in known if other.column != each.column])
        and closest(each.text, others) is not None
    ]
    assert wrong == []


def test_layouts_that_are_known_resemble_nothing(tmp_path: Path) -> None:
    for layout in build.LAYOUTS:
        rows = build.lines([build.dossier(level="Cấp xã")], layout)
        path = build.write_csv(tmp_path / f"{layout}.csv", rows)
        (staged,) = stage(build.raw_file(path), tmp_path / "staging")
        assert staged.resembling == []


def test_the_finding_names_file_header_column_and_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = tmp_path / "raw" / "2023Q3"
    raw.mkdir(parents=True)
    build.write_csv(raw / "a.csv", renamed({"Ngày hẹn trả": "Ngày hẹn trả dự kiến"}))
    assert run(tmp_path, "2023Q3") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "«Ngày hẹn trả dự kiến» của 2023Q3/a.csv gần giống «Ngày hẹn trả»" in said
    assert "aliases của cột due_at trong schemas/raw/dossiers.yml" in said


def test_a_column_that_is_there_already_is_not_suggested_again(tmp_path: Path) -> None:
    rows = [[*row, "Ngày hẹn trả dự kiến" if n == 0 else ""] for n, row in enumerate(renamed({}))]
    (staged,) = stage(
        build.raw_file(build.write_csv(tmp_path / "a.csv", rows)), tmp_path / "staging"
    )
    assert staged.resembling == []


@pytest.mark.parametrize(
    ("names", "column"),
    [({"Mã hồ sơ": "Mã hồ sơ điện tử"}, "dossier_code"),
     ({"Ngày tiếp nhận": "Ngày tiếp nhậnn"}, "received_at")],
)  # fmt: skip
def test_a_required_column_that_is_only_resembled_stops_the_file(
    tmp_path: Path, names: dict[str, str], column: str
) -> None:
    path = build.write_xlsx(
        tmp_path / "a.xlsx",
        {"Tốt": build.lines(build.dossiers(3)), "Lệch": [["TIÊU ĐỀ"], *renamed(names)]},
    )
    (new,) = names.values()
    with pytest.raises(UnreadableFile) as stopped:
        stage(build.raw_file(path), tmp_path / "staging")
    said = str(stopped.value)
    assert f"thêm «{new}» vào aliases của cột {column}" in said
    assert "dòng 2" in said and "«Lĩnh vực»" in said and "dossiers.yml" in said
    assert not any(value in said for value in build.PERSONAL)


def test_what_the_message_says_to_add_makes_the_file_readable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The advice followed to the letter, in a copy of the contract."""
    path = build.write_csv(tmp_path / "a.csv", renamed({"Mã hồ sơ": "Mã hồ sơ điện tử"}))
    content = yaml.safe_load((raw_contract.FOLDER / "dossiers.yml").read_text(encoding="utf-8"))
    code = next(column for column in content["columns"] if column["name"] == "dossier_code")
    code["aliases"].append("Mã hồ sơ điện tử")
    mended = tmp_path / "dossiers.yml"
    mended.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    monkeypatch.setattr(header, "raw_contracts", lambda: (raw_contract._contract(mended),))
    (staged,) = stage(build.raw_file(path), tmp_path / "staging")
    assert [row["dossier_code"] for row in build.staged_rows(staged)] == [
        row["code"] for row in build.dossiers(3)
    ]


def test_a_file_without_a_header_shows_no_row_of_data(tmp_path: Path) -> None:
    rows = [["Danh sách", "hồ sơ"], *build.body(build.dossiers(5), "D")]
    path = build.write_csv(tmp_path / "a.csv", rows)
    with pytest.raises(UnreadableFile) as stopped:
        stage(build.raw_file(path), tmp_path / "staging")
    assert "«Danh sách»" in str(stopped.value)
    assert not any(value in str(stopped.value) for value in build.PERSONAL)


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        ({"Mã hồ sơ": "Ký hiệu"}, "«Mã hồ sơ» (dossier_code)"),
        ({"Ngày tiếp nhận": "Lúc vào sổ"}, "«Ngày tiếp nhận» (received_at)"),
        ({"Mã hồ sơ": "Mã hồ sơ điện tử"}, "«Mã hồ sơ» (dossier_code)"),
    ],
)
def test_what_is_missing_is_said_before_what_is_there(
    tmp_path: Path, names: dict[str, str], missing: str
) -> None:
    path = build.write_csv(tmp_path / "a.csv", renamed(names))
    with pytest.raises(UnreadableFile) as stopped:
        stage(build.raw_file(path), tmp_path / "staging")
    said = str(stopped.value)
    assert said.startswith(f"dòng 1 giống dòng tiêu đề nhưng thiếu cột bắt buộc {missing}; hãy ")
    advice, columns = said.split("; các cột có: ")
    assert "schemas/raw/dossiers.yml" in advice
    assert "«Lĩnh vực»" in columns and "«Lĩnh vực»" not in advice


def test_a_column_under_a_name_of_its_own_is_told_with_where_to_add_it(tmp_path: Path) -> None:
    path = build.write_csv(tmp_path / "a.csv", renamed({"Ngày tiếp nhận": "Lúc thực nhận"}))
    with pytest.raises(UnreadableFile) as stopped:
        stage(build.raw_file(path), tmp_path / "staging")
    assert (
        "thêm tên ấy vào aliases của received_at trong schemas/raw/dossiers.yml; cột chưa biết: "
        "«Lúc thực nhận»; các cột có: "
    ) in str(stopped.value)


def test_a_column_that_is_nowhere_is_not_looked_for_among_the_known(tmp_path: Path) -> None:
    header, *rows = build.lines(build.dossiers(3), "D")
    place = header.index("Ngày tiếp nhận")
    lines = [[cell for index, cell in enumerate(row) if index != place] for row in [header, *rows]]
    path = build.write_csv(tmp_path / "a.csv", lines)
    with pytest.raises(UnreadableFile) as stopped:
        stage(build.raw_file(path), tmp_path / "staging")
    assert "; hãy xuất lại cho đủ cột; các cột có: " in str(stopped.value)


def test_of_a_table_of_something_else_the_needed_columns_come_first(tmp_path: Path) -> None:
    path = build.write_csv(tmp_path / "a.csv", [["Tên sách", "Năm"], ["Truyện Kiều", "x"]])
    with pytest.raises(UnreadableFile) as stopped:
        stage(build.raw_file(path), tmp_path / "staging")
    needed, there = str(stopped.value).split("; dòng giống tiêu đề nhất có: ")
    assert "cột mã hồ sơ và ngày tiếp nhận" in needed and "schemas/raw/dossiers.yml" in needed
    assert there.startswith("«Tên sách»; «Năm»")
