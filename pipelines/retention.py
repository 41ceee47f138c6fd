"""Retention: which vintages and staged files are kept, so that disk use stays bounded.

Of each period the newest vintages are kept, and besides them, however old, every one that is
visible, stands as a revision, was ever signed, or is shown by an edition that stays for readers who
found their way to it a moment ago. Staged files of exports that are no longer under
`raw/`, or that an older contract staged, are of no use.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.editions import KEPT_EDITIONS, REVISIONS, Announce, read_manifest
from pipelines.errors import DataError
from pipelines.exports import find_exports
from pipelines.publish import republish
from pipelines.staging_cache import prune
from pipelines.vintages import vintage_folder
from pipelines.workspace import Workspace


@dataclass(frozen=True)
class Collected:
    """What was removed: vintages as (period, number), and how many staged files."""

    vintages: list[tuple[str, int]]
    staged: int


def collect(workspace: Workspace, keep: int, announce: Announce) -> Collected:
    """Remove the vintages beyond the newest `keep` of each period and unused staged files.

    The manifest without them is published first; `announce` is called just before. Raises
    `DataError` if a manifest cannot be read.
    """
    manifest = read_manifest(workspace)
    read = _being_read(workspace)
    unused = [
        (period, number)
        for period, kept in sorted(manifest.get("vintages", {}).items())
        for number in _unused(manifest["periods"][period], [int(each) for each in kept], keep)
        if vintage_folder(workspace, period, number).resolve() not in read
    ]
    if unused:
        vintages = {
            period: {each: mark for each, mark in kept.items() if (period, int(each)) not in unused}
            for period, kept in manifest["vintages"].items()
        }
        republish(workspace, manifest, manifest["periods"], vintages, announce)
    # Also those that a run killed in between left behind: no manifest has them.
    named = read_manifest(workspace).get("vintages", {})
    for folder in sorted((workspace.curated / ".vintages").glob("period=*/[0-9]*")):
        period, number = folder.parent.name.removeprefix("period="), int(folder.name)
        if str(number) not in named.get(period, {}):
            shutil.rmtree(vintage_folder(workspace, period, number))
    return Collected(unused, len(_prune(workspace)))


def _unused(facts: dict[str, Any], numbers: list[int], keep: int) -> list[int]:
    needed = [facts, facts.get("revision"), facts.get("frozen"), *facts.get("signed", ())]
    kept = {each["vintage"] for each in needed if each} | set(sorted(numbers)[-keep:])
    return sorted(set(numbers) - kept)


def _being_read(workspace: Workspace) -> set[Path]:
    """Return the vintages that are shown by the editions which stay when one more is published."""
    editions = sorted((workspace.curated / ".editions").glob("[0-9]*"))
    return {
        link.resolve()
        for edition in editions[-(KEPT_EDITIONS - 1) :]
        for link in [*edition.glob("period=*"), *edition.glob(f"{REVISIONS}/period=*")]
    }


def _prune(workspace: Workspace) -> list[Path]:
    """Remove unused staged files; without any export nothing is known to be unused."""
    try:
        return prune(workspace.staging, find_exports(workspace).files)
    except DataError:
        return []
