"""How the measures of a report hang together (definitions.md, *Measures*, and Form 06)."""

from __future__ import annotations

# A report may give received in person and by post as one number, as Form 06 does.
OFFLINE = "received_offline"
# Dossiers whose due date fell in the period: only ever a denominator.
DUE = "due"

CHANNELS = frozenset({"received_online", "received_in_person", "received_postal", OFFLINE})
_PENDING = frozenset({"in_progress", "pending_in_time", "pending_overdue", "paused"})
_DONE = frozenset({"resolved", "on_time", "early", "on_due_date", "late"})

# What may be named as a part of what.
PARTS = {
    "in_scope": CHANNELS | _DONE | _PENDING | {"received", "carried_over", "handled", "withdrawn"},
    "received": CHANNELS | _DONE | _PENDING | {"carried_over", "handled", "withdrawn"},
    "handled": _DONE | _PENDING,
    "resolved": _DONE - {"resolved"},
    "on_time": frozenset({"early", "on_due_date"}),
    "in_progress": _PENDING - {"in_progress"},
}
# The more a word says, the deeper: of the words around a number the deepest counts.
_DEPTHS = (
    {"in_scope"},
    {"received", "handled"},
    {"resolved", "in_progress", DUE},
    {"carried_over", "withdrawn", *CHANNELS},
    {"on_time", "late", "pending_in_time", "pending_overdue", "paused"},
    {"early", "on_due_date"},
)
DEPTH = {name: depth for depth, names in enumerate(_DEPTHS) for name in names}

LABELS = {
    "in_scope": "tổng số phải giải quyết",
    "received": "tiếp nhận",
    "received_online": "tiếp nhận trực tuyến",
    "received_in_person": "tiếp nhận trực tiếp",
    "received_postal": "tiếp nhận qua bưu chính",
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
    "withdrawn": "rút, trả lại",
    DUE: "đến hạn giải quyết",
    "procedures": "thủ tục hành chính",
    "one_stop": "thủ tục tại bộ phận một cửa",
    "fully_online": "dịch vụ công toàn trình",
    "partly_online": "dịch vụ công một phần",
}
