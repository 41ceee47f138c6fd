"""Periods of every kind, published once: what reports must cope with besides the sample."""

from __future__ import annotations

import io
import random
import re
import shutil
import subprocess
import zipfile
from datetime import date, timedelta
from pathlib import Path

from rich.console import Console

from pipelines.options import Options
from pipelines.quarter import run_quarter
from pipelines.workspace import Workspace

HEAD = (
    "Mã hồ sơ;Mã TTHC;Tên thủ tục hành chính;Lĩnh vực;Đơn vị giải quyết;Hình thức nộp;"
    "Ngày tiếp nhận;Ngày hẹn trả;Ngày có kết quả;Trạng thái"
)
# The names of fields end in pages, forms and cells: they must stay text there.
FIELDS = ["Hộ tịch", "=1+1", "Đất đai & <nhà ở>", "@lĩnh vực"]
THREE_LEVELS, NOTHING, TWO_LEVELS, ONE_COMMUNE = "2024Q1", "2024Q3", "2025Q4", "2022Q2"
ALL_ON_TIME = "2022Q4"
PERIODS = [THREE_LEVELS, NOTHING, TWO_LEVELS, ONE_COMMUNE, ALL_ON_TIME]
LATE = 2500


def publish_periods(data: Path) -> Workspace:
    """Publish `PERIODS`: three levels with thousands of late dossiers, none at all, two levels
    (provisional), one commune alone, and one in which nothing was late.
    """
    draw = random.Random(5)
    lines = [HEAD]

    def add(unit: str, received: date, due: int, took: int, status: str) -> None:
        code = f"H59.18-{received:%y%m%d}-{len(lines):05d}"
        days = [received + timedelta(later) for later in (0, due, took)]
        shown = [day.strftime("%d/%m/%Y") for day in days]
        field = draw.choice(FIELDS)
        channel = draw.choice(["Trực tuyến", "Trực tiếp", "BCCI", ""])
        lines.append(
            f"{code};1.000001;Đăng ký việc gì đó;{field};{unit};{channel};{';'.join(shown)};{status}"
        )

    three = [
        "Sở Tư pháp tỉnh Trà Vinh",
        "Phòng Tư pháp huyện Cầu Kè",
        "UBND xã Hòa Ân, huyện Cầu Kè",
    ]
    for number in range(LATE + 300):
        took = 9 if number < LATE else draw.choice([1, 3, 100])  # 100: overdue at the end
        add(
            three[number % 3], date(2024, 1, 2) + timedelta(number % 60), 5, took,
            "Đã trả kết quả",
        )  # fmt: skip
    for number in range(40):
        unit = ["UBND xã Cầu Kè, tỉnh Vĩnh Long", "UBND xã Phong Thạnh, tỉnh Vĩnh Long"][number % 2]
        status = "Xin rút" if number % 10 == 0 else "Đã trả kết quả"
        add(unit, date(2025, 10, 1) + timedelta(number), 5, number % 7, status)
    for number in range(3):
        add("UBND xã Hòa Ân, huyện Cầu Kè", date(2022, 4, 4) + timedelta(number), 5, 1, "Xin rút")
    for number in range(12):
        unit = "UBND xã Hòa Ân, huyện Cầu Kè"
        add(unit, date(2022, 10, 3) + timedelta(number), 5, 1, "Đã trả kết quả")
    raw = data / "raw" / "a-2025-12-01.csv"
    raw.parent.mkdir(parents=True)
    raw.write_text("\n".join(lines) + "\n", encoding="utf-8")
    workspace = Workspace(data)
    run_quarter(workspace, PERIODS, Options(max_rejected=0), Console(file=io.StringIO()))
    return workspace


def converted(path: Path, to: str, folder: Path) -> Path:
    """Convert a file by LibreOffice; a workbook's formulas are calculated anew."""
    program = shutil.which("soffice")
    assert program
    source = folder / path.name
    _without_results(path, source)
    subprocess.run(
        [program, "--headless", f"-env:UserInstallation=file://{folder}/office",
         "--convert-to", to, "--outdir", str(folder / "out"), str(source)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return folder / "out" / f"{path.stem}.{to.split(':', maxsplit=1)[0]}"


def _without_results(path: Path, target: Path) -> None:
    """Copy a document; what formulas of a workbook gave is left out."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as copy:
        for item in source.infolist():
            content = source.read(item)
            if item.filename.startswith("xl/worksheets/"):
                content = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", content)
            copy.writestr(item, content)
