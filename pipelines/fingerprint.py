"""What a period's figures follow from, as one hash: if it is the same, there is nothing to do."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

from pipelines import limits
from pipelines.exports import Found
from pipelines.options import Options
from pipelines.periods import Period
from pipelines.workspace import SCHEMAS, SQL, Workspace


def software(workspace: Workspace) -> str:
    """Return the SHA-256 over the reference tables, contracts, SQL and code."""
    digest = hashlib.sha256()
    for folder, pattern in (
        (workspace.reference, "*.csv"),
        (workspace.reference, "*.yml"),
        (SCHEMAS, "**/*.y*ml"),
        (SQL, "**/*.sql"),
        (Path(__file__).parent, "**/*.py"),
    ):
        for path in sorted(folder.glob(pattern)):
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def fingerprint(found: Found, period: Period, options: Options, made_by: str) -> str:
    """Return the SHA-256 over the exports and all else; `made_by` is that of the `software`."""
    facts = {
        "files": [(raw.name, raw.sha256) for raw in found.files],
        "period": [period.name, str(period.start), str(period.end)],
        "options": asdict(options),
        # With others, files that could not be read may be.
        "limits": limits.all_limits(),
        "software": made_by,
    }
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
