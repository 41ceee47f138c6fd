"""What an export says of a dossier on the day it is taken."""

from dataclasses import dataclass
from datetime import date, datetime

from sample.dossiers import Dossier, Fate

_PROCESSING = (
    "Đang xử lý",
    "Được tiếp nhận",
    "Đang giải quyết",
    "Đã tiếp nhận",
    "Chờ phê duyệt",
    "Liên thông",
)
_PAUSED = (
    "Yêu cầu bổ sung giấy tờ",
    "Chờ bổ sung",
    "Yêu cầu thực hiện nghĩa vụ tài chính",
    "Tạm dừng",
    "Dừng xử lý",
)
_WAITING = ("Chờ trả kết quả", "Có kết quả", "Đã có kết quả")
_RETURNED = ("Đã trả kết quả", "Đã trả kết quả", "Đã trả kết quả", "Hoàn thành", "Đã xử lý xong")
_DECLINED = ("Từ chối giải quyết", "Không giải quyết")
_WITHDRAWN = (
    "Công dân yêu cầu rút hồ sơ",
    "Rút hồ sơ",
    "Xin rút",
    "Trả lại",
    "Đã hủy",
)
_REFUSED = ("Không được tiếp nhận", "Mới đăng ký", "Chờ tiếp nhận", "Từ chối tiếp nhận")
_UNKNOWN = ("Chuyển bưu điện phát",)


@dataclass(frozen=True)
class State:
    """The cells of a dossier that change from one export to the next."""

    status: str
    finished: datetime | None
    returned: datetime | None


def state_on(dossier: Dossier, day: date) -> State:
    """What an export taken in the evening of `day` shows."""

    def said(texts: tuple[str, ...]) -> str:
        return texts[int(dossier.flavour * len(texts))]

    finished = _known(dossier.finished, day)
    returned = _known(dossier.returned, day)
    if dossier.fate is Fate.REFUSED:
        return State(said(_REFUSED), None, None)
    if dossier.fate is Fate.PAUSED and dossier.turned <= day:
        return State(said(_PAUSED), None, None)
    if dossier.fate is Fate.UNDETERMINED and dossier.turned <= day:
        return State(said(_RETURNED), None, None)
    if finished is None and returned is None:
        # Some wait for papers for a while and go on later.
        waits = dossier.fate is Fate.RESOLVED and dossier.flavour < 0.1
        return State(said(_PAUSED if waits else _PROCESSING), None, None)
    texts = {
        Fate.DECLINED: _DECLINED,
        Fate.WITHDRAWN: _WITHDRAWN,
        Fate.LAGGING: _PROCESSING,
        Fate.ODD: _UNKNOWN,
    }.get(dossier.fate, _WAITING if returned is None else _RETURNED)
    return State(said(texts), finished, returned)


def _known(moment: datetime | None, day: date) -> datetime | None:
    return moment if moment is not None and moment.date() <= day else None
