"""The page of a period: everything in one HTML file that needs no network."""

from __future__ import annotations

import json
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

import vl_convert

from pipelines.files import write_atomically
from pipelines.reports.names import period_title
from pipelines.reports.page.content import PARTS, office_name, page_content
from pipelines.reports.report import Report

FOLDER = Path(__file__).parent
# In this order: each uses what those before it define.
_SCRIPTS = ("text", "data", "dom", "charts", "table", "page")
_SUBJECT = "Kết quả giải quyết thủ tục hành chính"
CHARTS = ("on_time", "by_day", "by_field")
LOCALE = {
    "formatLocale": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " ₫"]},
}
_CONFIG = {
    "font": "system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, DejaVu Sans, sans-serif",
    "background": "#ffffff",
    "padding": 0,
    "view": {"stroke": None},
    "text": {"fontSize": 14, "color": "#1b2430", "aria": False, "cursor": "pointer"},
    "axis": {
        "labelFontSize": 12,
        "labelColor": "#525d6d",
        "domain": False,
        "ticks": False,
        "gridColor": "#e6eaf0",
    },
    "bar": {"aria": True},
    "rule": {"aria": False},
}


def write(report: Report, folder: Path) -> list[Path]:
    """Write `index.html`."""
    path = folder / "index.html"
    write_atomically(path, page(report).encode())
    return [path]


def page(report: Report) -> str:
    """Return `index.html`, one file that needs no other and no network.

    Text out of the data enters as JSON alone and is put into the page by its script as text,
    never as HTML. The policy at the head lets the page's own two scripts run, no other, and
    nothing be loaded. The same published tables give the same page.
    """
    content = page_content(report) | {"locale": LOCALE}
    title = period_title(report)
    scripts = {"library": _library(), "script": _script()}
    hashes = " ".join(f"'sha256-{_sha256(text)}'" for text in scripts.values())
    parts = {
        "policy": f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'",
        "title": escape(f"{_SUBJECT}: {title}"),
        "kicker": escape(" · ".join(filter(None, (office_name(report), _SUBJECT)))),
        "heading": escape(title),
        "style": _read("page.css"),
        "content": _json(content),
        "charts": _json({name: _chart(name) for name in CHARTS}),
        **scripts,
    }
    before, *rest = _read("page.html").split("{{")
    filled = [before]
    for piece in rest:
        name, after = piece.split("}}", 1)
        filled += [parts[name], after]
    return "".join(filled)


def chart_spec(name: str) -> dict[str, Any]:
    """Return the Vega-Lite specification of a chart, the same for the page and for slides.

    Its rows go into the data set `rows`; `usermeta` says what its colours mean.
    """
    spec: dict[str, Any] = json.loads(_read(f"charts/{name}.vl.json"))
    colours = {label: colour for label, colour, _ in PARTS} | {"Tiếp nhận": "#64748b"}
    shown = spec["usermeta"]["parts"]
    scale = {"domain": shown, "range": [colours[label] for label in shown]}
    spec["layer"][0]["encoding"]["color"] |= {"scale": scale, "legend": None}
    return {"config": _CONFIG, **spec}


def _chart(name: str) -> dict[str, Any]:
    """Return a chart as the page draws it: compiled to Vega, and its legend."""
    spec = chart_spec(name)
    scale = spec["layer"][0]["encoding"]["color"]["scale"]
    legend = list(zip(scale["domain"], scale["range"], strict=True))
    return {"vega": vl_convert.vegalite_to_vega(spec), "legend": legend}


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _json(value: Any) -> str:
    """Return compact JSON that cannot end the element it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _script() -> str:
    return "\n".join(["'use strict';", *(_read(f"{name}.js") for name in _SCRIPTS)])


@cache
def _library() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script.

    Only ends of elements within its strings could end the element it stands in.
    """
    text: str = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return text.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _sha256(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()
