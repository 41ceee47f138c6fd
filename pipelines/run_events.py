"""What a run does as lines of JSON, for whoever watches it: off unless asked for.

Each line is one object with `time` (Asia/Ho_Chi_Minh), `event` and what belongs to it: files,
counts, status. No dossier codes, names or values of cells: only what the summary shows.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

_LOGGER = logging.getLogger("igate.events")
_LOGGER.propagate = False


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, ZoneInfo("Asia/Ho_Chi_Minh"))
        entry = {"time": time.isoformat(timespec="milliseconds"), "event": record.getMessage()}
        return json.dumps(entry | getattr(record, "facts", {}), ensure_ascii=False, default=str)


def log_to(path: str | None) -> None:
    """Append the events of this process to the file `path` from now on; to none if it is empty.

    Raises `OSError` if the file cannot be opened.
    """
    for handler in list(_LOGGER.handlers):
        _LOGGER.removeHandler(handler)
        handler.close()
    _LOGGER.setLevel(logging.INFO if path else logging.CRITICAL)
    if path:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(path, encoding="utf-8")
        handler.setFormatter(_JsonLines())
        _LOGGER.addHandler(handler)


def event(name: str, **facts: Any) -> None:
    """Log that `name` happened, with `facts`, if somebody asked for it."""
    _LOGGER.info(name, extra={"facts": facts})
