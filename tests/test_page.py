"""The page in a browser: every number on it against the published Parquet, and its dossiers."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import pytest
from browser import (
    cells,
    choose,
    codes,
    expected_tiles,
    listed,
    listed_count,
    shown_outcomes,
    shown_tiles,
    table_below,
)
from playwright.sync_api import Page

from pipelines.numbers import count_text, date_text, percent_text
from pipelines.reports.report import Report

pytestmark = pytest.mark.chromium
SOUGHT = (
    "dossier_code", "unit_name", "field", "procedure_name", "status", "source_file", "source_sheet"
)  # fmt: skip


def bare(text: str) -> str:
    """The text without marks and capitals."""
    letters = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(each for each in letters if not unicodedata.combining(each)).lower()


@pytest.mark.parametrize("basis", ["received", "flow"])
def test_the_filter_shows_what_is_published_of_every_level_and_unit(
    page: Page, report: Report, basis: str
) -> None:
    for row in report.rows("counts_by_level", basis=basis):
        choose(page, basis, "" if row["level"] == "all" else row["level"])
        assert shown_tiles(page) == expected_tiles(row, basis), row["level"]
        outcomes = shown_outcomes(page)
        assert outcomes == {name: count_text(row[name]) for name in outcomes}
        assert set(outcomes) == {
            "on_time", "late", "pending_in_time", "paused", "pending_overdue", "withdrawn",
            "undetermined",
        }  # fmt: skip
    for row in report.rows("counts_by_unit", basis=basis):
        choose(page, basis, row["level"], row["unit_name"])
        assert shown_tiles(page) == expected_tiles(row, basis), row["unit_name"]


@pytest.mark.parametrize("level", ["", "district", "commune"])
def test_the_tables_below_the_charts_are_those_published(
    page: Page, report: Report, level: str
) -> None:
    choose(page, "flow", level)
    where = {"level": level} if level else {}
    fields: Counter[tuple[str, str]] = Counter()
    names = (
        "in_scope", "on_time", "late", "in_progress", "pending_overdue", "withdrawn", "undetermined"
    )  # fmt: skip
    for row in report.rows("counts_by_field", basis="flow", **where):
        fields.update({(row["field"], name): row[name] for name in names})
    shown = table_below(page, "#by-field")
    assert {row[0]: row[1:] for row in shown} == {
        field: [count_text(fields[field, name]) for name in names] for field, _ in fields
    }
    assert table_below(page, "#by-day") == [
        [date_text(row["day"])]
        + [
            count_text(row[name]) if row[name] else "–"
            for name in ("received", "resolved", "on_time", "late")
        ]
        for row in report.rows("counts_by_day", level=level or "all")
    ]
    drawn = page.eval_on_selector_all(
        "#by-field [role=button]", "bars => bars.map(bar => bar.getAttribute('aria-label'))"
    )
    counted = sum(int(said.split(": ")[-1].split()[0].replace(".", "")) for said in drawn)
    assert counted == report.counts(level or "all", "flow")["in_scope"]


@pytest.mark.parametrize("level", ["district", "commune"])
def test_the_chart_by_unit_shows_each_share_lowest_first(
    page: Page, report: Report, level: str
) -> None:
    choose(page, level=level)
    published = report.rows("counts_by_unit", basis="received", level=level)
    place = f"#on-time figure:nth-child({2 if level == 'district' else 3})"
    names = ("in_scope", "handled", "on_time", "late", "pending_overdue")
    shown = table_below(page, place)
    assert {row[0]: row[1:] for row in shown} == {
        unit["unit_name"]: [count_text(unit[name]) for name in names]
        + [percent_text(unit["on_time_share"])]
        for unit in published
    }
    shares = [float(row[-1].rstrip("%").replace(",", ".")) for row in shown]
    assert shares == sorted(shares)
    texts = page.eval_on_selector_all(
        f"{place} svg .mark-text text", "all => all.map(each => each.textContent)"
    )
    assert {percent_text(unit["on_time_share"]) for unit in published} <= set(texts)
    assert {f"{count_text(u['on_time'])}/{count_text(u['handled'])}" for u in published} <= set(
        texts
    )


def test_numbers_lead_to_their_dossiers(page: Page, report: Report) -> None:
    dossiers = report.rows("dossiers")
    page.click("#outcomes [data-measure=late]")
    wanted = [r for r in dossiers if r["outcome"] == "late" and r["received_in_period"]]
    found = listed(page)
    assert sorted(row["code"] for row in found) == codes(wanted)
    by_code = {row["code"]: row for row in found}
    for row in wanted:
        shown = by_code[row["dossier_code"]]
        assert shown["unit"] == row["unit_name"]
        assert row["procedure_name"] in shown["procedure"] and row["field"] in shown["procedure"]
        assert shown["received"] == date_text(row["received_on"])
        assert shown["due"] == date_text(row["effective_due_on"])
        assert shown["closed"] == date_text(row["closed_on"])
        assert shown["outcome"].split("\n")[0] == "Trễ hạn"
        days = [count_text(row[name]) for name in ("days_late", "working_days_late")]
        assert re.findall(r"\d[\d.]*", shown["outcome"]) == days
        place = ", ".join(filter(None, (row["source_sheet"], f"dòng {row['source_row']}")))
        assert shown["source"].split() == f"{row['source_file']} {place}".split()

    choose(page, level="district")
    page.click(".tile [data-measure=in_progress]")
    pending = ("pending_in_time", "pending_overdue", "paused")
    assert sorted(row["code"] for row in listed(page)) == codes(
        [r for r in dossiers
         if r["level"] == "district" and r["received_in_period"] and r["outcome"] in pending]
    )  # fmt: skip
    page.click("text=Về danh sách trễ hạn, quá hạn")
    assert sorted(row["code"] for row in listed(page)) == codes(
        [row for row in report.rows("late_dossiers") if row["level"] == "district"]
    )


def test_every_tile_leads_to_as_many_dossiers_as_it_says(page: Page, report: Report) -> None:
    for basis in ("received", "flow"):
        choose(page, basis)
        for button in page.locator(".tiles .figure, #outcomes .figure").all():
            said = button.inner_text()
            button.click()
            if not said.endswith("%"):
                assert listed_count(page) == int(said.replace(".", "")), (basis, said)


def test_a_bar_and_a_day_lead_to_their_dossiers(page: Page, report: Report) -> None:
    dossiers = [row for row in report.rows("dossiers") if row["received_in_period"]]
    page.locator("#by-field [aria-label^='Hộ tịch – trễ hạn']").click()
    wanted = [r for r in dossiers if r["field"] == "Hộ tịch" and r["outcome"] == "late"]
    assert wanted and sorted(row["code"] for row in listed(page)) == codes(wanted)

    page.locator("#on-time [aria-label^='Phòng Giáo dục và Đào tạo – trễ hạn']").focus()
    page.keyboard.press("Enter")
    wanted = [
        r for r in dossiers
        if r["unit_name"] == "Phòng Giáo dục và Đào tạo" and r["outcome"] == "late"
    ]  # fmt: skip
    assert wanted and sorted(row["code"] for row in listed(page)) == codes(wanted)

    choose(page, "flow")
    days = report.rows("counts_by_day", level="all")
    place, day = max(enumerate(days), key=lambda numbered: numbered[1]["late"])
    assert day["late"]
    table_below(page, "#by-day")
    buttons = page.locator("#by-day tbody tr").nth(place).locator("button").all()
    for button, name in zip(buttons, ("received", "resolved", "on_time", "late"), strict=True):
        button.click()
        assert listed_count(page) == day[name]


def test_due_soon_by_unit_and_its_dossiers(page: Page, report: Report) -> None:
    due = report.rows("due_soon")
    assert due
    for level in ("", "district", "commune"):
        choose(page, level=level)
        here = [row for row in due if not level or row["level"] == level]
        counts = Counter((row["unit_name"], row["working_days_left"]) for row in here)
        assert {row[0]: row[1:] for row in cells(page, "#due-table table")} == {
            unit: [
                count_text(counts[unit, left]) if counts[unit, left] else "–" for left in range(4)
            ]
            + [count_text(sum(counts[unit, left] for left in range(4)))]
            for unit, _ in counts
        }
        page.click("#due-lead .figure")
        found = listed(page)
        assert sorted(row["code"] for row in found) == codes(here)
        left = {row["dossier_code"]: row["working_days_left"] for row in due}
        assert [left[row["code"]] for row in found] == sorted(left[row["code"]] for row in found)


def test_the_list_is_sorted_and_searched(page: Page, report: Report) -> None:
    late = report.rows("late_dossiers")
    in_order = [row["dossier_code"] for row in late]
    assert [row["code"] for row in listed(page)] == in_order
    for _ in range(2):
        page.get_by_role("button", name="Mã hồ sơ").click()
    assert page.locator("th.col-code").get_attribute("aria-sort") == "descending"
    assert [row["code"] for row in listed(page)] == sorted(in_order, reverse=True)
    page.click("th.col-received button")
    received = [
        row["received"][6:] + row["received"][3:5] + row["received"][:2] for row in listed(page)
    ]
    assert received == sorted(received)

    page.fill("#search", "hoa an CHUNG thuc")
    wanted = [
        row for row in late
        if all(any(word in bare(str(row[name])) for name in SOUGHT)
               for word in ("hoa", "an", "chung", "thuc"))
    ]  # fmt: skip
    assert 0 < len(wanted) < len(late) and sorted(row["code"] for row in listed(page)) == codes(
        wanted
    )
    page.fill("#search", late[0]["dossier_code"].lower())
    assert [row["code"] for row in listed(page)] == [late[0]["dossier_code"]]
    page.fill("#search", "không có gì như thế")
    assert page.inner_text("#count") == "Không có hồ sơ nào."
