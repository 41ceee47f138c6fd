"""What the peers read of an export (`../exports.py`), and the period that they count."""

from datetime import date

KEPT = {
    "Mã hồ sơ": "code",
    "Mã TTHC": "procedure",
    "Lĩnh vực": "field",
    "Đơn vị giải quyết": "unit",
    "Hình thức nộp": "channel",
    "Ngày tiếp nhận": "received",
    "Ngày hẹn trả": "due",
    "Ngày có kết quả": "closed",
    "Trạng thái": "status",
}
DAYS = ("received", "due", "closed")
MOMENT = "%d/%m/%Y %H:%M:%S"
START, END = date(2023, 6, 5), date(2023, 9, 1)
