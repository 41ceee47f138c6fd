"""The page's charts as pictures for slides: `bieu-do/*.svg` and `*.png`, from published counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import vl_convert

from pipelines.files import write_atomically
from pipelines.numbers import count_text, date_text, percent_text
from pipelines.reports.names import period_title
from pipelines.reports.page.build import CHARTS, LOCALE, chart_spec
from pipelines.reports.page.content import OUTCOMES, PARTS, office_name
from pipelines.reports.report import Report, Row
from pipelines.text import fold

FOLDER = "bieu-do"
# As many as the page shows of what can be many.
UNITS_SHOWN = 15
FIELDS_SHOWN = 12
_WIDTH = 920
_PNG_SCALE = 2


def write(report: Report, folder: Path) -> list[Path]:
    """Write each chart that has something to show as SVG and as PNG (1.920 points wide)."""
    (folder / FOLDER).mkdir(exist_ok=True)
    paths = []
    for name, spec in pictures(report).items():
        svg = vl_convert.vegalite_to_svg(spec, format_locale=LOCALE["formatLocale"])
        png = vl_convert.svg_to_png(svg, scale=_PNG_SCALE)
        for suffix, content in ((".png", png), (".svg", svg.encode())):
            path = folder / FOLDER / f"{name}{suffix}"
            write_atomically(path, content)
            paths.append(path)
    return paths


def pictures(report: Report) -> dict[str, dict[str, Any]]:
    """Return the Vega-Lite specifications with their rows, by file name."""
    whose = " – ".join(filter(None, (office_name(report), period_title(report))))
    span = f"{date_text(report.start)} – {date_text(report.end)}"
    if report.provisional:
        span += ", số liệu tạm tính"
    if report.revision:
        span += f", đã điều chỉnh lần {count_text(report.revision)}"
    received = f"{whose}: hồ sơ tiếp nhận {span}"
    made = {}
    for level in report.levels_in_use():
        label = report.level_labels[level]
        units = units_by_share(report, level)
        more = f" ({UNITS_SHOWN} đơn vị thấp nhất)" if len(units) > UNITS_SHOWN else ""
        slug = "-".join(fold(word) for word in label.split())
        made[f"dung-han-{slug}"] = _picture(
            "on_time",
            on_time_rows(units[:UNITS_SHOWN]),
            f"Tỷ lệ đúng hạn theo đơn vị, {label}{more}",
            received,
        )
    made["theo-ngay"] = _picture(
        "by_day",
        day_rows(report.rows("counts_by_day", level="all")),
        "Hồ sơ tiếp nhận (trên) và giải quyết (dưới) theo ngày",
        f"{whose} ({span}), gồm cả hồ sơ từ kỳ trước chuyển qua",
    )
    made["theo-linh-vuc"] = _picture(
        "by_field", field_rows(field_groups(report)), "Kết quả theo lĩnh vực", received
    )
    return {name: spec for name, spec in made.items() if spec["data"]["values"]}


def units_by_share(report: Report, level: str) -> list[Row]:
    """Return the units of a level that handled something (`counts_by_unit`), lowest share first."""
    units = report.rows("counts_by_unit", basis="received", level=level)
    handled = [unit for unit in units if unit["handled"]]
    return sorted(handled, key=lambda unit: (unit["on_time_share"], unit["unit_name"]))


def on_time_rows(units: Iterable[Row]) -> list[Row]:
    """Return the rows of the chart: per unit what it handled, in parts, as shares of it."""
    rows = []
    for unit in units:
        start = 0.0
        for place, (part, _, outcomes) in enumerate(PARTS):
            count = sum(unit[outcome] for outcome in outcomes if outcome != "withdrawn")
            if not count and place:
                continue
            end = start + 100 * count / unit["handled"]
            rows.append(
                {
                    "name": unit["unit_name"],
                    "part": part,
                    "start": start,
                    "end": end,
                    "first": place == 0,
                    "share": percent_text(unit["on_time_share"]),
                    "parts": f"{count_text(unit['on_time'])}/{count_text(unit['handled'])}",
                }
            )
            start = end
    return rows


def day_rows(days: Iterable[Row]) -> list[Row]:
    """Return the rows of the chart from `counts_by_day`: received above zero, resolved below."""
    rows = []
    for row in days:
        midnight = datetime(row["day"].year, row["day"].month, row["day"].day, tzinfo=UTC)
        day = (midnight - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
        on_time, resolved = row["on_time"], row["resolved"]
        for part, start, end in (
            ("Tiếp nhận", 0, row["received"]),
            ("Đúng hạn", 0, -on_time),
            ("Trễ hạn", -on_time, -resolved),
        ):
            if start != end:
                rows.append({"day": day, "part": part, "start": start, "end": end})
    return rows


def field_groups(report: Report) -> list[Row]:
    """Return name and outcomes of the fields, the largest first; the small ones as one."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(OUTCOMES, 0))
    for row in report.rows("counts_by_field", basis="received"):
        for outcome in OUTCOMES:
            counts[row["field"]][outcome] += row[outcome]
    largest = sorted(counts.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    ordered: list[Row] = [{"name": name, **found} for name, found in largest]
    if len(ordered) <= FIELDS_SHOWN:
        return ordered
    shown, rest = ordered[: FIELDS_SHOWN - 1], ordered[FIELDS_SHOWN - 1 :]
    others = {outcome: sum(row[outcome] for row in rest) for outcome in OUTCOMES}
    return [*shown, {"name": f"{count_text(len(rest))} lĩnh vực khác", **others}]


def field_rows(groups: Iterable[Row]) -> list[Row]:
    """Return the rows of the chart: per field its dossiers, divided by outcome."""
    rows = []
    for group in groups:
        start = 0
        for part, _, outcomes in PARTS:
            count = sum(group[outcome] for outcome in outcomes)
            if count:
                rows.append(
                    {
                        "name": group["name"],
                        "part": part,
                        "start": start,
                        "end": start + count,
                        "first": start == 0,
                        "total": count_text(sum(group[outcome] for outcome in OUTCOMES)),
                    }
                )
                start += count
    return rows


def _picture(chart: str, rows: list[Row], title: str, subtitle: str) -> dict[str, Any]:
    """Return a chart as it stands alone: with its rows, title and legend, of a fixed width."""
    assert chart in CHARTS
    spec = chart_spec(chart)
    bars = spec["layer"][0]["encoding"]
    bars["color"]["legend"] = {
        "title": None,
        "orient": "top",
        "labelLimit": 0,
        "labelFontSize": 13,
        "offset": 16,
    }
    del bars["tooltip"], bars["description"]
    return spec | {
        "width": _WIDTH,
        "padding": 20,
        "autosize": "pad",
        "data": {"name": "rows", "values": rows},
        "title": {
            "text": title,
            "subtitle": subtitle,
            "anchor": "start",
            "frame": "group",
            "fontSize": 20,
            "subtitleFontSize": 13,
            "subtitleColor": "#525d6d",
            "offset": 16,
        },
    }
