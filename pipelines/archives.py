"""Exports inside archives: every file of a `.zip`, and what a `.gz` holds, is an export of its own.

It is named by its path with the archive as a folder: `2023Q3/xa.zip/hoa-an.xlsx`. A workbook is a
zip too and no archive; what a file is, its content tells.
"""

from __future__ import annotations

import gzip
import hashlib
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Protocol

from pipelines import limits
from pipelines.errors import UnreadableFile
from pipelines.files import nameless, path_of, sha256_of
from pipelines.numbers import grouped_text

_ZIP, _GZIP = (b"PK\x03\x04", b"PK\x05\x06"), b"\x1f\x8b"
_WORKBOOK_PARTS = {"[Content_Types].xml", "mimetype", "content.xml"}
_CHUNK = 1 << 20
# What unpacking raises where the content is at fault, for gzip and zip with any compression.
BROKEN = (
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
)


class _Packed(Protocol):
    """What `opened` and `content_hash` need to know of a raw file."""

    @property
    def path(self) -> Path: ...

    @property
    def member(self) -> str | None: ...


def members(path: Path) -> list[str] | None:
    """Return the files inside the archive at `path`, as it names them; None if it is no archive.

    A `.gz` holds one, named by its own name without the ending. An archive that holds nothing to
    read, or too much, counts as none, so that `why_not` is reported of it as of any other file.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(_GZIP):
        return [path.name.removesuffix(".gz")]
    if not is_archive(path) or why_not(path):
        return None
    with zipfile.ZipFile(path) as archive:
        # Of two entries with one name the last counts, as with every program that unpacks.
        return list(dict.fromkeys(_exports(archive)))


def is_archive(path: Path) -> bool:
    """Return whether the file is a zip that can be listed, and no workbook."""
    try:
        with path.open("rb") as file:
            if not file.read(4).startswith(_ZIP):
                return False
        with zipfile.ZipFile(path) as archive:
            return not _WORKBOOK_PARTS & set(archive.namelist())
    except BROKEN:
        return False


def why_not(path: Path) -> str:
    """Return why nothing in the archive at `path` is read, in Vietnamese; empty if it is."""
    with zipfile.ZipFile(path) as archive:
        if len(archive.infolist()) > limits.archive_members():
            return (
                f"tệp nén chứa quá {limits.archive_members()} tệp nên không đọc; hãy giải nén "
                "trước khi chép vào, hoặc tăng IGATE_MAX_ARCHIVE_FILES"
            )
        if not _exports(archive):
            return "tệp nén không chứa tệp xuất nào; hãy nén lại"
        return too_large(archive)


def sizes(path: Path) -> dict[str, int]:
    """Return how many bytes each file in the archive at `path` unpacks to; nothing of an archive
    that cannot be listed, or of a `.gz`, which does not tell.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return {entry.filename: entry.file_size for entry in archive.infolist()}
    except BROKEN:
        return {}


def too_large(archive: zipfile.ZipFile) -> str:
    """Return what to say of a zip that would unpack to more than the limit, else nothing.

    What it states of its sizes is an upper bound: `zipfile` reads no further.
    """
    if sum(entry.file_size for entry in archive.infolist()) <= limits.unpacked_bytes():
        return ""
    return (
        f"giải nén ra quá {grouped_text(limits.unpacked_bytes() >> 20)} MB nên không đọc; "
        "nếu đúng là tệp xuất, hãy giải nén trước, chia nhỏ hoặc tăng IGATE_MAX_UNPACKED_MB"
    )


def _exports(archive: zipfile.ZipFile) -> list[str]:
    names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
    return [name for name in names if _is_export(name)]


def _is_export(name: str) -> bool:
    parts = label(name).split("/")
    return not any(part.startswith((".", "~$", "__MACOSX")) for part in parts[-1:] + parts[:1])


def label(member: str) -> str:
    """Return a member's name as part of a path: only a label, never a place to write to.

    Names of zips made by old Windows tools are UTF-8 read as code page 437.
    """
    with suppress(UnicodeError):
        member = member.encode("cp437").decode("utf-8")
    parts = member.replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", ".", ".."))


def content_hash(path: Path, member: str | None) -> str:
    """Return the SHA-256 of a file, or of what the member of an archive unpacks to.

    What cannot be unpacked is known by the archive's hash and its name.
    """
    try:
        if member is not None:
            digest = hashlib.sha256()
            for chunk in _unpacked(path, member):
                digest.update(chunk)
            return digest.hexdigest()
    except UnreadableFile:
        with path.open("rb") as file:
            whole = hashlib.file_digest(file, "sha256")
        whole.update(str(member).encode())
        return whole.hexdigest()
    return sha256_of(path)


@contextmanager
def opened(raw: _Packed, scratch: Path) -> Iterator[Path]:
    """Yield a path under which the content of `raw` lies: its own, or unpacked into `scratch`.

    Raises `UnreadableFile` if it cannot be unpacked or would be too large.
    """
    if raw.member is None:
        yield raw.path
        return
    with nameless(scratch) as file:
        for chunk in _unpacked(raw.path, raw.member):
            file.write(chunk)
        file.flush()
        yield path_of(file)


def _unpacked(path: Path, member: str) -> Iterator[bytes]:
    """Yield the content of a member."""
    left = limits.unpacked_bytes()
    try:
        with _stream(path, member) as stream:
            while chunk := stream.read(_CHUNK):
                left -= len(chunk)
                if left < 0:
                    raise UnreadableFile(
                        f"giải nén ra quá {grouped_text(limits.unpacked_bytes() >> 20)} MB nên "
                        "không đọc; nếu đúng là tệp xuất, hãy giải nén trước hoặc tăng "
                        "IGATE_MAX_UNPACKED_MB"
                    )
                yield chunk
    except NotImplementedError as error:
        raise UnreadableFile(
            "tệp nén theo cách không đọc được; hãy giải nén trước khi chép vào"
        ) from error
    except BROKEN as error:
        raise UnreadableFile("tệp nén bị hỏng hoặc bị cắt dở; hãy chép lại") from error


@contextmanager
def _stream(path: Path, member: str) -> Iterator[IO[bytes] | gzip.GzipFile]:
    with path.open("rb") as file:
        is_gzip = file.read(2) == _GZIP
    if is_gzip:
        with gzip.open(path, "rb") as stream:
            yield stream
        return
    with zipfile.ZipFile(path) as archive:
        if archive.getinfo(member).flag_bits & 1:
            raise UnreadableFile("tệp nén có mật khẩu; hãy giải nén trước khi chép vào")
        with archive.open(member) as packed:
            yield packed
