"""Writing files so that a reader sees the old or the new one, whole."""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO, Any

import yaml

from pipelines.errors import DataError

# Every command reads the contracts, and libyaml's parser is ten times as fast.
_LOADER: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader

# Read so much at a time to hash it: each piece waits for whatever Python runs beside it. Into one
# buffer: the kernel clears each new one, which takes as long as the hash.
_CHUNK = 8 << 20

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # <fcntl.h>, <stdio.h>


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


def nameless(folder: Path) -> IO[bytes]:
    """Return a new file on the disk of `folder` that has no name there: whatever ends this process
    removes it, so that no cells are left lying in a folder.
    """
    return tempfile.TemporaryFile(dir=folder)


def path_of(file: IO[bytes]) -> Path:
    """Return a path by which this process can open an open file anew."""
    return Path(f"/proc/self/fd/{file.fileno()}")


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the mapping that a YAML file of the repository holds.

    Raises `DataError` if it is no YAML any more: people add names of columns to some.
    """
    shown = "/".join(path.parts[-3:])
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # noqa: S506
    except UnicodeDecodeError as error:
        raise DataError(f"{shown}: không phải UTF-8; hãy lưu lại tệp này bằng UTF-8.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" dòng {mark.line + 1}" if mark else ""
        raise DataError(
            f"{shown}:{where} không đúng cú pháp YAML; hãy xem lại dòng vừa sửa ở đó hoặc ngay "
            "trên đó (thụt lề, dấu phẩy, dấu ngoặc) so với các dòng bên cạnh."
        ) from error
    if not isinstance(content, dict):
        raise DataError(f"{shown}: không có các mục mà tệp này phải có.")
    return content


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        buffer = memoryview(bytearray(min(_CHUNK, os.fstat(file.fileno()).st_size + 1)))
        while count := file.readinto(buffer):
            digest.update(buffer[:count])
    return digest.hexdigest()


def has_hash(path: Path, sha256: str) -> bool:
    """Whether the file is there with this SHA-256."""
    return path.is_file() and sha256_of(path) == sha256


def swap_folder(new: Path, folder: Path) -> None:
    """Put the folder `new` in the place of `folder`, and remove what stood there.

    Where the file system can exchange two names (Linux ≥ 3.15), a reader sees the old folder or
    the new one at any time; elsewhere there is an instant without either.
    """
    if folder.exists():
        libc = ctypes.CDLL(None, use_errno=True)
        names = (os.fsencode(new), os.fsencode(folder))
        if libc.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) != 0:
            old = folder.with_name(f".old-{folder.name}")
            shutil.rmtree(old, ignore_errors=True)
            folder.rename(old)
            new.rename(folder)
            new = old
        shutil.rmtree(new, ignore_errors=True)
    else:
        new.rename(folder)
