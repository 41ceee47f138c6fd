"""One run at a time per `DATA` folder."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pipelines.errors import DataError
from pipelines.workspace import Workspace


@contextmanager
def run_lock(workspace: Workspace, folder: Path | None = None) -> Iterator[None]:
    """Hold the lock of the data folder, or of `folder`; the kernel frees it when the process
    ends, however it ends.

    Raises `DataError` at once, with the other run's process number and start, if it is held.
    """
    folder = folder or workspace.data
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / ".igate.lock"
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            try:
                holder = json.loads(file.read())
                who = f" (tiến trình {holder['pid']}, bắt đầu lúc {holder['started']})"
            except (ValueError, KeyError):
                who = ""
            raise DataError(
                f"Một lượt chạy khác{who} đang dùng thư mục {workspace.shown(folder)}: "
                "hãy chờ lượt đó xong rồi chạy lại."
            ) from error
        file.truncate(0)
        started = datetime.now().astimezone().strftime("%H:%M:%S %d/%m/%Y")
        file.write(json.dumps({"pid": os.getpid(), "started": started}))
        file.flush()
        yield
