"""What has to be said beside figures, wherever they are shown: that something is not in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from pipelines.numbers import count_text, date_text

_NAMED = 3


def unread_files(sources: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the names of those files of `quality/sources` that could not be read."""
    return [row["source_file"] for row in sources if row["layout"] is None]


def unread_text(names: list[str]) -> str:
    """Return one sentence on files that could not be read; empty if there are none."""
    if not names:
        return ""
    named = ", ".join(names[:_NAMED])
    others = len(names) - _NAMED
    return (
        f"{count_text(len(names))} tệp không đọc được, số liệu CHƯA gồm hồ sơ trong các tệp này: "
        f"{named}{f' và {count_text(others)} tệp khác' if others > 0 else ''}."
    )


def no_dossiers_text(period: str, start: date, end: date, raw: str) -> str:
    """Return one sentence on a period that no dossier is in; `raw` is where the exports lie."""
    return (
        f"Kỳ {period} không có hồ sơ nào (từ {date_text(start)} đến {date_text(end)}): hãy kiểm "
        f"tra kỳ đã ghi đúng chưa và trong {raw} đã có đủ tệp của kỳ này chưa."
    )


def late_start_text(period: str, start: date, first: date) -> str:
    """Return one sentence on a period whose first days no dossier was received in."""
    return (
        f"Kỳ {period} bắt đầu ngày {date_text(start)} nhưng hồ sơ đầu tiên tiếp nhận ngày "
        f"{date_text(first)}: hãy kiểm tra đã có đủ tệp của đầu kỳ chưa."
    )


def not_begun_text(period: str, start: date, newest: date) -> str:
    """Return one sentence on a period that begins after the newest export was taken."""
    return (
        f"Kỳ {period} bắt đầu ngày {date_text(start)}, sau ngày xuất mới nhất của các tệp "
        f"({date_text(newest)}): chưa có hồ sơ nào tiếp nhận trong kỳ."
    )
