"""What a file may cost at most. Each limit is an environment variable; the README lists them."""

from __future__ import annotations

import os

from pipelines.errors import CommandError


def _limit(name: str, default: int) -> int:
    text = os.environ.get(name, "")
    if not text:
        return default
    if not text.isdigit() or not int(text):
        raise CommandError(
            f"Biến môi trường {name} phải là một số nguyên dương, không phải «{text}»."
        )
    return int(text)


def unpacked_bytes() -> int:
    """Bytes that one file of an archive, or one workbook, may unpack to: 2 GiB."""
    return _limit("IGATE_MAX_UNPACKED_MB", 2048) << 20


def archive_members() -> int:
    """Files that one archive may hold: 10,000."""
    return _limit("IGATE_MAX_ARCHIVE_FILES", 10_000)


def file_seconds() -> int:
    """Seconds that one file may take to read: 300."""
    return _limit("IGATE_MAX_FILE_SECONDS", 300)


def file_memory() -> int:
    """Bytes of memory that the process which reads one file may hold: 4 GiB."""
    return _limit("IGATE_MAX_FILE_MEMORY_MB", 4096) << 20


def cell_characters() -> int:
    """Characters of one cell: a longer one is a broken quote or an attack, not a dossier."""
    return _limit("IGATE_MAX_CELL_CHARACTERS", 1 << 20)
