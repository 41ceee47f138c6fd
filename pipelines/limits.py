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


def sheet_cells() -> int:
    """Cells that one sheet may declare: 200 million, a million dossiers with room to spare."""
    return _limit("IGATE_MAX_SHEET_CELLS", 200_000_000)


def cell_characters() -> int:
    """Characters of one cell: a longer one is a broken quote or an attack, not a dossier."""
    return _limit("IGATE_MAX_CELL_CHARACTERS", 1 << 20)
