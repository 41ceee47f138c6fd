"""Worker processes that read files for this one, and may not outstay their limits.

The libraries that read workbooks are native code: a hostile file can bring them down, hang them or
have them fill the memory. In a worker that costs the file and nothing else.
"""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator
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
from pipelines.numbers import grouped_text

_LONG = 2 << 30  # so many bytes of a file may take the limit of time once more
_POLL_SECONDS = 0.1
_PAGE = os.sysconf("SC_PAGE_SIZE")
_WORKING = object()  # in place of a result: there is none yet

T = TypeVar("T")
# What is done with files, in a worker, where it must be known by its name: a result for each, or
# the exception that prevented it.
Job = Callable[[list[RawFile]], list[Any]]


def in_worker(raw: RawFile, job: Callable[[RawFile], T]) -> T | UnreadableFile:
    """Return what `job`, a function known by its name, makes of one file in a worker process,
    within the same limits as staging; or why it could not. Raises what `job` raises.
    """
    ((_, result),) = in_workers([[raw]], 1, partial(_each, job=job))
    return killed() if result is None else result


def _each(files: list[RawFile], job: Callable[[RawFile], T]) -> list[T]:
    return [job(raw) for raw in files]


def killed() -> UnreadableFile:
    """Return what is said of a file whose worker was killed from outside."""
    return TryAgain(
        "hệ điều hành đã dừng tiến trình đọc tệp, có lẽ vì hết bộ nhớ; "
        "hãy đóng bớt chương trình rồi chạy lại"
    )


def size_of(raw: RawFile) -> int:
    """Return how many bytes the file has that holds `raw`; 0 if it is gone."""
    with suppress(OSError):
        return raw.path.stat().st_size
    return 0


@dataclass(eq=False)
class _Worker:
    process: BaseProcess
    connection: Connection
    since: float = 0  # when it was handed the files that it has

    @property
    def memory(self) -> int:
        """Bytes of memory that the process holds now."""
        try:
            statm = Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii")
            return int(statm.split()[1]) * _PAGE
        except (OSError, IndexError):
            return 0

    def hand(self, files: list[RawFile]) -> None:
        self.since = time.monotonic()
        with suppress(OSError):  # a worker that died while idle is noticed by its silence
            self.connection.send(files)

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.connection.close()


def in_workers(tasks: list[list[RawFile]], most: int, job: Job) -> Iterator[tuple[RawFile, Any]]:
    """Yield each file with its result; None if its worker was killed from outside.

    Files that were handed out together and brought their worker down, or beyond its limits, are
    handed out again one by one: nothing else tells which of them it was.
    """
    limit = limits.file_seconds(), limits.file_memory()
    waiting = deque(tasks)
    busy: dict[_Worker, list[RawFile]] = {}
    idle: list[_Worker] = []
    try:
        while waiting or busy:
            while waiting and len(busy) < most:
                worker = idle.pop() if idle else _started(job)
                busy[worker] = waiting.popleft()
                worker.hand(busy[worker])
            answered = wait([worker.connection for worker in busy], _POLL_SECONDS)
            for worker, files in list(busy.items()):
                has_answered = worker.connection in answered
                result = _answer(worker) if has_answered else _beyond(limit, worker, files)
                if result is _WORKING:
                    continue
                del busy[worker]
                # A worker may keep what it once held; one that holds much is replaced.
                if has_answered and 0 < worker.memory < limit[1] // 4:
                    idle.append(worker)
                else:
                    worker.end()
                if isinstance(result, list):
                    yield from zip(files, result, strict=True)
                elif len(files) == 1:
                    yield files[0], result
                else:
                    waiting.extend([raw] for raw in files)
    finally:
        for worker in [*busy, *idle]:
            worker.end()


def _beyond(limit: tuple[int, int], worker: _Worker, files: list[RawFile]) -> Any:
    """Return what is said of a worker that takes more time or memory than it may."""
    seconds, memory = limit
    if time.monotonic() - worker.since > seconds * (1 + sum(map(size_of, files)) // _LONG):
        return _too_long(seconds)
    return _too_much(memory) if worker.memory > memory else _WORKING


def _started(job: Job) -> _Worker:
    # Forked from a fresh process: a fork of this one, with DuckDB's threads, would hang.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pipelines.staging"])
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
    """Return the results for all files that a worker has, or why it gives none any more: None if it
    was killed from outside.
    """
    try:
        answer: list[Any] = worker.connection.recv()
    except (EOFError, OSError):
        worker.process.join()
        if worker.process.exitcode == -signal.SIGKILL:
            return None
        return UnreadableFile(
            "chương trình đọc bị dừng giữa chừng vì tệp hỏng hoặc có ô ở quá xa; hãy xóa các dòng "
            "và cột trống thừa rồi lưu lại, hoặc xuất lại từ hệ thống"
        )
    for result in answer:
        if isinstance(result, Exception) and not isinstance(result, UnreadableFile):
            raise result
    return answer


def _too_long(seconds: int) -> UnreadableFile:
    return UnreadableFile(
        f"đọc quá {seconds} giây nên bỏ qua; nếu đúng là tệp xuất, hãy chia nhỏ tệp "
        "hoặc tăng IGATE_MAX_FILE_SECONDS"
    )


def _too_much(memory: int) -> UnreadableFile:
    return UnreadableFile(
        f"cần quá {grouped_text(memory >> 20)} MB bộ nhớ nên bỏ qua; hãy xóa các dòng và cột "
        "trống thừa, chia nhỏ tệp hoặc tăng IGATE_MAX_FILE_MEMORY_MB"
    )


def _work(connection: Connection, told: dict[str, str], mask: int, job: Job) -> None:
    """Answer for some files after the other, until nobody asks any more."""
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


def _answered(files: list[RawFile], job: Job) -> list[Any]:
    """Return what `job` makes of each file, or what prevented it."""
    try:
        results = job(files)
    except Exception as error:
        if len(files) > 1:
            return [result for raw in files for result in _answered([raw], job)]
        results = [error]
    return [
        _told(raw, result) if isinstance(result, Exception) else result
        for raw, result in zip(files, results, strict=True)
    ]


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
