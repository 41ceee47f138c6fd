"""The report's sentences: the seed's word for word, and what a clerk would write elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from reported import ALL_ON_TIME, NOTHING, ONE_COMMUNE, THREE_LEVELS, TWO_LEVELS

from pipelines.numbers import count_text, percent_text, written_date_text
from pipelines.reports import sentences
from pipelines.reports.report import Report, load_report
from pipelines.workspace import Workspace

SEED = [
    "- Hiện nay, huyện có 265 thủ tục hành chính thuộc thẩm quyền giải quyết của Ủy ban nhân dân "
    "huyện, 148 thủ tục hành chính thuộc thẩm quyền giải quyết của Ủy ban nhân dân cấp xã.",
    "- 100% thủ tục hành chính thuộc thẩm quyền giải quyết của huyện được tổ chức tiếp nhận, giải "
    "quyết tại Bộ phận Tiếp nhận và Trả kết quả huyện, xã, thị trấn thực hiện theo cơ chế một cửa, "
    "một cửa liên thông và áp dụng quy trình theo dõi việc tiếp nhận, xử lý hồ sơ, trả kết quả giải "
    "quyết trên hệ thống thông tin giải quyết thủ tục hành chính tỉnh Trà Vinh (iGate) theo quy "
    "định.",
    "- Kết quả thực hiện cơ chế một cửa, một cửa liên thông trong giải quyết TTHC (số liệu tính từ "
    "05/6/2023 đến 01/9/2023):",
    "+ Tiếp nhận giải quyết 10.503 hồ sơ (cấp huyện 641 hồ sơ, cấp xã 9.862 hồ sơ).",
    "+ Kết quả giải quyết và trả kết quả huyện: 639 hồ sơ (trong đó, giải quyết đúng hạn: 630 hồ "
    "sơ, đạt tỷ lệ 98,59%; trễ hạn: 08 hồ sơ, chiếm tỷ lệ 1,25%; đang giải quyết chưa đến hạn 01 "
    "hồ sơ).",
]


def written(workspace: Workspace, period: str, folder: Path) -> tuple[Report, str]:
    report = load_report(workspace, period)
    (path,) = sentences.write(report, folder)
    return report, path.read_text(encoding="utf-8")


def test_the_seed_word_for_word(published_sample: Workspace, tmp_path: Path) -> None:
    _, text = written(published_sample, "2023Q3", tmp_path)
    assert text.splitlines()[2:7] == SEED


def test_the_withdrawn_are_named_apart(published_sample: Workspace) -> None:
    report = load_report(published_sample, "2023Q3")
    assert sentences.withdrawn_sentence(report, "district") == (
        "Ngoài ra, có 02 hồ sơ xin rút hoặc được trả lại, không tính vào kết quả giải quyết (tiếp "
        "nhận 641 hồ sơ, kết quả giải quyết 639 hồ sơ)."
    )


@pytest.mark.parametrize("level", ["province", "district", "commune", "all"])
@pytest.mark.parametrize("period", [THREE_LEVELS, TWO_LEVELS])
def test_every_number_is_that_of_the_parquet(
    published_periods: Workspace, tmp_path: Path, period: str, level: str
) -> None:
    report, text = written(published_periods, period, tmp_path)
    row = report.counts(level)
    label = {"province": "Cấp tỉnh", "district": "Cấp huyện", "commune": "Cấp xã", "all": "Toàn bộ"}
    paragraphs = [line for line in text.splitlines() if line.startswith(label[level])]
    if not row["received"] or (level == "all" and period == TWO_LEVELS):
        assert paragraphs == []
        return
    (paragraph,) = paragraphs
    for words, measure in [
        ("tiếp nhận giải quyết ", "received"),
        ("trực tuyến ", "received_online"),
        ("trực tiếp ", "received_in_person"),
        ("bưu chính công ích ", "received_postal"),
        ("chưa rõ hình thức ", "received_unknown_channel"),
        ("trả kết quả: ", "handled"),
        ("đúng hạn: ", "on_time"),
        ("trễ hạn: ", "late"),
        ("chưa đến hạn ", "pending_in_time"),
        ("quá hạn ", "pending_overdue"),
        ("có ", "withdrawn"),
    ]:
        said = f"{words}{count_text(row[measure])} hồ sơ"
        assert (said in paragraph) == (row[measure] > 0), said
    assert f"đạt tỷ lệ {percent_text(row['on_time_share'])}" in paragraph
    assert f"chiếm tỷ lệ {percent_text(row['late_share'])}" in paragraph
    assert " 00 " not in text


def test_nothing_happened(published_periods: Workspace, tmp_path: Path) -> None:
    _, text = written(published_periods, NOTHING, tmp_path)
    assert text.endswith("+ Trong kỳ không phát sinh hồ sơ.\n")


def test_one_level_alone_is_not_split_and_all_withdrawn_is_said(
    published_periods: Workspace, tmp_path: Path
) -> None:
    _, text = written(published_periods, ONE_COMMUNE, tmp_path)
    assert "+ Tiếp nhận giải quyết 03 hồ sơ.\n" in text
    assert "xã: không có, do cả 03 hồ sơ tiếp nhận đều xin rút hoặc được trả lại." in text
    assert " 00 " not in text and text.startswith("Xã Hòa Ân:")


def test_that_nothing_was_late_is_said(published_periods: Workspace, tmp_path: Path) -> None:
    _, text = written(published_periods, ALL_ON_TIME, tmp_path)
    assert "đạt tỷ lệ 100%; không có hồ sơ trễ hạn)." in text


def test_provisional_and_revised_figures_say_so(published_periods: Workspace) -> None:
    report = load_report(published_periods, TWO_LEVELS)
    assert sentences.period_phrase(report) == (
        "số liệu tạm tính từ 15/9/2025 đến 14/12/2025, theo dữ liệu xuất đến ngày 01/12/2025"
    )
    revised = replace(load_report(published_periods, THREE_LEVELS), revision=2)
    assert sentences.period_phrase(revised) == (
        "số liệu tính từ 15/12/2023 đến 14/3/2024, đã điều chỉnh lần 02"
    )


def test_the_office_in_two_levels(published_periods: Workspace) -> None:
    office = load_report(published_periods, TWO_LEVELS).office
    assert (office.name, office.level, office.place) == ("Tỉnh Vĩnh Long", "province", "Vĩnh Long")


def test_dates_as_official_documents_write_them() -> None:
    assert written_date_text(date(2023, 6, 5)) == "05/6/2023"
    assert written_date_text(date(2022, 2, 22)) == "22/02/2022"
    assert written_date_text(date(2022, 11, 1)) == "01/11/2022"
