"""What things are called in the outputs: periods and the columns of tables, in Vietnamese."""

from __future__ import annotations

from pipelines.reports.report import Report

_ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV"}


def period_title(report: Report) -> str:
    """Return the report's period as a heading names it: Quý III năm 2023."""
    return title_of(report.period)


def title_of(period: str) -> str:
    """Return a period as reports name it: 2023Q3 → Quý III năm 2023, 6 tháng đầu năm 2023."""
    year, kind, number = period[:4], period[4], period[5:]
    if kind == "Q":
        return f"Quý {_ROMAN[number]} năm {year}"
    if kind == "M":
        return f"Tháng {number} năm {year}"
    if kind == "H":
        return f"6 tháng {'đầu' if number == '1' else 'cuối'} năm {year}"
    return f"9 tháng năm {year}" if kind == "N" else f"Năm {year}"


_COLUMNS = {
    "basis": "Cách đếm",
    "level": "Cấp",
    "unit_code": "Mã đơn vị",
    "unit_name": "Đơn vị",
    "field": "Lĩnh vực",
    "procedure_code": "Mã thủ tục",
    "procedure_name": "Thủ tục hành chính",
    "carried_over": "Từ kỳ trước chuyển sang",
    "in_scope": "Tổng số hồ sơ",
    "day": "Ngày",
    "dossier_code": "Mã hồ sơ",
    "channel": "Hình thức nộp",
    "received_on": "Ngày tiếp nhận",
    "due_on": "Ngày hẹn trả",
    "effective_due_on": "Hạn giải quyết (gồm gia hạn)",
    "closed_on": "Ngày kết thúc",
    "status": "Trạng thái",
    "outcome": "Kết quả",
    "received_in_period": "Tiếp nhận trong kỳ",
    "days_late": "Số ngày trễ",
    "working_days_late": "Số ngày làm việc trễ",
    "working_days_left": "Số ngày làm việc còn lại",
    "as_of": "Tính đến ngày",
    "reason_vi": "Lý do",
    "coded_on": "Ngày trong mã hồ sơ",
    "finished_on": "Ngày có kết quả",
    "returned_on": "Ngày trả kết quả",
    "closed_time": "Giờ kết thúc",
    "finished_on_before": "Ngày có kết quả ở bản trước",
    "results_together": "Số kết quả cùng lúc",
    "median_working_days": "Số ngày làm việc (trung vị)",
    "p90_working_days": "Số ngày làm việc (90% hồ sơ)",
    "longest_working_days": "Số ngày làm việc (dài nhất)",
    "catalogue_working_days": "Thời hạn theo danh mục (ngày làm việc)",
    "within_catalogue": "Giải quyết trong thời hạn của danh mục",
    "within_catalogue_share": "Tỷ lệ trong thời hạn của danh mục",
    "label_vi": "Cách tính",
    "explanation_vi": "Giải thích",
    "source": "Nguồn",
    "first_day": "Từ ngày",
    "last_day": "Đến ngày",
    "source_file": "Tệp nguồn",
    "source_sheet": "Trang tính nguồn",
    "source_row": "Dòng nguồn",
}
_VALUES = {
    "basis": {"received": "Tiếp nhận trong kỳ", "flow": "Trong kỳ và từ kỳ trước"},
    "channel": {
        "online": "Trực tuyến",
        "in_person": "Trực tiếp",
        "postal": "Bưu chính công ích",
        "unknown": "Chưa rõ hình thức",
    },
    "outcome": {"late": "Trễ hạn", "pending_overdue": "Đang giải quyết, quá hạn"},
}


def column_label(report: Report, column: str) -> str:
    """Return the Vietnamese heading of a column; its own name where none is known."""
    return _COLUMNS.get(column) or report.measures.get(column) or column


def value_label(report: Report, column: str, value: str) -> str:
    """Return a coded value of a column in Vietnamese; any other value as it is."""
    if column == "level":
        return capitalized(report.level_labels.get(value, value))
    if column == "outcome" and value in report.measures:
        return report.measures[value]
    return _VALUES.get(column, {}).get(value, value)


def capitalized(text: str) -> str:
    """Return `text` with a capital first letter and the rest as it is."""
    return text[:1].upper() + text[1:]
