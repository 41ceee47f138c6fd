"""Invented exports in layout D of any size, for the benchmarks."""

from __future__ import annotations

from pathlib import Path

import duckdb
from xlsxwriter import Workbook

# Each value follows from the row's number alone, so that a file of any size is quick to write and
# the same wherever it is written.
_ROWS = """
with numbered as (
    select
        range as number,
        {first} + range as place,
        cast(hash({first} + range) >> 1 as bigint) as chance,
        cast(hash({first} + range + 1000000000) >> 1 as bigint) as other
    from range({count})
),
lives as (
    select
        *,
        date '2023-03-01' + cast(chance % 178 as integer) as received,
        chance // 178 % 100 as fate,
        other % 36000 as second
    from numbered
),

-- Of a hundred dossiers five are open, three late, and the others done in one to fourteen days.
dated as (
    select
        *,
        to_seconds(25200 + second) as moment,
        case
            when fate < 5 then null
            when fate < 8 then 16 + chance // 17800 % 20
            else 1 + chance // 17800 % 14
        end as days
    from lives
)

select
    cast(number + 1 as varchar) as "STT",
    'H59.18-' || strftime(received, '%y%m%d') || '-' || lpad(cast(place as varchar), 8, '0')
        as "Mã hồ sơ",
    '2.000' || cast(100 + chance % 401 as varchar) as "Mã TTHC",
    'Chứng thực chữ ký trong các giấy tờ, văn bản số ' || cast(100 + chance % 401 as varchar)
        as "Tên thủ tục hành chính",
    'Chứng thực' as "Lĩnh vực",
    'Người Thứ ' || cast(other % 1000000 as varchar) as "Chủ hồ sơ",
    '09' || lpad(cast(other % 100000000 as varchar), 8, '0') as "Số điện thoại",
    'Ấp ' || cast(other % 1000 as varchar) || ', xã Hòa Ân, huyện Cầu Kè, tỉnh Trà Vinh'
        as "Địa chỉ",
    ['UBND xã Hòa Ân', 'UBND xã Tam Ngãi', 'UBND xã Châu Điền'][1 + other % 3]
        as "Đơn vị giải quyết",
    ['Trực tuyến', 'Trực tiếp'][1 + other // 3 % 2] as "Hình thức nộp",
    strftime(received + moment, '%d/%m/%Y %H:%M:%S') as "Ngày tiếp nhận",
    strftime(received + 15 + moment, '%d/%m/%Y %H:%M:%S') as "Ngày hẹn trả",
    strftime(received + cast(days as integer) + moment, '%d/%m/%Y %H:%M:%S') as "Ngày có kết quả",
    strftime(received + cast(days as integer) + moment + to_seconds(90), '%d/%m/%Y %H:%M:%S')
        as "Ngày trả kết quả",
    case
        when fate = 0 then 'Chờ bổ sung'
        when fate < 5 then 'Đang xử lý'
        else ['Đã trả kết quả', 'Có kết quả', 'Đã xử lý xong'][1 + other // 6 % 3]
    end as "Trạng thái"
from dated
"""


def write_csv(path: Path, count: int, first: int = 0) -> None:
    """Write `count` dossiers as CSV; `first` is the number of the first, so files can differ."""
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(
            f"copy ({_ROWS.format(count=count, first=first)}) to '{path}' (header, delimiter ',')"
        )


def write_xlsx(path: Path, count: int, first: int = 0) -> None:
    """Write `count` dossiers as a workbook."""
    with duckdb.connect() as connection:
        found = connection.execute(_ROWS.format(count=count, first=first))
        headers = [column[0] for column in found.description or ()]
        rows = found.fetchall()
    with Workbook(str(path), {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet("Danh sách")
        sheet.write_row(0, 0, headers)
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, row)
