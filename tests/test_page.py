"""The page in a browser: every number on it against the published Parquet, and how it is used."""

from __future__ import annotations

import dataclasses
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import (
    cells,
    choose,
    chromium,
    listed,
    listed_count,
    opened,
    shown_outcomes,
    shown_tiles,
    table_below,
)
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from pipelines.numbers import count_text, date_text, percent_text
from pipelines.reports.page.build import page as page_text
from pipelines.reports.report import Report, Row, load_report
from pipelines.workspace import Workspace

pytestmark = pytest.mark.chromium
WIDTHS = (360, 768, 1280)
LATE = ("late", "pending_overdue")
SOUGHT = (
    "dossier_code", "unit_name", "field", "procedure_name", "status", "source_file", "source_sheet"
)  # fmt: skip
SHARES = ("on_time_share", "late_share")


@pytest.fixture(scope="module")
def report(published_sample: Workspace) -> Report:
    return load_report(published_sample, "2023Q3")


@pytest.fixture(scope="module")
def file(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(report, tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def page(browser: Browser, file: Path) -> Iterator[Page]:
    shown, _, said = opened(browser, file)
    yield shown
    assert said == []
    shown.close()


def written(report: Report, folder: Path) -> Path:
    path = folder / "index.html"
    path.write_bytes(page_text(report).encode())
    return path


def with_tables(report: Report, **tables: pa.Table) -> Report:
    return dataclasses.replace(report, tables=dict(report.tables) | tables)


def expected_tiles(row: Row, basis: str) -> dict[str, str]:
    counts = ("received" if basis == "received" else "in_scope", "handled", "on_time", "late")
    return {name: count_text(row[name]) for name in counts} | {
        name: percent_text(row[name]) for name in SHARES
    }


def bare(text: str) -> str:
    """The text without marks and capitals."""
    letters = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(each for each in letters if not unicodedata.combining(each)).lower()


def codes(rows: list[Row]) -> list[str]:
    return sorted(row["dossier_code"] for row in rows)


def test_loads_from_disk_and_asks_for_nothing_else(browser: Browser, file: Path) -> None:
    page, asked, said = opened(browser, file)
    choose(page, basis="flow", level="commune")
    page.get_by_role("button", name="hồ sơ trễ hạn").first.click()
    assert asked == [file.as_uri()]
    assert said == []
    page.close()


def test_the_policy_lets_no_other_script_run(browser: Browser, file: Path) -> None:
    page, _, _ = opened(browser, file)
    page.evaluate(
        "() => { const script = document.createElement('script');"
        " script.textContent = 'document.title = 1'; document.body.append(script); }"
    )
    assert page.title() == "Kết quả giải quyết thủ tục hành chính: Quý III năm 2023"
    assert not page.evaluate("() => fetch('data:,x').then(() => true, () => false)")
    page.close()


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
def test_accessible_and_whole_at_every_width(browser: Browser, file: Path, width: int) -> None:
    page, _, said = opened(browser, file, width)
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


@pytest.mark.parametrize("published", [True, False])
def test_the_change_against_the_period_before(
    browser: Browser, report: Report, tmp_path: Path, published: bool
) -> None:
    tables = None
    now, before = report.counts("commune"), {}
    if published:
        rows = [
            row | {"received": row["received"] + 5, "on_time": row["on_time"] - 7, "late": 0}
            for row in report.rows("counts_by_level")
        ]
        counts = pa.Table.from_pylist(rows, report.tables["counts_by_level"].schema)
        tables = ("2023Q2", {"counts_by_level": counts, "counts_by_unit": counts.slice(0, 0)
                  .append_column("unit_code", pa.array([], pa.string()))
                  .append_column("unit_name", pa.array([], pa.string()))})  # fmt: skip
        before = rows[[(r["basis"], r["level"]) for r in rows].index(("received", "commune"))]
    page, _, said = opened(browser, written(dataclasses.replace(report, previous=tables), tmp_path))
    choose(page, level="commune")
    changes = page.eval_on_selector_all(".tile .change", "all => all.map(x => x.textContent)")
    note = page.inner_text("#before")
    if published:
        moved = round(
            (now["on_time"] * 100 / now["handled"] - before["on_time"] * 100 / now["handled"]) * 100
        )
        assert changes[0] == "▼ giảm 05 so với kỳ trước"
        assert changes[1] == "không đổi so với kỳ trước"
        assert changes[2] == "▲ tăng 07 so với kỳ trước"
        assert changes[3] == f"▲ tăng {count_text(now['late'])} so với kỳ trước"
        assert changes[4] == f"▲ tăng 0,{moved:02d} điểm phần trăm so với kỳ trước"
        assert "So với quý II năm 2023" in note
        choose(page, level="commune", unit="Xã Hòa Ân")
        assert "Xã Hòa Ân không có hồ sơ trong quý II năm 2023" in page.inner_text("#before")
    else:
        assert changes == ["–"] * 6
        assert note == "Chưa so sánh được: số liệu quý II năm 2023 chưa được công bố."
    assert said == []
    page.close()


def test_provisional_and_revised_figures_say_so(
    browser: Browser, report: Report, tmp_path: Path, page: Page
) -> None:
    assert not page.is_visible("#caveats")
    counts = report.tables["counts_by_level"]
    place = counts.schema.get_field_index("provisional")
    provisional = counts.set_column(
        place, counts.schema.field(place), pa.array([True] * len(counts))
    )
    changed = with_tables(report, counts_by_level=provisional)
    shown, _, _ = opened(browser, written(dataclasses.replace(changed, revision=2), tmp_path))
    assert "Số liệu tạm tính" in shown.inner_text("#caveats")
    assert "Số liệu đã điều chỉnh lần 02" in shown.inner_text("#caveats")
    shown.close()


HOSTILE = (
    "</script><script>document.title='x'</script>",
    "<img src=x onerror=\"document.title='x'\">",
    "'\"`${document.title='x'}&amp;<!--",
)


def test_text_from_the_data_is_only_ever_text(
    browser: Browser, report: Report, tmp_path: Path
) -> None:
    def renamed(table: pa.Table) -> pa.Table:
        for column in ("unit_name", "field", "procedure_name", "status", "source_file"):
            if column not in table.column_names:
                continue
            known = sorted(set(table[column].drop_null().to_pylist()))
            names = {name: f"{HOSTILE[n % 3]} {name}" for n, name in enumerate(known)}
            values = pa.array([names.get(v) for v in table[column].to_pylist()], pa.string())
            table = table.set_column(table.column_names.index(column), column, values)
        return table

    changed = with_tables(report, **{name: renamed(t) for name, t in report.tables.items()})
    page, asked, said = opened(browser, written(changed, tmp_path))
    for summary in page.locator("summary:visible").all():
        summary.click()
    page.locator("#by-field [role=button]").first.hover()
    page.click("#outcomes [data-measure=late]")
    wanted = changed.rows("dossiers", outcome="late", received_in_period=True)
    assert {row["unit"] for row in listed(page)} == {row["unit_name"] for row in wanted}
    assert all(any(text in row["unit_name"] for row in wanted) for text in HOSTILE)
    assert page.title() == "Kết quả giải quyết thủ tục hành chính: Quý III năm 2023"
    assert page.locator("img").count() == 0 and page.locator("script").count() == 4
    assert len(asked) == 1 and said == []
    page.close()


def test_a_level_and_a_period_without_dossiers(
    browser: Browser, report: Report, tmp_path: Path, page: Page
) -> None:
    choose(page, level="province")
    assert list(shown_tiles(page).values()) == ["00", "00", "00", "00", "–", "–"]
    empty = with_tables(
        report, **{name: report.tables[name].slice(0, 0) for name in ("dossiers", "due_soon")}
    )
    shown, _, said = opened(browser, written(empty, tmp_path))
    assert list(shown_tiles(shown).values()) == ["00", "00", "00", "00", "–", "–"]
    assert shown.inner_text("#count") == "Không có hồ sơ nào."
    assert shown.locator("svg").count() == 0
    assert said == []
    shown.close()


def test_fifty_thousand_dossiers(browser: Browser, report: Report, tmp_path: Path) -> None:
    dossiers = report.tables["dossiers"]
    copies = []
    for number in range(5):
        code = pc.binary_join_element_wise(dossiers["dossier_code"], str(number), "-")
        place = dossiers.column_names.index("dossier_code")
        copies.append(dossiers.set_column(place, "dossier_code", code))
    many = with_tables(report, dossiers=pa.concat_tables(copies))
    page, _, said = opened(browser, written(many, tmp_path))
    assert shown_tiles(page)["received"] == count_text(5 * report.counts("all")["received"])
    choose(page, "flow", "commune")
    assert shown_tiles(page)["in_scope"] == count_text(
        5 * report.counts("commune", "flow")["in_scope"]
    )
    page.click(".tile > [data-measure=in_scope]")
    page.fill("#search", "chung thuc")
    assert listed_count(page) > 5 * 6000
    assert said == []
    page.close()
