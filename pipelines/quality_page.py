"""The page a leader opens to see how the checks of the figures came out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from html import escape

from pipelines.checks import is_counted
from pipelines.findings import CRITICAL, INFO, WARNING, CheckResult, sample_lines
from pipelines.labels import table_label
from pipelines.numbers import count_text, date_text

_DATA_CHECKS = "check_*"
_MARKS = {CRITICAL: "Bắt buộc", WARNING: "Cảnh báo", INFO: "Thông tin"}
_PASSED = "Đạt"
_STYLE = """
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1b2430; --soft: #566173;
  --line: #d9dee6; --tint: #f4f6f9; --passed: #17693a; --critical: #b3211c;
  --warning: #865000; --info: #1f5aa6 }
@media screen and (prefers-color-scheme: dark) { :root { --paper: #14181f; --ink: #e7ebf1;
  --soft: #a5b0c0; --line: #343c49; --tint: #1d232d; --passed: #6fcf97; --critical: #ff9188;
  --warning: #f0b95a; --info: #8fbcff } }
* { box-sizing: border-box }
body { max-width: 56rem; margin: auto; padding: 2rem 1.25rem 4rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.6 system-ui, sans-serif; overflow-wrap: anywhere }
h1, .totals strong { font-size: 1.75rem; line-height: 1.3; margin: 0 }
h2 { font-size: 1.3rem; margin: 3rem 0 1rem }
h3, p { font-size: 1rem; margin: .4rem 0 }
a { color: inherit }
code { font: .85em ui-monospace, Consolas, monospace }
code, caption, .soft { color: var(--soft) }
.verdict { font-size: 1.15rem; font-weight: 600; margin-top: 1.25rem }
.totals, .findings { list-style: none; padding: 0; display: grid; gap: 1rem }
.totals { grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)) }
.totals li { background: var(--tint); border-radius: .6rem; padding: .8rem 1rem }
.totals strong, th code { display: block }
.findings > li { border: 1px solid; border-left-width: .35rem; border-radius: .6rem;
  padding: .6rem 1.25rem; break-inside: avoid }
.findings > li > :not(.soft) { color: var(--ink) }
.findings ul { margin: .4rem 0; padding-left: 1.3rem }
.mark { border: 1px solid; border-radius: 1rem; padding: .1rem .6rem; font-size: .85rem;
  font-weight: 600; white-space: nowrap }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums }
caption, th, td { text-align: left; vertical-align: top; padding: .55rem .5rem .55rem 0 }
tr, details { border-bottom: 1px solid var(--line); break-inside: avoid }
tbody th { font-weight: 400 }
.number { text-align: right; padding-right: 1.5rem }
summary { cursor: pointer; padding: .7rem 0 }
.passed { color: var(--passed) } .critical { color: var(--critical) }
.warning { color: var(--warning) } .info { color: var(--info) }
@page { size: A4; margin: 20mm 15mm }
@media print { body { max-width: none; padding: 0; font-size: 10.5pt } h2 { break-after: avoid }
  section:not(:has([open])), details:not([open]) { display: none } }
"""


class _Html(str):
    """Text that is HTML already; every other text is escaped when it enters an element."""

    __slots__ = ()


def _element(name: str, *content: str, **attributes: str) -> _Html:
    """Return an element; its attributes without those that are empty; `class_` is class."""
    inner = "".join(part if isinstance(part, _Html) else escape(part) for part in content)
    given = ((key.rstrip("_"), text) for key, text in attributes.items() if text)
    shown = "".join(f' {key}="{escape(text)}"' for key, text in given)
    return _Html(f"<{name}{shown}>{inner}</{name}>")


def quality_page(results: list[CheckResult], periods: list[str], at: str) -> str:
    """Return the page `quality/checks.html`: a whole HTML document in Vietnamese.

    `results` are those of `checks.run_checks`, passed ones too; `periods` are names such as
    2023Q3; `at` is when the checks ran, ISO 8601, shown with the clock it is written in. Needs
    no network and no script; the same arguments give the same text. Raises `ValueError` if `at`
    is no such time.
    """
    moment = datetime.fromisoformat(at)
    made = _element("time", f"{date_text(moment)} {moment:%H:%M}", datetime=at)
    title = f"Kết quả kiểm tra số liệu – kỳ {', '.join(periods)}"
    groups: dict[str, list[CheckResult]] = {}
    for result in results:
        name = _DATA_CHECKS if result.table.startswith("check_") else result.table
        groups.setdefault(name, []).append(result)
    ordered = sorted(groups.items(), key=lambda group: group[0] != _DATA_CHECKS)
    main = _element(
        "main",
        _element("h1", title),
        _element("p", "Lập lúc ", made, class_="soft"),
        *_verdict(results),
        *_findings(results),
        _element("h2", "Kết quả theo bảng"),
        _overview(ordered),
        _element(
            "section",
            _element("h2", "Từng phép kiểm tra"),
            *(_single_checks(name, group) for name, group in ordered),
        ),
    )
    return (
        '<!DOCTYPE html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"{_element('title', title)}\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{main}\n</body>\n</html>\n"
    )


def _verdict(results: list[CheckResult]) -> Iterable[_Html]:
    failed = Counter(result.severity for result in results if not result.success)
    if failed[CRITICAL]:
        mark, text = CRITICAL, "Không đạt kiểm tra bắt buộc: phải khắc phục rồi mới công bố."
    elif failed[WARNING]:
        mark, text = WARNING, "Đạt mọi kiểm tra bắt buộc; có cảnh báo cần xem lại."
    else:
        mark, text = "passed", "Đạt mọi kiểm tra bắt buộc, không có cảnh báo."
    yield _element("p", text, class_=f"verdict {mark}")
    totals = [
        (len(results), "phép kiểm tra", ""),
        (len(results) - failed.total(), "đạt", "passed"),
        *([(failed[CRITICAL], "bắt buộc không đạt", CRITICAL)] if failed[CRITICAL] else []),
        (failed[WARNING], "cảnh báo", WARNING),
        (failed[INFO], "thông tin", INFO),
    ]
    tiles = [
        _element("li", _element("strong", count_text(count), class_=kind), " ", label)
        for count, label, kind in totals
    ]
    yield _element("ul", *tiles, class_="totals")


def _findings(results: list[CheckResult]) -> Iterable[_Html]:
    gravity = list(_MARKS)
    failed = [result for result in results if not result.success]
    failed.sort(key=lambda each: (gravity.index(each.severity), each.check_id, each.table))
    if failed:
        yield _element("h2", "Điều cần xem lại")
        yield _element("ul", *(_finding(result) for result in failed), class_="findings")


def _finding(result: CheckResult) -> _Html:
    parts = [_element("h3", _mark(result), " ", result.title)]
    if result.message != result.title:
        parts.append(_element("p", _sentence(result.message)))
    if is_counted(result.check_id):
        parts.append(_element("p", "Số trường hợp: ", _element("strong", count_text(result.count))))
    if result.sample:
        samples = sample_lines(result.check_id, result.sample)
        parts.append(_element("p", "Ví dụ:", class_="soft"))
        parts.append(_element("ul", *(_element("li", sample) for sample in samples)))
    parts.append(_element("p", _element("code", result.check_id)))
    return _element("li", *parts, class_=result.severity)


def _label(name: str) -> str:
    return "Kiểm tra dữ liệu" if name == _DATA_CHECKS else table_label(name)


def _overview(groups: list[tuple[str, list[CheckResult]]]) -> _Html:
    rows = []
    for name, results in groups:
        failed = [result for result in results if not result.success]
        gravest = min(failed, key=lambda each: list(_MARKS).index(each.severity), default=None)
        link = _element("a", _label(name), href=f"#{name}")
        rows.append(
            [
                _element("th", link, " ", _element("code", name), scope="row"),
                _element("td", count_text(len(results)), class_="number"),
                _element("td", count_text(len(results) - len(failed)), class_="number"),
                _element("td", _mark(gravest or results[0])),
            ]
        )
    headings = {"Bảng": "", "Phép kiểm tra": "number", "Đạt": "number", "Kết quả": ""}
    return _table("Mỗi bảng một dòng; chọn tên bảng để xem từng phép kiểm tra.", headings, rows)


def _single_checks(name: str, results: list[CheckResult]) -> _Html:
    rows = [
        [
            _element("th", each.title, " ", _element("code", each.check_id), scope="row"),
            _element("td", _mark(each)),
        ]
        for each in results
    ]
    shown = _label(name)
    table = _table(f"Các phép kiểm tra: {shown}", {"Phép kiểm tra": "", "Kết quả": ""}, rows)
    passed = count_text(sum(each.success for each in results))
    summary = _element(
        "summary", shown, " ", _element("code", name), f" – đạt {passed}/{count_text(len(results))}"
    )
    # The id is within: a browser that is sent there opens the details around it.
    return _element("details", summary, _element("div", table, id=name))


def _table(caption: str, headings: dict[str, str], rows: list[list[_Html]]) -> _Html:
    """Return a table; `headings` maps each heading to the class of its cell."""
    head = [_element("th", text, scope="col", class_=kind) for text, kind in headings.items()]
    return _element(
        "table",
        _element("caption", caption),
        _element("thead", _element("tr", *head)),
        _element("tbody", *(_element("tr", *row) for row in rows)),
    )


def _mark(result: CheckResult) -> _Html:
    if result.success:
        return _element("span", _PASSED, class_="passed")
    return _element("span", _MARKS[result.severity], class_=f"mark {result.severity}")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}."
