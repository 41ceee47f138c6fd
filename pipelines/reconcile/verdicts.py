"""The lines of the table that `igate reconcile` prints and saves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

AGREES, REMARK, UNCHECKED = "agrees", "remark", "unchecked"
DIFFERS, SUM, RATE, PERIOD, DATE = "differs", "sum", "rate", "period", "date"

LABELS = {
    AGREES: "khớp",
    DIFFERS: "lệch",
    SUM: "cộng không khớp",
    RATE: "sai tỷ lệ",
    PERIOD: "khác kỳ",
    DATE: "lập trước ngày cuối kỳ",
    REMARK: "lưu ý",
    UNCHECKED: "không đối chiếu",
}
_WRONG = frozenset({DIFFERS, SUM, RATE, PERIOD})


@dataclass(frozen=True)
class Line:
    """What a report says at one place, what it should say, and the verdict.

    `computed` is empty where nothing was computed; `note` is a sentence that explains.
    """

    phrase: str
    stated: str
    computed: str
    verdict: str
    note: str = ""
    where: str = ""

    @property
    def wrong(self) -> bool:
        """Whether the report does not agree here."""
        return self.verdict in _WRONG


def exit_status(lines: Iterable[Line]) -> int:
    """Return 0 if everything that was held against something agrees, else 1.

    A report in which nothing could be held against anything does not agree either.
    """
    found = list(lines)
    compared = any(line.verdict == AGREES for line in found)
    return 0 if compared and not any(line.wrong for line in found) else 1
