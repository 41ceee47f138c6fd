"""The run log: who ran what, when, over which exports, with which result; append-only.

`DATA/run-log.jsonl` has one JSON object a line, each with the hash of the line before it, so that
a line altered or taken out shows. Lines taken from the end show too: a publication is told just
before the switch to it, with the manifest that lay there then, so the one that lies there now is
either of the two that the last such line names, however many runs were killed in between.
"""

from __future__ import annotations

import fcntl
import getpass
import hashlib
import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipelines import __version__
from pipelines.errors import DataError
from pipelines.files import sha256_of
from pipelines.workspace import Workspace

PUBLISHED, UNCHANGED, FAILED = "published", "unchanged", "failed"
FROZEN, RELEASED, COLLECTED = "frozen", "released", "collected"
REPORTED, OPENED, RECONCILED = "reported", "opened", "reconciled"
_FIRST = "0" * 64


@dataclass(frozen=True)
class RunLog:
    """The entries in their order, and what is wrong with the chain, in Vietnamese."""

    entries: list[dict[str, Any]]
    problems: list[str]


def append(workspace: Workspace, outcome: str, **facts: Any) -> None:
    """Add one entry with the time, the user, the version, `outcome` and `facts`, on the disk when
    this returns.

    A last line that a killed run left half-written is no entry; it is cut off and the new entry
    says so. Raises `DataError` if the log cannot be continued.
    """
    path = workspace.run_log
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o640)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # reports are made beside a run
        content = _read_all(handle)
        whole = content[: content.rfind(b"\n") + 1]
        entry: dict[str, Any] = {
            "at": datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).isoformat(timespec="seconds"),
            "user": user_name(),
            "software": f"igate {__version__}",
            "outcome": outcome,
            **facts,
        }
        if "manifest" in facts:
            entry["replaces"] = manifest_hash(workspace)
        if len(whole) < len(content):
            entry["cut_off_bytes"] = len(content) - len(whole)
            os.ftruncate(handle, len(whole))
        entry["previous"] = _last_hash(whole)
        entry["hash"] = _hash(entry)
        os.lseek(handle, 0, os.SEEK_END)
        os.write(handle, json.dumps(entry, ensure_ascii=False).encode() + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)


def append_made(
    workspace: Workspace,
    outcome: str,
    period: str,
    read: str | None,
    made: list[Path],
    **facts: Any,
) -> None:
    """Add the entry of a command that made the files `made` from the publication whose manifest
    had the hash `read`; the publication stays as it is.
    """
    outputs = {
        path.relative_to(workspace.data).as_posix(): sha256_of(path)
        for path in sorted(made)
        if path.is_file()
    }
    append(workspace, outcome, periods=[period], reads=read, outputs=outputs, **facts)


def _read_all(handle: int) -> bytes:
    with os.fdopen(os.dup(handle), "rb") as file:
        return file.read()


def user_name() -> str:
    """Return the operating system's name for who runs this, the number if it has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in some containers
        return str(os.getuid())


def _last_hash(content: bytes) -> str:
    lines = content.splitlines()
    if not lines:
        return _FIRST
    try:
        return str(json.loads(lines[-1])["hash"])
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            "Dòng cuối của nhật ký run-log.jsonl không đọc được: hãy chạy igate log để xem, rồi "
            "đổi tên tệp đó để bắt đầu nhật ký mới."
        ) from error


def _hash(entry: dict[str, Any]) -> str:
    said = {name: value for name, value in entry.items() if name != "hash"}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def read(workspace: Workspace) -> RunLog:
    """Return the log as it is now, every link of its chain tried."""
    entries: list[dict[str, Any]] = []
    problems: list[str] = []
    before = _FIRST
    try:
        lines = workspace.run_log.read_bytes().split(b"\n")
    except FileNotFoundError:
        lines = []
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        try:
            entry = json.loads(line)
            told, previous = str(entry["hash"]), str(entry["previous"])
        except (ValueError, KeyError, TypeError):
            problems.append(f"run-log.jsonl, dòng {number}: không đọc được.")
            continue
        if told != _hash(entry):
            problems.append(f"run-log.jsonl, dòng {number}: nội dung đã bị sửa.")
        if previous != before:
            problems.append(f"run-log.jsonl, dòng {number}: dòng trước đó đã bị sửa hoặc bị xóa.")
        before = told
        entries.append(entry)
    problems += _end(workspace, entries)
    return RunLog(entries, problems)


def manifest_hash(workspace: Workspace) -> str | None:
    """Return the SHA-256 of the manifest that is published now, if any is."""
    try:
        return sha256_of(workspace.curated / "manifest.json")
    except OSError:
        return None


def _end(workspace: Workspace, entries: list[dict[str, Any]]) -> list[str]:
    told = [entry for entry in entries if entry.get("manifest") is not None]
    now = manifest_hash(workspace)
    if now is None or (told and now in (told[-1]["manifest"], told[-1].get("replaces"))):
        return []
    return [
        "run-log.jsonl: không có dòng nào về bản công bố hiện tại; các dòng cuối đã bị xóa hoặc "
        "bị sửa."
    ]
