"""Invented exports in layout D of any size, for the benchmarks."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

from openpyxl import Workbook

HEADERS = (
    (
        "STT Mã hồ sơ|Mã TTHC|Tên thủ tục hành chính|Lĩnh vực|Chủ hồ sơ|Số điện thoại|Địa chỉ|"
        "Đơn vị giải quyết|Hình thức nộp|Ngày tiếp nhận|Ngày hẹn trả|Ngày có kết quả|"
        "Ngày trả kết quả|Trạng thái"
    )
    .replace("STT ", "STT|")
    .split("|")
)
UNITS = ["UBND xã Hòa Ân", "UBND xã Tam Ngãi", "UBND xã Châu Điền"]
STATUSES = ["Đã trả kết quả", "Đang xử lý", "Có kết quả", "Đã xử lý xong", "Chờ bổ sung"]


def rows(count: int) -> Iterator[list[str]]:
    """Yield `count` rows; the same for the same count."""
    chance = random.Random(count)
    for number in range(count):
        day, month = chance.randint(1, 28), chance.randint(3, 8)

        def at(months: int, day: int = day, month: int = month) -> str:
            hour, minute, second = (chance.randrange(n) for n in (12, 60, 60))
            return f"{day:02d}/{month + months:02d}/2023 {7 + hour:02d}:{minute:02d}:{second:02d}"

        yield [
            str(number + 1),
            f"H59.18-23{month:02d}{day:02d}-{number:07d}",
            f"2.000{chance.randint(100, 500)}",
            f"Chứng thực chữ ký trong các giấy tờ, văn bản số {chance.randint(100, 500)}",
            "Chứng thực",
            f"Người Thứ {chance.randrange(10**6)}",
            f"09{chance.randrange(10**8):08d}",
            f"Ấp {chance.randrange(1000)}, xã Hòa Ân, huyện Cầu Kè, tỉnh Trà Vinh",
            chance.choice(UNITS),
            chance.choice(["Trực tuyến", "Trực tiếp"]),
            at(0),
            at(1),
            at(1),
            at(1),
            chance.choice(STATUSES),
        ]


def write_csv(path: Path, count: int) -> None:
    """Write `count` dossiers as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        writer.writerows(rows(count))


def write_xlsx(path: Path, count: int) -> None:
    """Write `count` dossiers as a workbook."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("Danh sách")
    sheet.append(HEADERS)
    for row in rows(count):
        sheet.append(row)
    workbook.save(path)
