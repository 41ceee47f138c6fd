"""Reports held against themselves, in the wordings that districts and provinces use.

The sentences are invented; their numbers add up, unless a case says what does not.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.numbers import count_text, percent_text
from pipelines.reconcile.rates import percent
from pipelines.reconcile.report import reconcile
from pipelines.reconcile.tokens import COUNT, DATE, PERCENT, tokens
from pipelines.reconcile.verdicts import Line, exit_status
from pipelines.workspace import Workspace

# Each sentence: the text, and the numbers in it that a sum or a rate holds; altering one is caught.
WORDINGS = {
    "before the number": (
        "Trong quý, UBND huyện tiếp nhận 1.250 hồ sơ, đã giải quyết 1.200 hồ sơ (đúng hạn 1.176 hồ "
        "sơ, đạt tỷ lệ 98%; trễ hẹn 24 hồ sơ, chiếm tỷ lệ 2%); đang giải quyết 50 hồ sơ (chưa đến "
        "hạn 47 hồ sơ, quá hạn 03 hồ sơ).",
        ["1.200", "1.176", "98%", "24", "2%", " 50 hồ", "47", "03"],
    ),
    "after the number": (
        "Toàn huyện đã giải quyết được 3.460 bộ hồ sơ (3.402 hồ sơ giải quyết đúng hạn, 58 hồ sơ giải "
        "quyết quá hạn); 140 hồ sơ đang xử lý (131 hồ sơ trong hạn, 09 hồ sơ quá hạn).",
        ["3.460", "3.402", "58", "140", "131", "09"],
    ),
    "carried over": (
        "Tổng số hồ sơ phải giải quyết là 5.120 bộ. Trong đó, tiếp nhận mới 4.980 bộ; kỳ trước chuyển "
        "qua 140 bộ. Đã giải quyết 5.000 bộ; trong đó trước hạn 1.500 bộ, đúng hạn 3.450 bộ, quá hạn "
        "50 bộ. Đang giải quyết 120 bộ.",
        ["5.120", "4.980", "140", "5.000", "1.500", "3.450", "50 bộ. Đang"],
    ),
    "total with what was carried over": (
        "Bộ phận Một cửa tiếp nhận 820 HS, trong đó có 20 HS tồn kỳ trước, 800 HS nhận mới. Kết quả: "
        "đã trả kết quả 790 HS, trước và đúng hạn 781 HS chiếm 98,86%, trễ hạn 09 HS chiếm 1,14%.",
        ["820", " 20 HS", "800", "790", "781", "98,86", "09", "1,14"],
    ),
    "channels": (
        "Sở đã tiếp nhận 10.000 hồ sơ (trực tuyến 6.250 hồ sơ, đạt 62,5%; trực tiếp và qua dịch vụ bưu "
        "chính 3.750 hồ sơ).",
        ["10.000", "6.250", "62,5", "3.750"],
    ),
    "levels": (
        "Toàn tỉnh tiếp nhận 60.000 hồ sơ. Cấp tỉnh tiếp nhận 25.000 hồ sơ; cấp huyện tiếp nhận 7.500 "
        "hồ sơ; cấp xã tiếp nhận 27.500 hồ sơ.",
        ["60.000", "25.000", " 7.500", "27.500"],
    ),
    "early and on the day": (
        "Đã giải quyết 2.000 hồ sơ: sớm hạn 900 hồ sơ (45%), đúng hạn 1.080 hồ sơ (54%), trễ hạn 20 hồ "
        "sơ (1%).",
        ["2.000", "900", "45%", "1.080", "54%", "20 hồ", "1%"],
    ),
    "none late": (
        "UBND xã đã giải quyết 412 hồ sơ, đúng hạn 412 hồ sơ, đạt tỷ lệ 100%; không có hồ sơ trễ hạn.",
        ["412 hồ sơ, đúng", "412 hồ sơ, đạt", "100"],
    ),
    "points for decimals, spaces for thousands": (
        "Đã xử lý 12 500 hồ sơ, trong đó đúng hạn 12 345 hồ sơ, đạt tỷ lệ 98.76%; quá hạn 155 hồ sơ, "
        "tỷ lệ 1.24%.",
        ["12 500", "12 345", "98.76", "155", "1.24"],
    ),
    "a rate before its count": (
        "Tỷ lệ hồ sơ giải quyết đúng hạn đạt 97,5%; trong đó, tổng số hồ sơ đã giải quyết xong là 400 hồ "
        "sơ, số hồ sơ giải quyết đúng hạn là 390 hồ sơ.",
        ["97,5", "400", "390"],
    ),
    "a fraction": (
        "Hồ sơ đã có kết quả đạt 640/800 hồ sơ, chiếm tỷ lệ 80,0%.",
        ["640", "800", "80,0"],
    ),
    "bullets": (
        "Kết quả giải quyết hồ sơ cấp huyện:\n- Tiếp nhận: 641 hồ sơ, trong đó:\n+ Trực tuyến: 400 hồ "
        "sơ;\n+ Trực tiếp: 241 hồ sơ.\n- Đã giải quyết: 638 hồ sơ. Trong đó:\n+ Đúng hạn: 630 hồ sơ;\n"
        "+ Quá hạn: 08 hồ sơ.",
        ["641", "400", "241", "638", "630", "08"],
    ),
    "the phrase after an aside": (
        "Tổng số hồ sơ yêu cầu giải quyết thủ tục hành chính (TTHC) trong kỳ là 500 hồ sơ, gồm 480 hồ sơ "
        "mới tiếp nhận và 20 hồ sơ từ tháng trước chuyển sang.",
        ["500", "480", "20 hồ"],
    ),
}  # fmt: skip


def alone(tmp_path: Path, text: str) -> list[Line]:
    path = tmp_path / "bao-cao.txt"
    path.write_text(text, encoding="utf-8")
    return reconcile(Workspace(tmp_path), path, None)


@pytest.mark.parametrize("name", WORDINGS)
def test_a_sound_report_agrees(tmp_path: Path, name: str) -> None:
    text, _ = WORDINGS[name]
    lines = alone(tmp_path, text)
    assert exit_status(lines) == 0, [line for line in lines if line.wrong]
    assert not [line for line in lines if line.verdict == "unchecked"]


@pytest.mark.parametrize(
    ("name", "number"), [(name, number) for name, (_, numbers) in WORDINGS.items() for number in numbers]
)  # fmt: skip
def test_a_number_altered_is_caught(tmp_path: Path, name: str, number: str) -> None:
    text, _ = WORDINGS[name]
    assert text.count(number) == 1, "the case must name one place"
    digits = [i for i, c in enumerate(number) if c.isdigit()]
    last = digits[-1] + 1
    raised = number[: digits[-1]] + str((int(number[digits[-1]]) + 3) % 10) + number[last:]
    lines = alone(tmp_path, text.replace(number, raised))
    assert exit_status(lines) == 1, raised


CASES = [
    # (text, verdict, words of the note)
    ("Đã giải quyết 639 hồ sơ, đúng hạn 630 hồ sơ, đạt tỷ lệ 98,60%.", "rate", "630/639"),
    ("Đã giải quyết 30 hồ sơ, đúng hạn 29 hồ sơ, đạt tỷ lệ 96,66%.", "agrees", "làm tròn là 96,67%"),
    ("Đã giải quyết 30 hồ sơ, đúng hạn 29 hồ sơ, đạt tỷ lệ 96,67%.", "agrees", "29/30"),
    ("Đã giải quyết 30 hồ sơ, đúng hạn 29 hồ sơ, đạt tỷ lệ 96,7%.", "agrees", "29/30"),
    ("Đã giải quyết 30 hồ sơ, đúng hạn 29 hồ sơ, đạt gần 97%.", "agrees", "29/30"),
    ("Đã giải quyết 30 hồ sơ, đúng hạn 29 hồ sơ, đạt trên 97%.", "rate", "29/30"),
    ("Tiếp nhận 641 hồ sơ; kết quả giải quyết 639 hồ sơ.", "remark", "còn 02 hồ sơ"),
    ("Tiếp nhận 500 hồ sơ; đã giải quyết 510 hồ sơ; đang giải quyết 12 hồ sơ.", "remark", "nhiều hơn"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "verdict", "note"), CASES)
def test_what_is_said_of_it(tmp_path: Path, text: str, verdict: str, note: str) -> None:
    found = [line for line in alone(tmp_path, text) if line.verdict == verdict]
    assert any(note in line.note for line in found), alone(tmp_path, text)


def test_every_denominator_in_use(tmp_path: Path) -> None:
    """630 of 641 received, of 639 handled, of 638 resolved: each printed rate is lawful."""
    text = "Tiếp nhận 641 hồ sơ. Kết quả giải quyết: 639 hồ sơ (đúng hạn 630 hồ sơ, đạt {}; trễ hạn 08 hồ sơ; chưa đến hạn 01 hồ sơ)."
    for denominator, label in (
        (641, "tiếp nhận"),
        (639, "kết quả giải quyết"),
        (638, "đã giải quyết"),
    ):
        rate = percent_text(percent(Decimal(630), Decimal(denominator), 2))
        (line,) = [each for each in alone(tmp_path, text.format(rate)) if each.stated == rate]
        assert (line.verdict, line.note) == ("agrees", f"630/{denominator} ({label})")
    assert exit_status(alone(tmp_path, text.format("98,43%"))) == 1


def test_numbers_of_other_things_are_left_alone(tmp_path: Path) -> None:
    text = (
        "Kế hoạch số 28/KH-UBND ngày 13/3/2023 giao 12 cơ quan, 91 xã, phường. Đã giải quyết 30 hồ sơ, "
        "đúng hạn 29 hồ sơ (tăng 12% so với tháng 8/2023), trễ hạn 01 hồ sơ. Phát 741 phiếu, 98% hài lòng."
    )  # fmt: skip
    stated = {line.stated for line in alone(tmp_path, text)}
    assert stated == {"30"}


def test_a_report_dated_before_the_end_of_its_period(tmp_path: Path) -> None:
    text = (
        "Trà Vinh, ngày 7 tháng 8 năm 2023\nSố liệu tính từ ngày 05/6/2023 đến hết ngày 01/9/2023: đã "
        "giải quyết 30 hồ sơ (đúng hạn 29 hồ sơ, trễ hạn 01 hồ sơ)."
    )  # fmt: skip
    lines = alone(tmp_path, text)
    assert [line.computed for line in lines if line.verdict == "date"] == ["01/09/2023"]
    assert exit_status(lines) == 0
    assert not [
        x for x in alone(tmp_path, text.replace("7 tháng 8", "7 tháng 9")) if x.verdict == "date"
    ]


def test_a_list_of_measures_in_a_table(tmp_path: Path) -> None:
    rows = [
        ("Chỉ tiêu", "Số hồ sơ"),
        ("Đã giải quyết", "638"),
        ("Đúng hạn", "630"),
        ("Trễ hạn", "08"),
    ]
    document = docx.Document()
    table = document.add_table(0, 2)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(str(tmp_path / "bang.docx"))
    lines = reconcile(Workspace(tmp_path), tmp_path / "bang.docx", None)
    assert exit_status(lines) == 0
    table.rows[3].cells[1].text = "09"
    document.save(str(tmp_path / "bang.docx"))
    assert exit_status(reconcile(Workspace(tmp_path), tmp_path / "bang.docx", None)) == 1


@settings(deadline=None)  # nothing is timed here
@given(st.integers(0, 10**9))
def test_a_count_is_read_as_it_is_written(number: int) -> None:
    for text in (count_text(number), f"{number:,}".replace(",", " "), f"{number:,}", str(number)):
        (token,) = tokens(f"{text} hồ sơ")[:1]
        assert (token.kind, token.value) == (COUNT, number), text


@settings(deadline=None)  # nothing is timed here
@given(st.integers(0, 10**6), st.integers(0, 4))
def test_a_per_cent_is_read_as_it_is_written(digits: int, places: int) -> None:
    value = Decimal(digits).scaleb(-places)
    for text in (f"{value:f}%", f"{value:f} %", f"{value:f}%".replace(".", ",")):
        (token,) = tokens(text)
        assert (token.kind, token.value, token.places) == (PERCENT, value, places)


@pytest.mark.parametrize("text", ["05/6/2023", "5.6.2023", "05-06-2023", "ngày 5 tháng 6 năm 2023"])
def test_a_date_is_no_count(text: str) -> None:
    (token,) = tokens(text)
    assert token.kind == DATE and str(token.day) == "2023-06-05"


WORDS = ["đúng hạn", "trễ hạn", "(", ")", "12", "98,5%", "hồ sơ", ",", ";", ".", ":", "trong đó"]


@settings(deadline=None)  # nothing is timed here
@given(st.lists(st.sampled_from([*WORDS, "tiếp nhận", "cấp xã", "không có", "\n"]), max_size=40))
def test_no_text_breaks_the_reading(
    tmp_path_factory: pytest.TempPathFactory, words: list[str]
) -> None:
    lines = alone(tmp_path_factory.mktemp("any"), " ".join(words))
    assert all(line.verdict for line in lines)
