"""`docs/hinh/*.svg`: the terminal as a clerk sees it, from the real output on the sample."""

from __future__ import annotations

import io
from contextlib import chdir
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.tree import Tree

from pipelines.exports import Found
from pipelines.periods import load_period
from pipelines.quarter import Outcome
from pipelines.reconcile.output import screen_table
from pipelines.reconcile.report import reconcile
from pipelines.summary import print_summary
from pipelines.workspace import Workspace

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "hinh"
REPORT = ROOT / "tests" / "data" / "bao-cao-481.txt"
PERIOD = "2023Q3"
# How long a run took is not shown as it was, or the picture would never be the same.
_SECONDS = 12.0


def _without_web_fonts(template: str) -> str:
    """Return the template without its `@font-face`, which would fetch fonts from the network."""
    parts = template.split("@font-face {{")
    kept = [parts[0], *(part.split("}}", 1)[1] for part in parts[1:])]
    return "".join(kept).replace("Fira Code", "DejaVu Sans Mono, Consolas")


def _picture(console: Console, title: str) -> str:
    svg = console.export_svg(
        title=title,
        code_format=_without_web_fonts(CONSOLE_SVG_FORMAT),
        unique_id=title.replace(" ", "-"),
    )
    return svg.rstrip("\n") + "\n"


def _console() -> Console:
    return Console(
        record=True, file=io.StringIO(), width=112, force_terminal=True, color_system="truecolor"
    )


def pictures(workspace: Workspace) -> dict[str, str]:
    """Return file name → SVG, from `workspace` in which the sample is published."""
    folders = _console()
    folders.print(_folders(workspace))
    run = _console()
    run.print(f"$ make quarter Q={PERIOD}", style="bold", highlight=False)
    period = load_period(PERIOD, workspace.reference)
    with chdir(workspace.data.parent):  # as a clerk types it beside `data`
        print_summary(workspace, Outcome([period], True, _SECONDS, Found([], [], [])), run)
    held = _console()
    held.print(f"$ make reconcile Q={PERIOD} TEXT={REPORT.name}", style="bold", highlight=False)
    held.print(screen_table(reconcile(workspace, REPORT, period)))
    return {
        "thu-muc.svg": _picture(folders, "thu muc"),
        "chay-quy.svg": _picture(run, "make quarter"),
        "doi-chieu.svg": _picture(held, "make reconcile"),
    }


def _folders(workspace: Workspace) -> Tree:
    tree = Tree("[bold]data/")
    for folder in sorted(path for path in workspace.raw.iterdir() if path.is_dir()):
        branch = tree.add(f"[bold]raw/{folder.name}/[/]   ← chép các tệp xuất vào đây")
        for path in sorted(folder.iterdir()):
            branch.add(path.name)
    tree.add("[bold]curated/[/]   ← số liệu đã công bố, không sửa tay")
    tree.add("[bold]reports/2023Q3/[/]   ← báo cáo để nộp, do make report viết")
    tree.add("[bold]igate.duckdb[/]   ← cơ sở dữ liệu để tra cứu")
    return tree
