"""A page opened in headless Chromium from disk, and what a reader finds on it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from pipelines.numbers import count_text, percent_text
from pipelines.reports.page.build import page as page_text
from pipelines.reports.report import Report, Row

SHARES = ("on_time_share", "late_share")

_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; skips the test where there is none."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_QUIET)
        yield browser
        browser.close()


def opened(browser: Browser, path: Path, width: int = 1280) -> tuple[Page, list[str], list[str]]:
    """Return the page once it is drawn, all it asked for, and all it said or failed with."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path.as_uri())
    page.wait_for_function("() => document.body.dataset.state")
    return page, asked, said


def choose(page: Page, basis: str = "received", level: str = "", unit: str = "") -> None:
    """Choose basis, level and unit (by its name), and wait until everything has followed."""
    place = units(page).index([level, unit]) if unit else ""
    for control, value in (("basis", basis), ("level", level), ("unit", str(place))):
        if page.eval_on_selector(f"#{control}", "each => each.value") != value:
            page.select_option(f"#{control}", value)
    state = json.dumps([basis, level, str(place)], separators=(",", ":"))
    page.wait_for_function("state => document.body.dataset.state === state", arg=state)


def units(page: Page) -> list[list[str]]:
    """Return level and name of the units that the page knows, in their places."""
    embedded: list[list[str]] = page.evaluate(
        "JSON.parse(document.getElementById('content').textContent).units"
    )
    return [[level, name] for level, _, name in embedded]


def shown_tiles(page: Page) -> dict[str, str]:
    """Return measure → the large text of its tile."""
    return dict(
        page.eval_on_selector_all(
            ".tile > .figure", "all => all.map(each => [each.dataset.measure, each.textContent])"
        )
    )


def shown_outcomes(page: Page) -> dict[str, str]:
    """Return measure → its number in the list of what the dossiers consist of."""
    return dict(
        page.eval_on_selector_all(
            "#outcomes .figure", "all => all.map(each => [each.dataset.measure, each.textContent])"
        )
    )


def table_below(page: Page, place: str) -> list[list[str]]:
    """Open the table of figures within `place`; return its body cell by cell."""
    details = page.locator(f"{place} details").first
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    details.locator("tbody tr").first.wait_for()
    return cells(page, f"{place} details table")


def cells(page: Page, table: str) -> list[list[str]]:
    """Return the body of a table cell by cell."""
    found: list[list[str]] = page.evaluate(
        "table => [...document.querySelector(table).tBodies[0].rows]"
        ".map(row => [...row.cells].map(cell => cell.textContent))",
        table,
    )
    return found


def listed(page: Page) -> list[dict[str, str]]:
    """Turn through the list of dossiers; return all its rows, column → text."""
    rows: list[dict[str, Any]] = []
    while True:
        rows += page.eval_on_selector_all(
            "table.dossiers tbody tr",
            "all => all.map(row => Object.fromEntries([...row.cells].map(cell => "
            "[cell.className.slice(4), cell.innerText.trim()])))",
        )
        onward = page.get_by_role("button", name="Sau ›")
        if not onward.count() or onward.is_disabled():
            return rows
        onward.click()


def listed_count(page: Page) -> int:
    """Return how many dossiers the list says it has."""
    text = page.inner_text("#count")
    found = re.search(r"trong ([\d.]+) hồ sơ", text)
    return int(found[1].replace(".", "")) if found else 0


def written(report: Report, folder: Path) -> Path:
    path = folder / "index.html"
    path.write_bytes(page_text(report).encode())
    return path


def expected_tiles(row: Row, basis: str) -> dict[str, str]:
    counts = ("received" if basis == "received" else "in_scope", "handled", "on_time", "late")
    return {name: count_text(row[name]) for name in counts} | {
        name: percent_text(row[name]) for name in SHARES
    }


def codes(rows: list[Row]) -> list[str]:
    return sorted(row["dossier_code"] for row in rows)
