"""Write again what is generated in `docs/`: publishes the sample into a folder of its own."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from pathlib import Path

from rich.console import Console

from docs import cookbook, lineage, messages, pictures
from pipelines import data_dictionary
from pipelines.files import write_atomically
from pipelines.options import Options
from pipelines.quarter import run_quarter
from pipelines.workspace import Workspace

SAMPLE = Path(__file__).parents[1] / "data" / "raw" / pictures.PERIOD


def main() -> None:
    """Write all of it; deterministic, so that a second run changes nothing."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder) / "data")
        (workspace.raw / SAMPLE.name).mkdir(parents=True)
        for path in SAMPLE.glob("mau-*"):
            shutil.copy(path, workspace.raw / SAMPLE.name)
        run_quarter(workspace, [pictures.PERIOD], Options(), Console(file=io.StringIO()))
        texts = {
            data_dictionary.PATH: data_dictionary.data_dictionary(),
            cookbook.PATH: cookbook.cookbook(workspace.database),
            lineage.PATH: lineage.lineage(),
            messages.PATH: messages.messages(),
        }
        texts |= {pictures.FOLDER / n: svg for n, svg in pictures.pictures(workspace).items()}
    for path, text in texts.items():
        write_atomically(path, text.encode())


if __name__ == "__main__":
    main()
    os._exit(0)  # DuckDB behind SQLAlchemy prints pages of "leaked" lines at the end
