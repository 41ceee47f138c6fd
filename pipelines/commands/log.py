"""Show the run log and try its chain."""

from __future__ import annotations

import argparse

from rich.console import Console

from pipelines.workspace import Workspace


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add how many entries are shown."""
    parser.add_argument(
        "--last", type=int, default=20, metavar="N", help="show the last N runs (default 20)"
    )


def run(options: argparse.Namespace, workspace: Workspace, console: Console) -> int:
    """Print the last runs, then whether the log is whole; return 1 if it is not."""
    from rich.table import Table
    from rich.text import Text

    from pipelines import run_log
    from pipelines.errors import CommandError
    from pipelines.numbers import count_text

    if options.last < 1:
        raise CommandError("--last phải là một số nguyên từ 1 trở lên.")
    log = run_log.read(workspace)
    said = {
        run_log.PUBLISHED: "đã công bố",
        run_log.UNCHANGED: "không có gì mới",
        run_log.FAILED: "không công bố",
        run_log.FROZEN: "đã chốt",
        run_log.RELEASED: "đã bỏ chốt",
        run_log.COLLECTED: "đã dọn bản cũ",
        run_log.REPORTED: "đã lập báo cáo",
        run_log.OPENED: "đã mở số liệu",
        run_log.RECONCILED: "đã đối chiếu",
    }
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("Lúc", "Người chạy", "Kỳ", "Kết quả"):
        table.add_column(heading)
    for heading in ("Tệp", "Phát hiện"):
        table.add_column(heading, justify="right")
    for entry in log.entries[-options.last :]:
        table.add_row(
            str(entry.get("at", "")).replace("T", " ")[:19],
            Text(str(entry.get("user", ""))),
            " ".join(entry.get("periods", ())),
            Text(said.get(entry.get("outcome", ""), "?")),
            count_text(len(entry["inputs"])) if "inputs" in entry else "–",
            count_text(len(entry["findings"])) if "findings" in entry else "–",
        )
    console.print(table if table.row_count else "Chưa có lượt chạy nào được ghi.")
    for problem in log.problems:
        console.print(f"✗ {problem}", markup=False, highlight=False, soft_wrap=True)
    if log.entries and not log.problems:
        console.print(
            f"Nhật ký nguyên vẹn: {count_text(len(log.entries))} dòng nối tiếp nhau.",
            highlight=False,
        )
    return 1 if log.problems else 0
