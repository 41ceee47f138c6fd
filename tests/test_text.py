"""Spellings of one Vietnamese text compare equal, and different texts do not."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.text import Vocabulary, clean, fold, key

LETTERS = "aàáạăằặâầẩbcdđeèêềghiìíklmnoòôồơờpqrstuùưừửvxyỳýAÀĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXY"
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=7), min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("  Hòa \t Ân\r\n", "Hòa Ân"),
        ("Hòa\u00a0Ân", "Hòa Ân"),
        ("Hò\u200ba\ufeff Ân\u00ad", "Hòa Ân"),
        (unicodedata.normalize("NFD", "Đặng Thị Huệ"), "Đặng Thị Huệ"),
        ("\u00d0ơn vị \u00f0ó", "Đơn vị đó"),
        ("Ngày\nhẹn trả", "Ngày hẹn trả"),
        ("\u200b \u00a0", ""),
    ],
)
def test_clean_repairs_what_is_shown(written: str, shown: str) -> None:
    assert clean(written) == shown


def test_clean_keeps_case_punctuation_and_tone_placement() -> None:
    assert clean("UBND xã Hoà Tân (huyện Cầu Kè)") == "UBND xã Hoà Tân (huyện Cầu Kè)"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hoà Ân", "Hòa Ân"),
        ("thuỷ lợi", "thủy lợi"),
        ("sức khoẻ", "sức khỏe"),
        ("XÃ HOÀ TÂN", "xã hòa tân"),
        ("Số lượng (bộ)", "số lượng bộ"),
        ("Ngày, tháng, năm", "ngày tháng  năm"),
        ("Mã_hồ_sơ", "Mã hồ sơ"),
        ("\u00d0ịa chỉ", "Địa chỉ"),
        (unicodedata.normalize("NFD", "Phường Hoà Thuận"), "phường hòa thuận"),
    ],
)
def test_spellings_of_one_text_have_one_key(one: str, other: str) -> None:
    assert key(one) == key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hòa", "Hoa"),
        ("Hòa", "Hóa"),
        ("da", "đa"),
        ("tu", "tư"),
        ("con", "côn"),
        ("Hòa Ân", "Hòaân"),
        ("Phong Phú", "Phong Thạnh"),
    ],
)
def test_different_texts_have_different_keys(one: str, other: str) -> None:
    assert key(one) != key(other)


@given(WORDS)
@settings(max_examples=200, deadline=None)
def test_key_and_fold_forget_unicode_form_case_and_spacing(words: list[str]) -> None:
    text = " ".join(words)
    for variant in (
        unicodedata.normalize("NFD", text),
        text.upper(),
        f"\u200b {'  '.join(words)}\u00a0",
    ):
        assert key(variant) == key(text)
        assert fold(variant) == fold(text)
    assert clean(clean(text)) == clean(text)
    assert fold(text).isascii()


@pytest.mark.parametrize(
    ("field_name", "header"),
    [
        ("MaHoSo", "Mã hồ sơ"),
        ("NgayKetThucXuLy", "Ngày kết thúc xử lý"),
        ("DonViXuLy", "Đơn vị xử lý"),
        ("SO DIEN THOAI", "Số điện thoại"),
    ],
)
def test_fold_meets_headers_without_diacritics(field_name: str, header: str) -> None:
    assert fold(field_name) == fold(header)


def test_fold_keeps_digits_and_order() -> None:
    assert fold("Mức độ 3") == "mucdo3"
    assert fold("Trả ngày") != fold("Ngày trả")


def test_a_vocabulary_finds_by_key_first_and_by_fold_where_that_says_one_thing() -> None:
    known = Vocabulary([("Hóa đơn", "bill"), ("Hoa Đơn", "flower"), ("Đã trả", "done")])
    assert known.get("HOÁ ĐƠN") == "bill"
    assert known.get("hoa đơn") == "flower"
    assert known.get("hoa don") is None, "could be either"
    assert known.get("da tra") == "done"
    assert known.get("trả rồi") is None
    assert known.get("") is None


def test_two_spellings_of_one_thing_are_not_ambiguous() -> None:
    known = Vocabulary([("Đã hủy", "withdrawn"), ("Đã huỷ", "withdrawn"), ("Đa hủy", "withdrawn")])
    assert known.get("da huy") == "withdrawn"


def test_the_first_of_equal_entries_wins() -> None:
    assert Vocabulary([("Xã Hòa", 1), ("xã hoà", 2)]).get("XÃ HÒA") == 1
