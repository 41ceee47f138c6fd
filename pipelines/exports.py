"""Finding the exports under `data/raw`: which files count, and what their paths state."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipelines import archives
from pipelines.errors import CommandError, DataError, IgateError
from pipelines.files import write_atomically
from pipelines.periods import load_period
from pipelines.raw_contract import common
from pipelines.text import clean
from pipelines.workspace import Workspace

SAMPLE_PREFIX = "mau-"


@dataclass(frozen=True)
class RawFile:
    """An export under `raw/`: its path relative to it, with `/`, and its content's SHA-256.

    One inside an archive has the archive's path on disk and its name there as `member`.
    """

    name: str
    path: Path
    sha256: str
    member: str | None = None
    # The file with the same content and the newest date in its path, of equals the first by name,
    # if this one only repeats it.
    copy_of: str | None = None
    # What `stat` said of the file before its hash was taken; None if nobody looked.
    mark: tuple[int, ...] | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Found:
    """The files of a run, ordered by name, and what was left out: sample files, links."""

    files: list[RawFile]
    sample_left_out: list[str]
    links_left_out: list[str]


def find_exports(workspace: Workspace, unknown: Callable[[], None] = lambda: None) -> Found:
    """Return all exports under `raw/`, at any depth, and call `unknown` before one is read that was
    not there, or not so, the last time.

    Hidden files and the lock files of office programs are none. The committed sample
    (`mau-*`) is left out as soon as any other export lies there, so that it never mixes with
    real data. Raises `CommandError` if the folder is missing, `DataError` if it has no export.
    """
    raw = workspace.raw
    if not raw.is_dir():
        raise CommandError(
            f"Không có thư mục {workspace.shown(raw)}: hãy tạo thư mục đó và chép các tệp "
            "xuất từ hệ thống một cửa vào."
        )
    paths = _paths(raw)
    if not paths:
        raise DataError(
            f"Thư mục {workspace.shown(raw)} chưa có tệp nào: hãy chép các tệp xuất "
            "(Excel hoặc CSV) từ hệ thống một cửa vào rồi chạy lại."
        )
    sample = sorted(name for name, path in paths.items() if path.name.startswith(SAMPLE_PREFIX))
    left_out = sample if len(sample) < len(paths) else []
    wanted = sorted(set(paths) - set(left_out))
    found = _hashed(workspace, {name: paths[name] for name in wanted}, unknown)
    found.sort(key=lambda each: each.name)
    alike: dict[str, list[str]] = {}
    for each in found:
        alike.setdefault(each.sha256, []).append(each.name)
    original = {
        sha256: _newest(names, workspace.reference) if len(names) > 1 else names[0]
        for sha256, names in alike.items()
    }
    files = [
        replace(each, copy_of=original[each.sha256] if original[each.sha256] != each.name else None)
        for each in found
    ]
    return Found(files, left_out, _links(raw))


def _newest(names: list[str], reference: Path) -> str:
    """Return the first of those names whose path states the latest date: what all of them hold was
    still so on that day.
    """
    return max(names, key=lambda name: snapshot_of_path(name, reference) or date.min)


def _links(raw: Path) -> list[str]:
    """Return the names of the links below `raw`: they may lead out of it and are not followed."""
    return sorted(
        shown_name(Path(directory, name).relative_to(raw).as_posix())
        for directory, folders, names in os.walk(raw, followlinks=False)
        for name in [*folders, *names]
        if not name.startswith(".") and Path(directory, name).is_symlink()
    )


def _paths(raw: Path) -> dict[str, Path]:
    """Return each file below `raw` that may be an export, by the name under which it is shown."""
    paths: dict[str, Path] = {}
    for path in _walk(raw):
        if not path.name.startswith((".", "~$")):
            paths[_unused(shown_name(path.relative_to(raw).as_posix()), paths)] = path
    return paths


def shown_name(name: str) -> str:
    """Return a file's name as text that any table, terminal or page can hold.

    Bytes that are no UTF-8, line breaks and control characters are written as Python would.
    """
    text = name.encode(errors="surrogateescape").decode(errors="backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _unused(name: str, names: Container[str]) -> str:
    """Return `name`, marked so that it differs from all `names`."""
    while name in names:
        name += "'"
    return name


def _walk(folder: Path) -> Iterable[Path]:
    """Yield the files below `folder`; links are not followed, so nothing outside is read."""
    for directory, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(directory, name)
            if path.is_file() and not path.is_symlink():
                yield path


def _hashed(
    workspace: Workspace, paths: dict[str, Path], unknown: Callable[[], None]
) -> list[RawFile]:
    """Return the exports that lie in the files at `paths`, which `stat` shows unchanged or which
    are read now.
    """
    index_path = workspace.staging / "hashes.json"
    try:
        known: dict[str, Any] = json.loads(index_path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = {}
    index: dict[str, Any] = {}
    for name, path in paths.items():
        try:
            mark = list(stat_mark(path))
        except FileNotFoundError:  # taken away since the folder was listed
            continue
        entry = known.get(name)
        if not isinstance(entry, dict) or entry.get("mark") != mark:
            unknown()
            entry = {"mark": mark, "exports": exports_in(name, path)}
        index[name] = entry
    if index != known:
        write_atomically(index_path, json.dumps(index, ensure_ascii=False, indent=0).encode())
    return [
        RawFile(export, paths[name], sha256, member, mark=tuple(entry["mark"]))
        for name, entry in index.items()
        for export, sha256, member in entry["exports"]
    ]


def stat_mark(path: Path) -> tuple[int, ...]:
    """Return what differs as soon as anything is written into a file, or another takes its name."""
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns, stat.st_ino, stat.st_ctime_ns


def exports_in(name: str, path: Path) -> list[tuple[str, str, str | None]]:
    """Return name, content's SHA-256 and member of each export in a file."""
    try:
        inside = archives.members(path)
        if inside is None:
            return [(name, archives.content_hash(path, None), None)]
    except OSError:  # no right to read it, or gone since: reported when it is staged
        return [(name, sha256(f"unreadable {name}".encode()).hexdigest(), None)]
    exports: dict[str, tuple[str, str, str | None]] = {}
    for member in inside:
        label = _unused(_inside(name, path, member), exports)
        exports[label] = (label, archives.content_hash(path, member), member)
    return list(exports.values())


def hashes_now(raw: Path) -> dict[str, str]:
    """Return the SHA-256 that each export below `raw` has now, by its name, read anew."""
    return {
        export: sha256
        for name, path in _paths(raw).items()
        for export, sha256, _ in exports_in(name, path)
    }


def _inside(name: str, path: Path, member: str) -> str:
    """Return the name of an export in an archive; what a `.gz` holds goes by the `.gz`'s own."""
    gzipped = member == path.name.removesuffix(".gz")
    return name if gzipped else f"{name}/{shown_name(archives.label(member))}"


def snapshot_stated(text: str, patterns: tuple[str, ...]) -> date | None:
    """Return the last date that the first fitting pattern finds in `text`, if it is a date."""
    lowered = clean(text).lower()
    for pattern in common().not_a_snapshot:
        lowered = re.sub(pattern, " ", lowered)
    for pattern in patterns:
        for match in reversed(list(re.finditer(pattern, lowered))):
            year, month, day = (int(match[name]) for name in ("year", "month", "day"))
            try:
                return date(year, month, day)
            except ValueError:
                continue
    return None


def snapshot_of_path(name: str, reference: Path) -> date | None:
    """Return the date a path states: one in the file's name, else the end of the period after
    which one of its folders is named, the nearest folder first.
    """
    *folders, file_name = name.split("/")
    stated = snapshot_stated(file_name, common().file_name_patterns)
    if stated is not None:
        return stated
    for folder in reversed(folders):
        try:
            return load_period(folder, reference).end
        except IgateError:
            continue
    return None
