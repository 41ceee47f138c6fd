"""A copy of what is published at an address (`IGATE_SPARK_CURATED`), where there are no links.

    <address>/vintages/period=2023Q3/0001/*   never changed
              quality/<hash of the manifest>/*
              manifest.json                   last: what it names is there

The manifest is that of `data/curated`, with the folders of its files as they lie here in `folders`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from pipelines.editions import MANIFEST, read_manifest
from pipelines.files import write_atomically
from pipelines.run_log import manifest_hash
from pipelines.workspace import Workspace

CURATED = "IGATE_SPARK_CURATED"
_DONE = ".copied"  # what was copied last, and where to


def is_copied(workspace: Workspace) -> bool:
    """Whether what is published now is where it is wanted, if anywhere."""
    address = os.environ.get(CURATED)
    if not address:
        return True
    done = workspace.curated / _DONE
    return done.is_file() and done.read_text(encoding="utf-8") == _state(workspace, address)


def copy_published(workspace: Workspace, address: str, put: Callable[[Path, str], None]) -> None:
    """Copy what is published now to `address`; `put` copies a file to an address."""
    manifest = read_manifest(workspace)
    mark = manifest_hash(workspace)
    assert mark
    base = address.rstrip("/")
    folders: dict[str, str] = {}
    for name in sorted(manifest["files"]):
        folder = str(PurePosixPath(name).parent)
        if folder not in folders:
            folders[folder] = _folder(workspace, folder, mark)
        put(workspace.curated / name, f"{base}/{folders[folder]}/{PurePosixPath(name).name}")
    with TemporaryDirectory() as scratch:
        path = Path(scratch) / MANIFEST
        content = json.dumps(manifest | {"folders": folders}, ensure_ascii=False, indent=2) + "\n"
        path.write_text(content, encoding="utf-8")
        put(path, f"{base}/{MANIFEST}")
    write_atomically(workspace.curated / _DONE, _state(workspace, address).encode())


def _folder(workspace: Workspace, folder: str, mark: str) -> str:
    """Return where a folder of what is published lies in the copy."""
    if folder == "quality":
        return f"quality/{mark[:16]}"
    vintage = (workspace.curated / folder).resolve()
    return f"vintages/{vintage.parent.name}/{vintage.name}"


def _state(workspace: Workspace, address: str) -> str:
    return f"{address} {manifest_hash(workspace)}\n"
