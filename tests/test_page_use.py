"""The page as a document: from disk and alone, by keyboard, at every width, on paper."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import choose, expected_tiles, listed_count, opened
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from pipelines.reports.report import Report

pytestmark = pytest.mark.chromium
WIDTHS = (360, 768, 1280)


def test_loads_from_disk_and_asks_for_nothing_else(browser: Browser, page_file: Path) -> None:
    page, asked, said = opened(browser, page_file)
    choose(page, basis="flow", level="commune")
    page.get_by_role("button", name="hồ sơ trễ hạn").first.click()
    assert asked == [page_file.as_uri()]
    assert said == []
    page.close()


def test_the_policy_lets_no_other_script_run(browser: Browser, page_file: Path) -> None:
    page, _, _ = opened(browser, page_file)
    page.evaluate(
        "() => { const script = document.createElement('script');"
        " script.textContent = 'document.title = 1'; document.body.append(script); }"
    )
    assert page.title() == "Kết quả giải quyết thủ tục hành chính: Quý III năm 2023"
    assert not page.evaluate("() => fetch('data:,x').then(() => true, () => false)")
    page.close()


def test_the_keyboard_is_enough(page: Page, report: Report) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Đến danh sách hồ sơ"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "level"
    for _ in ("province", "district", "commune"):
        page.keyboard.press("ArrowDown")
    page.wait_for_function("""() => document.body.dataset.state === '["received","commune",""]'""")
    for _ in range(4):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.measure") == "received"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "dossiers-heading"
    assert listed_count(page) == report.counts("commune")["received"]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "search"


@pytest.mark.parametrize("width", WIDTHS)
def test_accessible_and_whole_at_every_width(browser: Browser, page_file: Path, width: int) -> None:
    page, _, said = opened(browser, page_file, width)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    # The table by day is as the others, and long.
    for summary in page.locator("summary:visible:not(#by-day *)").all():
        summary.click()
    page.click("#outcomes [data-measure=late]")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert said == []
    page.close()


def test_prints_on_a4(page: Page, report: Report) -> None:
    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    width, height = (float(side) * 25.4 / 72 for side in printed.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (210, 297)
    text = re.sub(r"\s+", "", "".join(sheet.extract_text() for sheet in printed.pages))
    for said in expected_tiles(report.counts("all"), "received").values():
        assert said in text
    assert "Xemtấtcả" not in text and "Sau›" not in text
    late = report.rows("late_dossiers")
    assert f"01–{len(late)}trong{len(late)}hồsơ" in text
    page.emulate_media(media="print")
    page.locator("td.col-code").nth(len(late) - 1).wait_for()
    printed_codes = page.locator("td.col-code").all_inner_texts()
    assert printed_codes == [row["dossier_code"] for row in late]
