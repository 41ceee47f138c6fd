"""Writing files so that a reader sees the old or the new one, whole."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import yaml

# Every command reads the contracts, and libyaml's parser is ten times as fast.
_LOADER: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


def write_atomically(path: Path, content: bytes) -> None:
    """Replace `path` by `content` with one rename; folders are made as needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the mapping that a YAML file of the repository holds."""
    content: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # noqa: S506
    return content


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
