"""Publishing what a run has counted, and which vintage of a period everyone sees.

A period shows the vintage of the newest run, until one is marked as signed (`freeze`): from then
on it shows that one, and a run that says something else stands beside it as its revision.
"""

from __future__ import annotations

import shutil
from typing import Any

import duckdb

from pipelines.editions import Announce, begin_edition, finish_edition, read_manifest
from pipelines.files import has_hash, sha256_of
from pipelines.parquet import write_table
from pipelines.published_contract import published_contracts
from pipelines.vintages import (
    FACTS,
    PeriodFacts,
    chosen_vintage,
    kept_vintages,
    same_content,
    vintage_facts,
    vintage_folder,
    write_vintage,
)
from pipelines.workspace import Workspace


def publish(
    workspace: Workspace,
    connection: duckdb.DuckDBPyConnection,
    periods: dict[str, PeriodFacts],
    run: dict[str, Any],
    pages: dict[str, bytes],
    announce: Announce,
) -> dict[str, Any]:
    """Publish the tables in `connection` for `periods` and return the new manifest.

    `run` goes into the manifest as it is; `pages` are further files of `quality/` by name;
    `announce` is called just before the switch. What other periods have published stays, and so
    does what was signed.
    """
    old = read_manifest(workspace)
    new = begin_edition(workspace)
    facts: dict[str, Any] = dict(old.get("periods", {}))
    vintages: dict[str, dict[str, str]] = dict(old.get("vintages", {}))
    for period, each in sorted(periods.items()):
        before = facts.get(period, {})
        frozen = before.get("frozen")
        signed = frozen["vintage"] if frozen else None
        damaged = _damaged(workspace, period, before, vintages.get(period, {}))
        standing = _standing(before) - damaged
        number = write_vintage(workspace, connection, period, each, standing, signed)
        path = vintage_folder(workspace, period, number) / FACTS
        kept = {n: sha for n, sha in vintages.get(period, {}).items() if int(n) not in damaged}
        vintages[period] = kept if str(number) in kept else {**kept, str(number): sha256_of(path)}
        facts[period] = _shown(workspace, period, number, each.fingerprint, frozen)
        if "signed" in before:
            facts[period]["signed"] = before["signed"]
        if facts[period]["vintage"] == number:
            facts[period]["sources"] = each.sources  # the same bytes, seen again
    for contract in published_contracts().values():
        if contract.folder == "quality":
            write_table(connection, contract, new / "quality", None)
    for name, content in pages.items():
        (new / "quality" / name).write_bytes(content)
    return finish_edition(workspace, new, run, facts, vintages, announce)


def freeze(
    workspace: Workspace, period: str, number: int | None, who: dict[str, str], announce: Announce
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Mark a vintage as the one that was signed and show it.

    Without a `number` it is the visible one. `who` says who did it, when, and why. Returns the
    period's facts, and the mark it had before; the same vintage is not marked a second time.
    Raises `CommandError` if there is no such period or vintage.
    """
    manifest = read_manifest(workspace)
    kept_vintages(manifest, period)
    facts = manifest["periods"][period]
    chosen = facts["vintage"] if number is None else chosen_vintage(manifest, period, number)
    before = facts.get("frozen")
    if before is None or before["vintage"] != chosen:
        facts = _reissue(workspace, manifest, period, {"vintage": chosen, **who}, announce)
    return facts, before


def release(workspace: Workspace, period: str, announce: Announce) -> dict[str, Any]:
    """Take the mark away, show the vintage of the newest run, and return the period's facts."""
    manifest = read_manifest(workspace)
    kept_vintages(manifest, period)
    return _reissue(workspace, manifest, period, None, announce)


def _reissue(
    workspace: Workspace,
    manifest: dict[str, Any],
    period: str,
    frozen: dict[str, Any] | None,
    announce: Announce,
) -> dict[str, Any]:
    """Publish what is published once more, but for what a period shows."""
    before = manifest["periods"][period]
    newest = before.get("revision", before)["vintage"]
    # What made the newest vintage: another run may have said the same from other exports.
    mark = before["fingerprint"] if frozen else _mark(workspace, period, newest)
    facts: dict[str, Any] = _shown(workspace, period, newest, mark, frozen)
    facts["signed"] = [*before.get("signed", ()), *([frozen] if frozen else ())]
    periods = manifest["periods"] | {period: facts}
    republish(workspace, manifest, periods, manifest["vintages"], announce)
    return facts


def republish(
    workspace: Workspace,
    manifest: dict[str, Any],
    periods: dict[str, Any],
    vintages: dict[str, dict[str, str]],
    announce: Announce,
) -> None:
    """Publish what the last run published, with other facts of the periods or other vintages."""
    new = begin_edition(workspace)
    shutil.copytree(workspace.curated / "quality", new / "quality", dirs_exist_ok=True)
    finish_edition(workspace, new, manifest["run"], periods, vintages, announce)


def _mark(workspace: Workspace, period: str, number: int) -> str:
    return str(vintage_facts(workspace, period, number)["fingerprint"])


def _standing(facts: dict[str, Any]) -> set[int]:
    """Return the vintages of a period that everyone sees, the revision among them."""
    return {each["vintage"] for each in (facts, facts.get("revision")) if each}


def _damaged(
    workspace: Workspace, period: str, facts: dict[str, Any], checksums: dict[str, str]
) -> set[int]:
    """Return the vintages that everyone sees, were never signed, and whose `vintage.json` is not
    what it was: the run that finds them makes another in their place.
    """
    signed = {each["vintage"] for each in facts.get("signed", ())}
    return {
        number
        for number in _standing(facts) - signed
        if not has_hash(vintage_folder(workspace, period, number) / FACTS, checksums[str(number)])
    }


def _shown(
    workspace: Workspace,
    period: str,
    newest: int,
    fingerprint: str,
    frozen: dict[str, Any] | None,
) -> dict[str, Any]:
    """Return the manifest's facts of a period whose newest run made the vintage `newest`."""
    number = frozen["vintage"] if frozen else newest
    facts = {**_origin(workspace, period, number), "fingerprint": fingerprint}
    if frozen:
        facts["frozen"] = frozen
        signed, other = (vintage_folder(workspace, period, each) for each in (number, newest))
        if newest != number and not same_content(signed, other):
            facts["revision"] = _origin(workspace, period, newest)
    return facts


def _origin(workspace: Workspace, period: str, number: int) -> dict[str, Any]:
    stated = vintage_facts(workspace, period, number)
    return {"vintage": number} | {name: stated[name] for name in ("published_at", "sources")}
