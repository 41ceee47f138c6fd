"""The page's file and the pictures of its charts, without a browser."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from base64 import b64encode
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from pipelines.numbers import count_text, percent_text
from pipelines.reports.page import pictures
from pipelines.reports.page.build import page
from pipelines.reports.page.content import page_content
from pipelines.reports.report import Report

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def text(report: Report) -> str:
    return page(report)


def test_a_district_quarter_fits_into_two_megabytes(text: str, report: Report) -> None:
    assert len(report.rows("dossiers")) > 10_000
    assert len(text.encode()) <= 2_000_000


def test_the_same_tables_make_the_same_page(text: str, report: Report) -> None:
    assert page(report) == text


def test_the_policy_names_the_scripts_that_run_and_nothing_is_loaded(text: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    allowed = dict(part.split(" ", 1) for part in policy[1].split("; "))
    assert allowed["default-src"] == "'none'"
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    hashes = {b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in scripts}
    assert set(allowed["script-src"].split()) == {f"'sha256-{each}'" for each in hashes}
    assert len(re.findall(r"<script", text)) == len(re.findall(r"</script>", text)) == 4
    assert not re.search(
        r"<(link|img|iframe|object|embed)\b|\bsrc=|@import|url\(", text[: text.index("<script")]
    )


def test_every_dossier_is_in_the_page_as_published(report: Report) -> None:
    content = page_content(report)
    table, texts = content["dossiers"], content["texts"]
    late = {row: days for row, *days in table["late"]}
    carried = set(table["carried"])

    def day(count: int | None) -> date | None:
        return None if count is None else report.start + timedelta(days=count)

    for row, published in enumerate(report.rows("dossiers")):
        level, code, name = content["units"][table["unit"][row]]
        assert (level, code or None, name) == tuple(
            published[column] for column in ("level", "unit_code", "unit_name")
        )
        assert content["outcomes"][table["outcome"][row]] == published["outcome"]
        assert (row not in carried) == published["received_in_period"]
        assert late.get(row, [None, None]) == [
            published["days_late"], published["working_days_late"]
        ]  # fmt: skip
        for column, places in texts.items():
            assert places[table[column][row]] == (published[column] or "")
        for column, of in (
            ("received", "received_on"),
            ("due", "effective_due_on"),
            ("closed", "closed_on"),
        ):
            assert day(table[column][row]) == published[of]
        assert (table["code"][row], table["source_row"][row]) == (
            published["dossier_code"], published["source_row"]
        )  # fmt: skip


def test_pictures_show_what_is_published(report: Report) -> None:
    made = pictures.pictures(report)
    assert list(made) == ["dung-han-cap-huyen", "dung-han-cap-xa", "theo-ngay", "theo-linh-vuc"]
    for name, level in (("dung-han-cap-huyen", "district"), ("dung-han-cap-xa", "commune")):
        rows = made[name]["data"]["values"]
        units = {
            u["unit_name"]: u for u in report.rows("counts_by_unit", basis="received", level=level)
        }
        assert {row["name"] for row in rows} == set(units)
        for row in rows:
            unit = units[row["name"]]
            assert row["share"] == percent_text(unit["on_time_share"])
            assert row["parts"] == f"{count_text(unit['on_time'])}/{count_text(unit['handled'])}"
            if row["part"] == "Trễ hạn":
                share = Decimal(row["end"] - row["start"]).quantize(Decimal("0.01"))
                assert abs(share - unit["late_share"]) <= Decimal("0.01")
        ends = {row["name"]: row["end"] for row in rows}
        assert all(abs(end - 100) < 1e-9 for end in ends.values())
    days: Counter[str] = Counter()
    for row in made["theo-ngay"]["data"]["values"]:
        days[row["part"]] += abs(row["end"] - row["start"])
    whole = report.counts("all", "flow")
    assert days == {
        "Tiếp nhận": whole["received"], "Đúng hạn": whole["on_time"], "Trễ hạn": whole["late"]
    }  # fmt: skip
    fields = made["theo-linh-vuc"]["data"]["values"]
    assert sum(row["end"] - row["start"] for row in fields) == report.counts("all")["received"]
    assert len({row["name"] for row in fields}) == pictures.FIELDS_SHOWN


def test_pictures_are_written_alike_each_time(report: Report, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    first = pictures.write(report, tmp_path / "one")
    second = pictures.write(report, tmp_path / "two")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    assert len(first) == 8
    for path in first:
        if path.suffix == ".svg":
            drawing = etree.fromstring(path.read_bytes())
            said = [node.text for node in drawing.iter(f"{SVG}text")]
            assert any(
                "huyện Cầu Kè" in text.lower() or "Huyện Cầu Kè" in text for text in said if text
            )
        else:
            assert path.read_bytes().startswith(b"\x89PNG")


def test_provisional_and_revised_pictures_say_so(report: Report) -> None:
    (spec, *_) = pictures.pictures(dataclasses.replace(report, revision=1)).values()
    assert spec["title"]["subtitle"].endswith("đã điều chỉnh lần 01")
