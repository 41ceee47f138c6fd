"""Making all outputs of a period: `DATA/reports/<period>/`, whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from pipelines.files import sha256_of, swap_folder
from pipelines.lock import run_lock
from pipelines.reports import data_tables, form_06, sentences, word
from pipelines.reports.page import build as page_build
from pipelines.reports.page import pictures
from pipelines.reports.report import Report
from pipelines.workspace import Workspace

# Output → its module's `write`; what it is called in the list of what was written.
OUTPUTS: dict[str, Callable[[Report, Path], list[Path]]] = {
    "Câu báo cáo": sentences.write,
    "Báo cáo Word": word.write,
    "Biểu 06": form_06.write,
    "Bảng số liệu": data_tables.write,
    "Trang xem số liệu": page_build.write,
    "Biểu đồ": pictures.write,
}
_LIST = ".sha256"
EDITED = "da-sua"


def build_reports(
    workspace: Workspace, report: Report, step: Callable[[str], None]
) -> tuple[dict[str, list[Path]], list[Path]]:
    """Write all outputs of a period from what is published of it.

    Returns output → its files, and the files that were found edited by hand: they stand in
    `da-sua/` from then on, since nobody's work is overwritten. `step` is called with the name of
    each output when it is done.
    """
    period = report.period
    folder = workspace.reports / period
    with run_lock(workspace, workspace.reports):
        new = workspace.reports / f".new-{period}"
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir()
        written = {}
        for name, write in OUTPUTS.items():
            written[name] = [folder / path.relative_to(new) for path in write(report, new)]
            step(name)
        (new / _LIST).write_text(
            "".join(
                f"{sha256_of(path)}  {path.relative_to(new)}\n"
                for path in sorted(new.rglob("*"))
                if path.is_file()
            ),
            encoding="utf-8",
        )
        edited = _keep_edited(folder, new)
        swap_folder(new, folder)
    return written, edited


def _keep_edited(folder: Path, new: Path) -> list[Path]:
    """Copy what others have put into `folder` into `new`, and what people have changed there into
    its `da-sua/`; return where the changed will be.
    """
    if not folder.is_dir():
        return []
    stated = (folder / _LIST).read_text(encoding="utf-8") if (folder / _LIST).is_file() else ""
    ours = {name: digest for digest, name in (line.split("  ", 1) for line in stated.splitlines())}
    edited = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if not path.is_file() or name.name.startswith((".", "~$")):
            continue  # what an office suite keeps beside an open document
        if str(name) not in ours and not (new / name).exists():
            target = new / name
        elif ours.get(str(name)) == sha256_of(path):
            continue
        else:
            target = _free(new / EDITED / name, folder / EDITED / name)
            edited.append(folder / target.relative_to(new))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return edited


def _free(target: Path, standing: Path) -> Path:
    """Return `target` with a number before its suffix where files of that name stand."""
    number = 1
    name = target.name
    while target.exists() or standing.with_name(target.name).exists():
        number += 1
        target = target.with_name(f"{Path(name).stem} ({number}){Path(name).suffix}")
    return target
