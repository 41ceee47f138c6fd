"""Hold what is locked against the known vulnerabilities, where a database of them is at hand.

    python scripts/audit_dependencies.py

Ends with 1 if a locked package has a known vulnerability, and with 0 and a word if no database
answered: a machine without network cannot know.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

LOCKS = ["requirements.txt", "requirements-dev.txt", "requirements-spark.txt"]


def main() -> int:
    root = Path(__file__).resolve().parent.parent
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes"]
    command += ["--format", "json", "--progress-spinner", "off", "--timeout", "5"]
    for name in LOCKS:
        command += ["--requirement", str(root / name)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(ended.stdout)["dependencies"]
    except (ValueError, KeyError):
        said = ended.stderr.strip().splitlines()
        print(f"audit: left out, no database of vulnerabilities at hand ({(said or ['-'])[-1]})")
        return 0
    found = [(p["name"], p["version"], v["id"]) for p in packages for v in p.get("vulns", ())]
    for name, version, identifier in found:
        print(f"audit: {name} {version}: {identifier}")
    print(f"audit: {len(packages)} locked packages, {len(found)} known vulnerabilities")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
