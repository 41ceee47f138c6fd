"""Invented dossiers: each is drawn until it is what was ordered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import Enum

from sample.catalogue import Procedure
from sample.chance import Chance
from sample.days import EXPORT_DAY, PERIOD_END, add_working_days, desk_days, working_days
from sample.people import Person

Span = tuple[date, date]
_DRAWS = 20_000


class Fate(Enum):
    """What became of a dossier, as far as its status text is concerned."""

    RESOLVED = "resolved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    PENDING = "pending"
    PAUSED = "paused"
    UNDETERMINED = "undetermined"  # the status says done, no date says when
    REFUSED = "refused"  # never received
    LAGGING = "lagging"  # closed, but the status still says processing
    ODD = "odd"  # closed, with a status text that no table knows


class Judged(Enum):
    """How its closing, or its being open at the period's end, stands to its due date."""

    IN_TIME = "closed on the due date or before"
    LATE = "closed after the due date"
    NO_DUE_DATE = "closed, no due date"
    ANYHOW = "closed, whenever"
    OPEN_IN_TIME = "open, due after the period"
    OPEN_OVERDUE = "open, due before the period's end"
    OPEN_NO_DUE_DATE = "open, no due date"
    OPEN = "open, whenever due"


class Spoilt(Enum):
    """What makes a row unusable, so that a reader has to reject it."""

    NO_CODE = "the code is blank"
    SCIENTIFIC_CODE = "a spreadsheet turned the code into a number"
    DATE_CODE = "a spreadsheet turned the code into a date"
    NO_RECEIVED_DATE = "being processed, yet without a received date"
    IMPOSSIBLE_DATE = "received on 31 February"


@dataclass(frozen=True)
class Order:
    """`count` dossiers of one kind: received in one span, closed (if at all) in another."""

    count: int
    fate: Fate
    judged: Judged
    received: Span
    closed: Span | None = None
    spoilt: Spoilt | None = None


@dataclass(frozen=True)
class Dossier:
    """One dossier with all its dates; `code` is blank until `number` has given it one."""

    unit: str
    procedure: Procedure
    applicant: Person
    submitter: Person
    desk_officer: Person
    channel: str
    submitted: datetime
    received: datetime | None
    due: datetime | None
    finished: datetime | None
    returned: datetime | None
    fate: Fate
    turned: date
    """For a paused or undetermined dossier: since when."""
    flavour: float
    """In [0, 1): settles how its cells are worded, the same way in every file."""
    spoilt: Spoilt | None = None
    code: str = ""
    received_as_first_exported: datetime | None = None

    @property
    def closed(self) -> datetime | None:
        """When it was finished or, failing that, returned."""
        return self.finished or self.returned


@dataclass(frozen=True)
class Desk:
    """A one-stop desk: what it handles and who comes to it."""

    unit: str | None
    """None at the district's desk, where the procedure names the department."""
    code_prefixes: tuple[str, str]
    procedures: Sequence[Procedure]
    citizens: Sequence[Person]
    officers: Sequence[Person]

    def take(self, orders: Sequence[Order], chance: Chance) -> list[Dossier]:
        """The ordered dossiers, numbered, in the order in which they were submitted."""
        drawn = [self._draw(order, chance) for order in orders for _ in range(order.count)]
        return self._number(sorted(drawn, key=lambda dossier: dossier.submitted), chance)

    def _number(self, dossiers: Sequence[Dossier], chance: Chance) -> list[Dossier]:
        last: dict[str, int] = {}
        numbered = []
        for dossier in dossiers:
            # One desk in transition: most codes are of the newer generation, some of the older.
            prefix = self.code_prefixes[1 if chance.happens(0.12) else 0]
            series = f"{prefix}-{dossier.submitted:%y%m%d}"
            last[series] = last.get(series, 0) + 1
            numbered.append(replace(dossier, code=f"{series}-{last[series]:04d}"))
        return numbered

    def _draw(self, order: Order, chance: Chance) -> Dossier:
        weights = [procedure.weight for procedure in self.procedures]
        for _ in range(_DRAWS):
            days, busy = desk_days(*order.received)
            day = chance.weighted(days, busy)
            procedure = chance.weighted(self.procedures, weights)
            due = add_working_days(day, procedure.days)
            if not _open_as_ordered(order.judged, due):
                continue
            if order.closed is None:
                return self._fill(order, day, procedure, due, None, chance)
            choices = _closing_days(order.judged, day, procedure.days, order.closed)
            if choices:
                closing = _closing_day(choices, due, chance)
                return self._fill(order, day, procedure, due, closing, chance)
        raise ValueError(f"no dossier can be like this: {order}")

    def _fill(
        self,
        order: Order,
        day: date,
        procedure: Procedure,
        due_day: date,
        closing: date | None,
        chance: Chance,
    ) -> Dossier:
        received = _at_the_desk(day, chance)
        channel = _channel(procedure, chance)
        if channel == "online" and chance.happens(0.3):
            evening = timedelta(hours=18, minutes=chance.between(0, 270))
            submitted = datetime.combine(day - timedelta(days=1), time()) + evening
        else:
            submitted = received - timedelta(minutes=chance.between(2, 12))
        due: datetime | None
        if order.judged in (Judged.NO_DUE_DATE, Judged.OPEN_NO_DUE_DATE):
            due = None
        elif procedure.days == 0:
            due = datetime.combine(day, time(11 if day.weekday() == 5 else 17))
        else:
            due = datetime.combine(due_day, received.time())
        finished = returned = None
        if closing is not None:
            finished = _finish(received, closing, chance)
            if order.fate is Fate.RESOLVED:
                returned = _return(finished, chance)
                if chance.happens(0.012):  # only the hand-over was booked
                    finished, returned = None, finished
        applicant = chance.pick(self.citizens)
        turned = add_working_days(day, chance.between(1, 4))
        if order.fate is Fate.REFUSED and order.judged is not Judged.ANYHOW:
            submitted, received_cell, due = received, None, None
        else:
            received_cell = received
        return Dossier(
            unit=self.unit or procedure.unit,
            procedure=procedure,
            applicant=applicant,
            submitter=applicant if chance.happens(0.85) else chance.pick(self.citizens),
            desk_officer=chance.pick(self.officers),
            channel=channel,
            submitted=submitted,
            received=received_cell,
            due=due,
            finished=finished,
            returned=returned,
            fate=order.fate,
            turned=min(turned, EXPORT_DAY),
            flavour=chance.fraction(),
            spoilt=order.spoilt,
        )


def _open_as_ordered(judged: Judged, due: date) -> bool:
    if judged is Judged.OPEN_IN_TIME:
        return due > PERIOD_END
    if judged is Judged.OPEN_OVERDUE:
        return due < PERIOD_END
    return True


def _closing_days(judged: Judged, day: date, promised: int, span: Span) -> tuple[date, ...]:
    due = add_working_days(day, promised)
    first, last = max(day, span[0]), span[1]
    if judged is Judged.IN_TIME:
        # Nothing is settled in less than a third of the working days it is given.
        first = max(first, add_working_days(day, promised // 3))
        last = min(last, due)
        if first == last == day:
            return (day,)  # at once, be it on a Saturday
    elif judged in (Judged.LATE, Judged.OPEN_OVERDUE):
        first = max(first, due + timedelta(days=1))
        if judged is Judged.LATE:
            last = min(last, due + timedelta(days=16))
    elif judged in (Judged.NO_DUE_DATE, Judged.ANYHOW):
        last = min(last, day + timedelta(days=10))
    return working_days(first, last) if first <= last else ()


def _closing_day(choices: Sequence[date], due: date, chance: Chance) -> date:
    """Many are closed on the very day they are due; the others mostly towards it."""
    if choices[-1] == due and chance.happens(0.4):
        return due
    return choices[max(chance.below(len(choices)), chance.below(len(choices)))]


def _at_the_desk(day: date, chance: Chance) -> datetime:
    morning = day.weekday() == 5 or chance.happens(0.64)
    minutes = chance.between(0, 215) if morning else chance.between(360, 545)
    return datetime.combine(day, time(7, 5)) + timedelta(minutes=minutes)


def _finish(received: datetime, closing: date, chance: Chance) -> datetime:
    if closing == received.date():
        closing_time = datetime.combine(closing, time(17, 25))
        return min(received + timedelta(minutes=chance.between(8, 95)), closing_time)
    minutes = chance.between(0, 560)
    return datetime.combine(closing, time(7, 30)) + timedelta(minutes=minutes)


def _return(finished: datetime, chance: Chance) -> datetime | None:
    if chance.happens(0.07):
        return None  # nobody has come for it yet
    if chance.happens(0.72):
        same_day = finished + timedelta(minutes=chance.between(3, 22))
        return same_day
    later = add_working_days(finished.date(), chance.between(1, 4))
    if later > EXPORT_DAY:
        return None
    return datetime.combine(later, time(7, 30)) + timedelta(minutes=chance.between(0, 560))


def _channel(procedure: Procedure, chance: Chance) -> str:
    kinds = ("online", "in_person", "postal", "")
    weights = {
        "Toàn trình": (74, 19, 3, 4),
        "Một phần": (51, 42, 3, 4),
        "Còn lại": (0, 93, 2, 5),
    }
    return chance.weighted(kinds, weights[procedure.mode])
