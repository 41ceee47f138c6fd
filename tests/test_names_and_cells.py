"""Names of files and members, and cells, that look like SQL, HTML, formulas or codes of a terminal:
each is text and nothing else, everywhere.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

import build
import pyarrow.parquet as pq
from build import csv_bytes, zip_bytes
from rich.console import Console

from pipelines.options import Options
from pipelines.quarter import run_quarter
from pipelines.summary import print_summary
from pipelines.workspace import Workspace

NAMES = [
    "a'b\";drop table dossiers;--.csv",
    "hai\ndòng.csv",
    "[bold]đậm[/bold].csv",
    "[/].csv",
    "<script>alert(1)</script>",
    "\x1b[31mđỏ.csv",
    "$(touch x) `touch y` && z.csv",
    "-rf.csv",
    "%s%n{0}.csv",
]
CELLS = [
    "'); drop table dossiers;--",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "[red]đỏ[/red] [/]",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\x1b[31mđỏ",
]


def test_names_and_cells_are_only_text(tmp_path: Path) -> None:
    data = tmp_path / "[/bold] ' data"
    raw = data / "raw" / "2023Q3"
    raw.mkdir(parents=True)
    number = 0
    for position, name in enumerate(NAMES):
        rows = []
        for cell in CELLS:
            number += 1
            rows.append(
                build.dossier(number, status=cell, procedure_name=cell, field=cell, channel=cell)
            )
        build.write_csv(raw / f"{position}", build.lines(rows)).rename(raw / name.replace("/", "∕"))
    # The label of a file in an archive may be anything at all.
    inside = ["../../evil.csv", "/etc/evil.csv", "..\\..\\evil.csv", "C:\\evil.csv", "a/./evil.csv", "a/evil.csv", "x'; drop.csv"]  # fmt: skip
    members = {
        name: csv_bytes(build.lines([build.dossier(1000 + n)])) for n, name in enumerate(inside)
    }
    (raw / "paths.zip").write_bytes(zip_bytes(members))
    bytes_name = bytes(raw) + b"/\xff\xfe.csv"
    Path(bytes_name.decode(errors="surrogateescape")).write_bytes(
        csv_bytes(build.lines([build.dossier(2000)]))
    )
    before = {path for path in tmp_path.rglob("*") if "data" not in path.parts[-1:]}
    said = io.StringIO()
    console = Console(file=said, width=200, force_terminal=True)
    workspace = Workspace(data)
    outcome = run_quarter(workspace, ["2023Q3"], Options(), console)
    print_summary(workspace, outcome, console)
    dossiers = pq.read_table(data / "curated/period=2023Q3/dossiers.parquet", partitioning=None)
    assert dossiers.num_rows == len(NAMES) * len(CELLS) + len(inside) + 1
    sources = pq.read_table(data / "curated/quality/sources.parquet").to_pylist()
    assert len(sources) == len(NAMES) + len(inside) + 1
    assert all(row["source_file"].isprintable() for row in sources)
    assert len({row["source_file"] for row in sources}) == len(sources)
    assert {path for path in before if not path.exists()} == set()
    assert not list(tmp_path.rglob("*evil*"))
    assert "\x1b[31mđỏ" not in said.getvalue()
    assert "[bold]đậm[∕bold].csv" in said.getvalue().replace("\n", "")
    html = (data / "curated/quality/checks.html").read_text(encoding="utf-8")
    assert "<script>alert(1)" not in html
    manifest = json.loads((data / "curated/manifest.json").read_text(encoding="utf-8"))
    assert manifest["files"]
