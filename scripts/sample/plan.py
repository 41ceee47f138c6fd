"""How many dossiers of each kind each office has: the seed's figures stand here."""

from dataclasses import dataclass
from datetime import date, timedelta

from sample.days import EXPORT_DAY, LAST_WORKING_DAY, PERIOD_END, PERIOD_START
from sample.dossiers import Fate, Judged, Order, Span, Spoilt

_PERIOD: Span = (PERIOD_START, PERIOD_END)
_IN_PERIOD: Span = (PERIOD_START, LAST_WORKING_DAY)
_EXPORT: Span = (EXPORT_DAY, EXPORT_DAY)


@dataclass(frozen=True)
class Commune:
    """One commune: its name as it writes it, and what it received in the period.

    Of `received`, the other counts say how many were not closed in time; the rest were.
    """

    slug: str
    kind: str
    name: str
    received: int
    late: int = 0
    declined: int = 0
    open_in_time: int = 0
    closed_after: int = 0
    overdue: int = 0
    overdue_closed_after: int = 0
    paused: int = 0
    withdrawn: int = 0
    undetermined: int = 0
    lagging: int = 0
    odd: int = 0
    refused: int = 0
    register: bool = False
    """Kept as the statutory register, which has no status column."""
    spoilt: Spoilt | None = None

    @property
    def place(self) -> str:
        """As in an address: "xã Hòa Ân"."""
        return f"{self.kind} {self.name}"

    @property
    def unit(self) -> str:
        """As in a unit column: "UBND xã Hòa Ân"."""
        return f"UBND {self.place}"


# fmt: off
COMMUNES = (
    Commune("thi-tran-cau-ke", "thị trấn", "Cầu Kè", 1204, late=8, declined=3, open_in_time=3,
            closed_after=2, overdue=1, paused=2, withdrawn=2, undetermined=1, lagging=1, refused=5),
    Commune("hoa-an", "xã", "Hòa Ân", 968, late=5, declined=1, open_in_time=2, closed_after=1,
            overdue=1, paused=1, withdrawn=2, refused=3, spoilt=Spoilt.SCIENTIFIC_CODE),
    Commune("chau-dien", "xã", "Châu Điền", 1012, late=6, declined=2, open_in_time=2,
            closed_after=1, overdue=1, paused=1, withdrawn=1, undetermined=1, refused=4,
            spoilt=Spoilt.NO_RECEIVED_DATE),
    Commune("an-phu-tan", "xã", "An Phú Tân", 1031, late=7, declined=1, open_in_time=2,
            closed_after=1, overdue_closed_after=1, paused=1, withdrawn=2, refused=3),
    Commune("hoa-tan", "xã", "Hoà Tân", 742, late=3, declined=1, open_in_time=1, closed_after=1,
            overdue=1, paused=1, withdrawn=1, lagging=1, refused=2,
            spoilt=Spoilt.IMPOSSIBLE_DATE),
    Commune("ninh-thoi", "xã", "Ninh Thới", 861, late=5, declined=1, open_in_time=1,
            closed_after=1, overdue=1, paused=1, withdrawn=1, undetermined=1, refused=3),
    Commune("phong-phu", "xã", "Phong Phú", 774, late=4, open_in_time=2, overdue=1,
            overdue_closed_after=1, register=True, spoilt=Spoilt.NO_CODE),
    Commune("phong-thanh", "xã", "Phong Thạnh", 913, late=6, declined=2, open_in_time=2,
            closed_after=1, paused=1, withdrawn=1, lagging=1, refused=2),
    Commune("tam-ngai", "xã", "Tam Ngãi", 958, late=7, declined=1, open_in_time=1,
            closed_after=1, overdue=1, paused=1, withdrawn=1, refused=3),
    Commune("thong-hoa", "xã", "Thông Hoà", 826, late=4, declined=1, open_in_time=1,
            paused=1, withdrawn=1, undetermined=1, refused=2),
    Commune("thanh-phu", "xã", "Thạnh Phú", 573, late=3, open_in_time=1, odd=2, refused=2,
            spoilt=Spoilt.DATE_CODE),
)
# fmt: on


def commune_orders(commune: Commune) -> list[Order]:
    """What a commune's export holds: two weeks before the period, the period, and 5 September."""
    before: Span = (date(2023, 5, 22), PERIOD_START - timedelta(days=1))
    no_due_date = 0 if commune.register else 1
    in_time = (
        commune.received
        - no_due_date
        - sum(
            (
                commune.late,
                commune.declined,
                commune.open_in_time,
                commune.closed_after,
                commune.overdue,
                commune.overdue_closed_after,
                commune.paused,
                commune.withdrawn,
                commune.undetermined,
                commune.lagging,
                commune.odd,
            )
        )
    )
    orders = [
        Order(in_time, Fate.RESOLVED, Judged.IN_TIME, _PERIOD, _IN_PERIOD),
        Order(no_due_date, Fate.RESOLVED, Judged.NO_DUE_DATE, _PERIOD, _IN_PERIOD),
        Order(commune.late, Fate.RESOLVED, Judged.LATE, _PERIOD, _IN_PERIOD),
        Order(commune.declined, Fate.DECLINED, Judged.IN_TIME, _PERIOD, _IN_PERIOD),
        Order(commune.open_in_time, Fate.PENDING, Judged.OPEN_IN_TIME, _PERIOD),
        Order(commune.closed_after, Fate.RESOLVED, Judged.OPEN_IN_TIME, _PERIOD, _EXPORT),
        Order(commune.overdue, Fate.PENDING, Judged.OPEN_OVERDUE, _PERIOD),
        Order(commune.overdue_closed_after, Fate.RESOLVED, Judged.OPEN_OVERDUE, _PERIOD, _EXPORT),
        Order(commune.paused, Fate.PAUSED, Judged.OPEN, _PERIOD),
        Order(commune.withdrawn, Fate.WITHDRAWN, Judged.ANYHOW, _PERIOD, _IN_PERIOD),
        Order(commune.undetermined, Fate.UNDETERMINED, Judged.OPEN, _IN_PERIOD),
        Order(commune.lagging, Fate.LAGGING, Judged.IN_TIME, _PERIOD, _IN_PERIOD),
        Order(commune.odd, Fate.ODD, Judged.IN_TIME, _PERIOD, _IN_PERIOD),
        Order(commune.refused, Fate.REFUSED, Judged.OPEN, _PERIOD),
        Order(commune.received // 7, Fate.RESOLVED, Judged.IN_TIME, before, before),
        Order(2, Fate.RESOLVED, Judged.IN_TIME, before, _IN_PERIOD),
        Order(1, Fate.RESOLVED, Judged.LATE, before, _IN_PERIOD),
        Order(6, Fate.RESOLVED, Judged.IN_TIME, _EXPORT, _EXPORT),
        Order(2, Fate.PENDING, Judged.OPEN, _EXPORT),
    ]
    if not commune.register:
        orders.append(Order(1, Fate.WITHDRAWN, Judged.ANYHOW, before, before))
    if commune.overdue:
        orders.append(Order(1, Fate.PENDING, Judged.OPEN_OVERDUE, before))
    if commune.spoilt is Spoilt.NO_RECEIVED_DATE:
        orders.append(Order(1, Fate.PENDING, Judged.OPEN, _PERIOD, spoilt=commune.spoilt))
    elif commune.spoilt is not None:
        orders.append(Order(1, Fate.RESOLVED, Judged.IN_TIME, _PERIOD, _IN_PERIOD, commune.spoilt))
    return orders


def district_orders() -> list[Order]:
    """What the district's export holds: 1 April to 5 September; 641 received in the period."""
    before: Span = (date(2023, 4, 3), PERIOD_START - timedelta(days=1))
    first_day: Span = (PERIOD_START, PERIOD_START)
    return [
        # Received in the period: 630 on time, 8 late, 1 pending, 2 withdrawn.
        Order(615, Fate.RESOLVED, Judged.IN_TIME, _PERIOD, _IN_PERIOD),
        Order(9, Fate.RESOLVED, Judged.NO_DUE_DATE, _PERIOD, _IN_PERIOD),
        Order(4, Fate.DECLINED, Judged.IN_TIME, _PERIOD, _IN_PERIOD),
        Order(2, Fate.LAGGING, Judged.IN_TIME, _PERIOD, _IN_PERIOD),
        Order(7, Fate.RESOLVED, Judged.LATE, _PERIOD, _IN_PERIOD),
        Order(1, Fate.DECLINED, Judged.LATE, _PERIOD, _IN_PERIOD),
        Order(1, Fate.PENDING, Judged.OPEN_IN_TIME, _PERIOD),
        Order(2, Fate.WITHDRAWN, Judged.ANYHOW, _PERIOD, _IN_PERIOD),
        # Received before it and closed before it: in no figure.
        Order(262, Fate.RESOLVED, Judged.IN_TIME, before, before),
        Order(6, Fate.RESOLVED, Judged.LATE, before, before),
        Order(2, Fate.DECLINED, Judged.IN_TIME, before, before),
        Order(2, Fate.WITHDRAWN, Judged.ANYHOW, before, before),
        # Carried over into it.
        Order(54, Fate.RESOLVED, Judged.IN_TIME, before, _IN_PERIOD),
        Order(3, Fate.RESOLVED, Judged.IN_TIME, before, first_day),
        Order(7, Fate.RESOLVED, Judged.LATE, before, _IN_PERIOD),
        Order(2, Fate.DECLINED, Judged.IN_TIME, before, _IN_PERIOD),
        Order(2, Fate.WITHDRAWN, Judged.ANYHOW, before, _IN_PERIOD),
        Order(2, Fate.RESOLVED, Judged.OPEN_OVERDUE, before, _EXPORT),
        Order(3, Fate.PENDING, Judged.OPEN_OVERDUE, before),
        Order(2, Fate.PENDING, Judged.OPEN_NO_DUE_DATE, before),
        Order(4, Fate.PAUSED, Judged.OPEN, before),
        # Received before it, said to be done, without a date: in no figure of this period.
        Order(3, Fate.UNDETERMINED, Judged.OPEN, before),
        # Received after it.
        Order(4, Fate.RESOLVED, Judged.IN_TIME, _EXPORT, _EXPORT),
        Order(5, Fate.PENDING, Judged.OPEN, _EXPORT),
        # Never received; one bears a received date all the same.
        Order(6, Fate.REFUSED, Judged.OPEN, _PERIOD),
        Order(1, Fate.REFUSED, Judged.ANYHOW, _PERIOD),
        # Unusable rows.
        Order(1, Fate.RESOLVED, Judged.IN_TIME, _PERIOD, _IN_PERIOD, Spoilt.NO_CODE),
        Order(1, Fate.PENDING, Judged.OPEN, _PERIOD, spoilt=Spoilt.NO_RECEIVED_DATE),
    ]
