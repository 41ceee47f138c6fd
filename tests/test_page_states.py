"""The page of other periods: with one before it, provisional, revised, empty, hostile, very large."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from browser import choose, listed, listed_count, opened, shown_tiles, written
from playwright.sync_api import Browser, Page

from pipelines.numbers import count_text
from pipelines.reports.report import Report

pytestmark = pytest.mark.chromium
HOSTILE = (
    "</script><script>document.title='x'</script>",
    "<img src=x onerror=\"document.title='x'\">",
    "'\"`${document.title='x'}&amp;<!--",
)


def with_tables(report: Report, **tables: pa.Table) -> Report:
    return dataclasses.replace(report, tables=dict(report.tables) | tables)


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
