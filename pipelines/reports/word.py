"""The report's section as a Word document, from a template that an office edits in Word.

The template is `DATA/templates/bao-cao.docx` if there is one, else the one beside this module.
What its tags may name is what `context` returns (`docs/mau-bao-cao.md`).
"""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import LxmlError

from pipelines.errors import DataError
from pipelines.files import write_atomically
from pipelines.numbers import count_text, date_text, percent_text
from pipelines.reports import sentences
from pipelines.reports.names import capitalized, period_title
from pipelines.reports.report import Report, Row

TEMPLATE = "bao-cao.docx"
_OWN = Path(__file__).with_name("templates") / TEMPLATE
_STAMP = (1980, 1, 1, 0, 0, 0)
_COUNTS = (
    *("received", "handled", "on_time", "late", "pending_in_time", "pending_overdue", "paused"),
    *("undetermined", "withdrawn"),
)
_SHARES = ("on_time_share", "late_share")


def write(report: Report, folder: Path) -> list[Path]:
    """Write `bao-cao-<period>.docx`. Raises `DataError` if the office's template cannot be used."""
    template = report.templates / TEMPLATE
    path = folder / f"bao-cao-{report.period}.docx"
    write_atomically(path, render(template if template.is_file() else _OWN, context(report)))
    return [path]


def render(template: Path, values: dict[str, Any]) -> bytes:
    """Return the document that `template` and `values` give; the same bytes each time."""
    # Sandboxed: a template is a file that people hand on.
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    content = BytesIO()
    try:
        document = DocxTemplate(str(template))
        document.render(values, environment, autoescape=True)
        document.save(content)
    except (TemplateError, PackageNotFoundError, zipfile.BadZipFile, LxmlError, KeyError) as error:
        reason = str(error).splitlines()[0] if isinstance(error, TemplateError) else "tệp hỏng"
        raise DataError(
            f"Mẫu Word {template.name} trong {template.parent} không dùng được ({reason}): hãy sửa "
            "mẫu theo docs/mau-bao-cao.md, hoặc bỏ tệp đó để dùng mẫu có sẵn."
        ) from error
    return repacked(content.getvalue())


def repacked(archive: bytes) -> bytes:
    """Return a zip archive with its entries in order and without the time of their making."""
    content = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(archive)) as source,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in sorted(source.namelist()):
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return content.getvalue()


def context(report: Report) -> dict[str, Any]:
    """Return all that a template may name: texts ready to print, and lists of such rows."""
    office = report.office
    total = report.counts("all")
    late = report.rows("late_dossiers")
    figures = {row["figure_id"]: row["text_vi"] for row in report.rows("report_figures")}
    title = period_title(report)
    return {
        "agency": office.agency,
        "document_code": office.document_code,
        "place": office.place,
        "year": report.end.year,
        "kind": office.kind,
        "province": office.province,
        "system": office.system,
        "signed_for": office.signed_for,
        "signer_title": office.signer_title,
        "signer": office.signer,
        "recipients": office.recipients,
        "period_title": title[0].lower() + title[1:],
        "period_phrase": sentences.period_phrase(report),
        "caveat": sentences.caveat(report),
        "catalogue": sentences.catalogue_phrase(report),
        "one_stop": sentences.one_stop_phrase(report),
        "desk": sentences.desk(report),
        "places": sentences.places(report),
        "received": count_text(total["received"]) if total["received"] else "",
        "received_by_level": sentences.bracketed(sentences.received_parts(report)),
        "results": [_result(report, level) for level in report.levels_in_use()],
        "withdrawn": sentences.withdrawn_sentence(report, "all"),
        "units": _units(report),
        "late": [_late(number, row) for number, row in enumerate(late, start=1)],
        "late_summary": _late_summary(late),
        "figure": figures.__getitem__,
    }


def _result(report: Report, level: str) -> dict[str, str]:
    handled, outcomes = sentences.results(report.counts(level))
    return {"whom": sentences.whom(report, level), "handled": handled, "outcomes": outcomes}


def _units(report: Report) -> list[dict[str, Any]]:
    """Return per level a line and one for each of its units, then the total."""
    lines: list[dict[str, Any]] = []
    for level in report.levels_in_use():
        label = capitalized(report.level_labels[level])
        lines.append(_line("", label, report.counts(level), True))
        units = report.rows("counts_by_unit", basis="received", level=level)
        named = [row for row in units if row["in_scope"]]
        lines += [_line(str(n), row["unit_name"], row) for n, row in enumerate(named, start=1)]
    return [*lines, _line("", "Tổng số", report.counts("all"), True)]


def _line(number: str, name: str, row: Row, total: bool = False) -> dict[str, Any]:
    counts = {measure: count_text(row[measure]) for measure in _COUNTS}
    shares = {share: percent_text(row[share]) for share in _SHARES}
    return {"number": number, "name": name, "total": total} | counts | shares


def _late(number: int, row: Row) -> dict[str, str]:
    return {
        "number": str(number),
        "dossier_code": row["dossier_code"],
        "unit_name": row["unit_name"],
        "procedure_name": row["procedure_name"] or "",
        "due": date_text(row["effective_due_on"]),
        "closed": date_text(row["closed_on"]) if row["outcome"] == "late" else "Chưa xong",
        "days_late": count_text(row["days_late"]),
    }


def _late_summary(late: list[Row]) -> str:
    """Return what the list of late dossiers is made of: it is on basis flow."""
    parts = {
        "giải quyết trễ hạn": sum(row["outcome"] == "late" for row in late),
        "đang giải quyết quá hạn": sum(row["outcome"] == "pending_overdue" for row in late),
    }
    said = ", ".join(f"{count_text(count)} hồ sơ {what}" for what, count in parts.items() if count)
    total = f"Tổng số {count_text(len(late))} hồ sơ trễ hạn và quá hạn"
    carried = sum(not row["received_in_period"] for row in late)
    if not carried:
        return f"{total} ({said})."
    return (
        f"{total}, gồm cả hồ sơ từ kỳ trước chuyển sang ({said}); trong đó {count_text(carried)} "
        "hồ sơ từ kỳ trước chuyển sang."
    )
