"""Staging many files at once, each in a worker process that may not outstay its limits.

The libraries that read workbooks are native code: a hostile file can bring them down, hang them or
have them fill the memory. In a worker of its own that costs the file and nothing else.
"""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeVar

from pipelines import limits
from pipelines.errors import IgateError, TryAgain, UnreadableFile
from pipelines.exports import RawFile
from pipelines.staging import stage
from pipelines.staging_cache import Staged, staged_already

# A file of this size keeps all cores busy by itself; several at once would only fill the memory.
BIG = 64 << 20
_LONG = 2 << 30  # so many bytes of a file may take the limit of time once more
_POLL_SECONDS = 0.1
_PAGE = os.sysconf("SC_PAGE_SIZE")

T = TypeVar("T")
Result = tuple[Staged, ...] | UnreadableFile
# How a run stages its files: `stage_many`, or what does the same elsewhere.
Stage = Callable[
    [list[RawFile], Path, frozenset[str] | None, Callable[[str], None]], dict[str, Result]
]
# What is done with a file, in a worker; it must be known by its name there.
_Job = Callable[[RawFile], Any]


def stage_many(
    files: Iterable[RawFile],
    folder: Path,
    procedure_names: frozenset[str] | None,
    done: Callable[[str], None],
) -> dict[str, Result]:
    """Return for each file, by its name, what it was staged as, or why it could not be read.

    `done` is called with a file's name when it is finished. A file that brings its worker down,
    or takes more time or memory than `limits` allow, is given up; the others go on. Raises
    `OSError` if staging cannot be written.
    """
    results: dict[str, Result] = {}
    small: list[RawFile] = []
    alone: list[RawFile] = []
    for raw in files:
        cached = staged_already(raw, folder, procedure_names)
        if cached:
            results[raw.name] = tuple(cached)
            done(raw.name)
        else:
            (alone if _size(raw) > BIG else small).append(raw)

    def take(files: list[RawFile], workers: int) -> Iterator[RawFile]:
        """Stage `files`; yield those whose worker was killed by nobody here."""
        job = partial(_stage, folder=folder, procedure_names=procedure_names)
        for raw, result in _in_workers(files, workers, job):
            if result is None:
                yield raw
            else:
                results[raw.name] = result
                done(raw.name)

    # Short of memory the kernel kills a worker whatever file it has, so those have a second try.
    alone += take(small, os.cpu_count() or 1)
    for raw in take(alone, 1):
        results[raw.name] = _killed()
        done(raw.name)
    return results


def in_worker(raw: RawFile, job: Callable[[RawFile], T]) -> T | UnreadableFile:
    """Return what `job`, a function known by its name, makes of one file in a worker process,
    within the same limits as staging; or why it could not. Raises what `job` raises.
    """
    ((_, result),) = _in_workers([raw], 1, job)
    return _killed() if result is None else result


def _killed() -> UnreadableFile:
    return TryAgain(
        "hệ điều hành đã dừng tiến trình đọc tệp, có lẽ vì hết bộ nhớ; "
        "hãy đóng bớt chương trình rồi chạy lại"
    )


def _size(raw: RawFile) -> int:
    with suppress(OSError):
        return raw.path.stat().st_size
    return 0


@dataclass(eq=False)
class _Worker:
    process: BaseProcess
    connection: Connection
    since: float = 0  # when it was handed the file that it has

    @property
    def memory(self) -> int:
        """Bytes of memory that the process holds now."""
        try:
            statm = Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii")
            return int(statm.split()[1]) * _PAGE
        except (OSError, IndexError):
            return 0

    def hand(self, raw: RawFile) -> None:
        self.since = time.monotonic()
        with suppress(OSError):  # a worker that died while idle is noticed by its silence
            self.connection.send(raw)

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


def _in_workers(files: list[RawFile], most: int, job: _Job) -> Iterator[tuple[RawFile, Any]]:
    """Yield each file with its result; None if its worker was killed from outside."""
    seconds, memory = limits.file_seconds(), limits.file_memory()
    waiting = deque(files)
    busy: dict[_Worker, RawFile] = {}
    idle: list[_Worker] = []
    try:
        while waiting or busy:
            while waiting and len(busy) < most:
                worker = idle.pop() if idle else _started(job)
                busy[worker] = waiting.popleft()
                worker.hand(busy[worker])
            answered = wait([worker.connection for worker in busy], _POLL_SECONDS)
            for worker, raw in list(busy.items()):
                result: Any
                if worker.connection in answered:
                    result = _answer(worker)
                elif time.monotonic() - worker.since > seconds * (1 + _size(raw) // _LONG):
                    result = _too_long(seconds)
                elif worker.memory > memory:
                    result = _too_much(memory)
                else:
                    continue
                del busy[worker]
                # A worker may keep what it once held; one that holds much is replaced.
                if worker.connection in answered and 0 < worker.memory < memory // 4:
                    idle.append(worker)
                else:
                    worker.end()
                yield raw, result
    finally:
        for worker in [*busy, *idle]:
            worker.end()


def _started(job: _Job) -> _Worker:
    # Forked from a fresh process: a fork of this one, with DuckDB's threads, would hang.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    ours, theirs = context.Pipe()
    # The fresh process is as this one was when it was started: the limits are told again, and for
    # whom files are written.
    told = limits.told()
    mask = os.umask(0o077)
    os.umask(mask)
    arguments = (theirs, told, mask, job)
    process = context.Process(target=_work, args=arguments, daemon=True)
    # Ctrl-C goes to all processes of a terminal: whoever starts while it is blocked never sees it.
    # The tracker unblocks it when it is started, so that comes first.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    theirs.close()
    return _Worker(process, ours)


def _answer(worker: _Worker) -> Any:
    try:
        answer = worker.connection.recv()
    except (EOFError, OSError):
        worker.process.join()
        if worker.process.exitcode == -signal.SIGKILL:
            return None
        return UnreadableFile(
            "chương trình đọc bị dừng giữa chừng vì tệp hỏng hoặc có ô ở quá xa; hãy xóa các dòng "
            "và cột trống thừa rồi lưu lại, hoặc xuất lại từ hệ thống"
        )
    if isinstance(answer, Exception) and not isinstance(answer, UnreadableFile):
        raise answer
    return answer


def _too_long(seconds: int) -> UnreadableFile:
    return UnreadableFile(
        f"đọc quá {seconds} giây nên bỏ qua; nếu đúng là tệp xuất, hãy chia nhỏ tệp "
        "hoặc tăng IGATE_MAX_FILE_SECONDS"
    )


def _too_much(memory: int) -> UnreadableFile:
    return UnreadableFile(
        f"cần quá {memory >> 20} MB bộ nhớ nên bỏ qua; hãy xóa các dòng và cột trống thừa, "
        "chia nhỏ tệp hoặc tăng IGATE_MAX_FILE_MEMORY_MB"
    )


def _work(connection: Connection, told: dict[str, str], mask: int, job: _Job) -> None:
    """Answer for one file after the other, until nobody asks any more."""
    limits.no_core_dumps()
    os.environ.update(told)
    os.umask(mask)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that asks decides
    # A native library that dies writes a page about it, perhaps with what it was reading.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    with suppress(EOFError, BrokenPipeError):
        while True:
            connection.send(_answered(connection.recv(), job))


def _stage(raw: RawFile, folder: Path, procedure_names: frozenset[str] | None) -> Result:
    return tuple(stage(raw, folder, procedure_names))


def _answered(raw: RawFile, job: _Job) -> Any:
    """Return what `job` makes of a file, or what prevented it."""
    try:
        return job(raw)
    except Exception as error:
        return _told(raw, error)


def _told(raw: RawFile, error: Exception) -> Exception:
    """Return what is told of an error: a library's own words may quote a cell, so only its kind."""
    if isinstance(error, IgateError):
        return error
    if isinstance(error, OSError) and error.errno is not None:  # the kernel's words
        if error.filename == str(raw.path):
            return UnreadableFile(f"không đọc được ({error.strerror}); hãy kiểm tra tệp và quyền")
        return error
    if "No space left" in str(error):
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return UnreadableFile(
        f"gặp lỗi ngoài dự kiến khi đọc ({type(error).__name__}); hãy mở tệp, lưu lại rồi thử "
        "lại, hoặc gửi tệp cho người phụ trách phần mềm"
    )
