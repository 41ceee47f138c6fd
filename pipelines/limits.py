"""What a file, or a count, may cost at most: environment variables, which the README lists."""

from __future__ import annotations

import os
import resource

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


def database_memory() -> str:
    """What DuckDB may hold of the memory of the process that counts, 3 GiB, as it writes it: three
    fifths, since the rest is Python's and Great Expectations'. Beyond it, it works on the disk.
    """
    return f"{_limit('IGATE_MAX_MEMORY_MB', 3072) * 3 // 5}MiB"


def cell_characters() -> int:
    """Characters of one cell: a longer one is a broken quote or an attack, not a dossier."""
    return _limit("IGATE_MAX_CELL_CHARACTERS", 1 << 20)


def all_limits() -> dict[str, int]:
    """Return every limit by its name."""
    every = (unpacked_bytes, archive_members, file_seconds, file_memory, cell_characters)
    return {limit.__name__: limit() for limit in every}


def told() -> dict[str, str]:
    """Return what the environment says of igate, for a process that does not inherit it."""
    return {name: value for name, value in os.environ.items() if name.startswith("IGATE_")}


def no_core_dumps() -> None:
    """Let the kernel write no image of this process and its children if they crash: a worker's
    memory holds names and numbers of persons.

    A limit of 0 bytes would not do: it does not hold where the kernel hands the image to a program,
    as systemd's and Ubuntu's do. 1 byte is no image either, and is asked for by no one else: the
    kernel then runs no such program (core(5), `RLIMIT_CORE`).
    """
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    most = 1 if hard == resource.RLIM_INFINITY else min(1, hard)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))
