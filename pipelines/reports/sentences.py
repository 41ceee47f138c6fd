"""The report's sentences, in the wording of report 481/BC-UBND (section II.2.1).

Parts that are zero are left out, as a clerk would; that nothing was late is said.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from pipelines.files import write_atomically
from pipelines.notices import unread_text
from pipelines.numbers import count_text, percent_text, written_date_text
from pipelines.reports.report import Report, Row

FILE = "cau-bao-cao.txt"
_CHANNELS = {
    "received_online": "trực tuyến",
    "received_in_person": "trực tiếp",
    "received_postal": "qua bưu chính công ích",
    "received_unknown_channel": "chưa rõ hình thức",
}
# Measure → its words, with what the seed prints behind it.
_PARTS = (
    ("on_time", "giải quyết đúng hạn: {} hồ sơ, đạt tỷ lệ {}", "on_time_share"),
    ("late", "trễ hạn: {} hồ sơ, chiếm tỷ lệ {}", "late_share"),
    ("pending_in_time", "đang giải quyết chưa đến hạn {} hồ sơ", ""),
    ("pending_overdue", "đang giải quyết quá hạn {} hồ sơ", ""),
    ("paused", "tạm dừng chờ bổ sung {} hồ sơ", ""),
    ("undetermined", "chưa xác định được kết quả {} hồ sơ", ""),
)
_COMMUNE_TYPES = ("xã", "phường", "thị trấn", "đặc khu")
# Nghị định 118/2025/NĐ-CP renamed the one-stop desks with the coming of two levels.
_TWO_LEVELS_FROM = date(2025, 7, 1)


def write(report: Report, folder: Path) -> list[Path]:
    """Write `cau-bao-cao.txt`: the section as a report prints it, then a paragraph per level."""
    levels = report.levels_in_use()
    parts = [heading(report), "\n".join(section(report))]
    if report.unread:
        parts.insert(1, f"CHÚ Ý: {unread_text(report.unread)}")
    if len(levels) > 1:
        levels.append("all")
    parts += [level_paragraph(report, level) for level in levels]
    path = folder / FILE
    write_atomically(path, ("\n\n".join(parts) + "\n").encode())
    return [path]


def heading(report: Report) -> str:
    """Return what the figures are: the period and its dates."""
    return f"{report.office.name}: kỳ {report.period} ({period_phrase(report)})"


def section(report: Report) -> list[str]:
    """Return the paragraphs of the report's section II.2.1 that have figures."""
    catalogue = [
        f"- Hiện nay, {report.office.kind} có {catalogue_phrase(report)}.",
        f"- {one_stop_phrase(report)} được tổ chức tiếp nhận, giải quyết tại {desk(report)} "
        f"{places(report)} thực hiện theo cơ chế một cửa, một cửa liên thông và áp dụng quy trình "
        "theo dõi việc tiếp nhận, xử lý hồ sơ, trả kết quả giải quyết trên hệ thống thông tin giải "
        f"quyết thủ tục hành chính {report.office.province} ({report.office.system}) theo quy "
        "định.",
    ]
    return [
        *(catalogue if catalogue_phrase(report) else []),
        "- Kết quả thực hiện cơ chế một cửa, một cửa liên thông trong giải quyết TTHC "
        f"({period_phrase(report)}):",
        f"+ {received_sentence(report)}",
        *(f"+ {results_sentence(report, level)}" for level in report.levels_in_use()),
        *(f"+ {said}" for said in [withdrawn_sentence(report, "all")] if said),
    ]


def period_phrase(report: Report) -> str:
    """Return `số liệu tính từ … đến …`; provisional and revised figures say so."""
    said = "số liệu tạm tính" if report.provisional else "số liệu tính"
    said += f" từ {written_date_text(report.start)} đến {written_date_text(report.end)}"
    if report.provisional and report.exported_on:
        said += f", theo dữ liệu xuất đến ngày {written_date_text(report.exported_on)}"
    if report.revision:
        said += f", đã điều chỉnh lần {count_text(report.revision)}"
    return said


def caveat(report: Report) -> str:
    """Return what a reader must know of the figures before all else; empty if there is nothing.

    An office's own template has a place for it already, so that none can leave a part of it out.
    """
    parts = [
        period_phrase(report) if report.provisional or report.revision else "",
        f"CHÚ Ý: {unread_text(report.unread).removesuffix('.')}" if report.unread else "",
    ]
    return "; ".join(filter(None, parts))


def catalogue_phrase(report: Report) -> str:
    """Return how many procedures each level is competent for; empty without a catalogue."""
    return ", ".join(
        f"{count_text(row['procedures'])} thủ tục hành chính thuộc thẩm quyền giải quyết của "
        f"{_committee(report, row['level'])}"
        for row in _catalogue(report)
    )


def one_stop_phrase(report: Report) -> str:
    """Return the share of procedures at the one-stop desk, by level where they differ."""
    shares = {row["level"]: row["one_stop_share"] for row in _catalogue(report)}
    share = report.rows("procedure_catalogue", level="all")[0]["one_stop_share"]
    said = (
        f"{percent_text(share)} thủ tục hành chính thuộc thẩm quyền giải quyết của "
        f"{report.office.kind}"
    )
    if len(set(shares.values())) > 1:
        parts = [f"{report.level_labels[level]} {percent_text(s)}" for level, s in shares.items()]
        said += f" ({', '.join(parts)})"
    return said


def desk(report: Report) -> str:
    """Return the name of the one-stop desks at the period's end."""
    renamed = report.end >= _TWO_LEVELS_FROM
    return "Bộ phận Một cửa" if renamed else "Bộ phận Tiếp nhận và Trả kết quả"


def places(report: Report) -> str:
    """Return the kinds of place that the office and its communes are: huyện, xã, thị trấn."""
    names = {row["unit_name"].lower() for row in report.rows("counts_by_unit", level="commune")}
    kinds = [kind for kind in _COMMUNE_TYPES if any(n.startswith(f"{kind} ") for n in names)]
    return ", ".join(dict.fromkeys([report.office.kind, *kinds]))


def received_sentence(report: Report) -> str:
    """Return the bullet on what was received."""
    total = report.counts("all")["received"]
    if not total:
        return "Trong kỳ không phát sinh hồ sơ."
    return f"Tiếp nhận giải quyết {_dossiers(total)}{bracketed(received_parts(report))}."


def received_parts(report: Report) -> str:
    """Return the received by level, empty if only one level has any."""
    levels = report.levels_in_use()
    if len(levels) < 2:
        return ""
    return ", ".join(
        f"{report.level_labels[level]} {_dossiers(report.counts(level)['received'])}"
        for level in levels
    )


def results_sentence(report: Report, level: str) -> str:
    """Return the bullet on what became of the dossiers of a level."""
    row = report.counts(level)
    return f"Kết quả giải quyết và trả kết quả {whom(report, level)}: {''.join(results(row))}."


def results(row: Row) -> tuple[str, str]:
    """Return how many dossiers of a row of counts were handled, and what became of them."""
    if row["handled"]:
        return _dossiers(row["handled"]), bracketed(result_parts(row))
    received = _dossiers(row["received"])
    return "không có", f", do cả {received} tiếp nhận đều xin rút hoặc được trả lại"


def result_parts(row: Row) -> str:
    """Return the outcomes of a row of counts as words; empty if there are none."""
    said = [
        words.format(count_text(row[measure]), percent_text(row[share]) if share else "")
        for measure, words, share in _PARTS
        if row[measure]
    ]
    if row["on_time"] and not row["late"] and not row["pending_overdue"]:
        said.append("không có hồ sơ trễ hạn")
    return f"trong đó, {'; '.join(said)}" if said else ""


def withdrawn_sentence(report: Report, level: str) -> str:
    """Return where those went that were received and not handled; empty if there are none."""
    row = report.counts(level)
    if not row["withdrawn"] or not row["handled"]:
        return ""
    return (
        f"Ngoài ra, có {_dossiers(row['withdrawn'])} xin rút hoặc được trả lại, không tính vào kết "
        f"quả giải quyết (tiếp nhận {_dossiers(row['received'])}, kết quả giải quyết "
        f"{_dossiers(row['handled'])})."
    )


def level_paragraph(report: Report, level: str) -> str:
    """Return all that is said of one level, as one paragraph to paste."""
    row = report.counts(level)
    label = report.level_labels[level]
    channels = ", ".join(
        f"{words} {_dossiers(row[channel])}" for channel, words in _CHANNELS.items() if row[channel]
    )
    said = [
        f"{label[0].upper()}{label[1:]} ({period_phrase(report)}): tiếp nhận giải quyết "
        f"{_dossiers(row['received'])}{bracketed(channels)}.",
        f"Kết quả giải quyết và trả kết quả: {''.join(results(row))}.",
        withdrawn_sentence(report, level),
    ]
    return " ".join(sentence for sentence in said if sentence)


def whom(report: Report, level: str) -> str:
    """Return a level as its own office calls it: huyện in a district, else cấp xã."""
    return report.office.kind if level == report.office.level else report.level_labels[level]


def bracketed(text: str) -> str:
    """Return ` (text)`, or nothing for nothing."""
    return f" ({text})" if text else ""


def _committee(report: Report, level: str) -> str:
    return f"Ủy ban nhân dân {whom(report, level)}"


def _catalogue(report: Report) -> list[Row]:
    rows = {row["level"]: row for row in report.rows("procedure_catalogue")}
    return [
        rows[level]
        for level in report.level_labels
        if level in rows and level != "all" and rows[level]["procedures"]
    ]


def _dossiers(count: int | Decimal) -> str:
    return f"{count_text(int(count))} hồ sơ"
