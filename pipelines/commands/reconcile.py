"""Hold a published report against the computed figures, or against itself."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from pipelines.errors import CommandError, DataError
from pipelines.workspace import Workspace


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the period and the report, or the report alone."""
    parser.add_argument("period", nargs="?", metavar="PERIOD", help="a published period")
    parser.add_argument("file", nargs="?", metavar="FILE", help="the report: .docx, .txt or .pdf")
    parser.add_argument(
        "--arithmetic", metavar="FILE", help="hold a report against itself; needs no data"
    )


def run(options: argparse.Namespace, workspace: Workspace, console: Console) -> int:
    """Print the verdicts and save them; return 0 if everything stated agrees, else 1."""
    from pipelines import run_log
    from pipelines.editions import held
    from pipelines.files import sha256_of, write_atomically
    from pipelines.numbers import count_text
    from pipelines.periods import load_period
    from pipelines.reconcile.output import screen_table, workbook
    from pipelines.reconcile.report import reconcile
    from pipelines.reconcile.verdicts import exit_status

    if (options.arithmetic is None) == (options.file is None) or (
        options.arithmetic and options.period
    ):
        raise CommandError(
            "Hãy ghi kỳ và tệp báo cáo, ví dụ: igate reconcile 2023Q3 bao-cao.docx; "
            "hoặc chỉ tệp: igate reconcile --arithmetic bao-cao.docx."
        )
    path = Path(options.arithmetic or options.file)
    period = None if options.arithmetic else load_period(options.period, workspace.reference)
    workspace = held(workspace)
    if period and not (workspace.published / f"period={period.name}").is_dir():
        raise DataError(
            f"Kỳ {period.name} chưa được công bố: hãy chạy make quarter Q={period.name} trước."
        )
    read = run_log.manifest_hash(workspace)
    lines = reconcile(workspace, path, period)
    if not lines:
        raise DataError(
            f"{path.name} không có câu nào về số hồ sơ hay số thủ tục hành chính để đối chiếu."
        )
    console.print(screen_table(lines))
    wrong = sum(line.wrong for line in lines)
    status = exit_status(lines)
    said = "Không có số nào đối chiếu được." if status else "Mọi số đối chiếu được đều khớp."
    if wrong:
        said = f"Có {count_text(wrong)} chỗ chưa khớp."
    console.print()
    console.print(said, style="bold green" if not status else "bold red", highlight=False)
    if period:
        target = workspace.data / "reports" / f"doi-chieu-{period.name}.xlsx"
        title = f"Đối chiếu {path.name} với số liệu kỳ {period.name}"
        write_atomically(target, workbook(lines, title))
        told = {
            "inputs": {path.name: sha256_of(path)},
            "findings": {"wrong": wrong} if wrong else {},
        }
        run_log.append_made(workspace, run_log.RECONCILED, period.name, read, [target], **told)
        said = f"Bảng đối chiếu: {workspace.shown(target)}"
        console.print(said, markup=False, highlight=False, soft_wrap=True)
    return status
