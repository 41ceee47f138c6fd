"""How the measures of a report hang together (definitions.md, *Measures*, and Form 06)."""

from __future__ import annotations

from collections.abc import Sequence

# A report may give received in person and by post as one number, as Form 06 does.
OFFLINE = "received_offline"
# Dossiers whose due date fell in the period: only ever a denominator.
DUE = "due"

# Late or overdue dossiers as a list of them counts: both together, and those from before.
LATE_OR_OVERDUE, LATE_CARRIED_OVER = "late_or_overdue", "late_carried_over"

CHANNELS = frozenset(
    {
        "received_online",
        "received_in_person",
        "received_postal",
        "received_unknown_channel",
        OFFLINE,
    }
)
_PENDING = frozenset({"in_progress", "pending_in_time", "pending_overdue", "paused"})
_DONE = frozenset({"resolved", "on_time", "early", "on_due_date", "late"})
_OUTCOMES = _DONE | _PENDING | {"undetermined"}

# What may be named as a part of what.
PARTS = {
    "in_scope": CHANNELS | _OUTCOMES | {"received", "carried_over", "handled", "withdrawn"},
    "received": CHANNELS | _OUTCOMES | {"carried_over", "handled", "withdrawn"},
    "handled": _OUTCOMES,
    "resolved": _DONE - {"resolved"},
    "on_time": frozenset({"early", "on_due_date"}),
    "in_progress": _PENDING - {"in_progress"},
    LATE_OR_OVERDUE: frozenset({"late", "pending_overdue", "carried_over"}),
}
# What a measure means as a part of another one.
WITHIN = {(LATE_OR_OVERDUE, "carried_over"): LATE_CARRIED_OVER}
# The more a word says, the deeper: of the words around a number the deepest counts.
_DEPTHS = (
    {"in_scope"},
    {"received", "handled"},
    {"resolved", "in_progress", LATE_OR_OVERDUE, DUE},
    {"carried_over", "withdrawn", *CHANNELS},
    {"on_time", "late", "pending_in_time", "pending_overdue", "paused", "undetermined"},
    {"early", "on_due_date"},
)
DEPTH = {name: depth for depth, names in enumerate(_DEPTHS) for name in names}

LABELS = {
    "in_scope": "tổng số phải giải quyết",
    "received": "tiếp nhận",
    "received_online": "tiếp nhận trực tuyến",
    "received_in_person": "tiếp nhận trực tiếp",
    "received_postal": "tiếp nhận qua bưu chính",
    "received_unknown_channel": "tiếp nhận chưa rõ hình thức",
    OFFLINE: "tiếp nhận trực tiếp, bưu chính",
    "carried_over": "kỳ trước chuyển sang",
    "handled": "kết quả giải quyết",
    "resolved": "đã giải quyết",
    "on_time": "đúng hạn",
    "early": "trước hạn",
    "on_due_date": "đúng ngày hẹn",
    "late": "trễ hạn",
    "in_progress": "đang giải quyết",
    "pending_in_time": "chưa đến hạn",
    "pending_overdue": "đang giải quyết quá hạn",
    "paused": "chờ bổ sung",
    "undetermined": "chưa xác định được kết quả",
    LATE_OR_OVERDUE: "trễ hạn và quá hạn",
    LATE_CARRIED_OVER: "trễ hạn, quá hạn từ kỳ trước chuyển sang",
    "withdrawn": "rút, trả lại",
    DUE: "đến hạn giải quyết",
    "procedures": "thủ tục hành chính",
    "one_stop": "thủ tục tại bộ phận một cửa",
    "fully_online": "dịch vụ công toàn trình",
    "partly_online": "dịch vụ công một phần",
}


def late_beside(stages: Sequence[str]) -> tuple[str, ...]:
    """Return what a bare "quá hạn" means after counts of `stages`; empty if they leave it open.

    Once both "trễ hạn" and "chưa đến hạn" are said, it is left for those in progress.
    """
    if {"pending_in_time", "late"} <= set(stages):
        return ("pending_overdue",)
    for stage in reversed(stages):
        if stage == "in_progress":
            return ("pending_overdue",)
        if stage in ("resolved", "handled", "on_time", "early"):
            return ("late",)
    return ()
