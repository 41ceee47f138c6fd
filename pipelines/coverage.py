"""Which periods the exports cover."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from pipelines.inputs import snapshot_of
from pipelines.periods import Period, listed_periods, load_period, periods_of
from pipelines.sources import Source
from pipelines.staging_cache import DOSSIERS

_KINDS = "QMHNY"


@dataclass(frozen=True)
class Coverage:
    """The days on which dossiers were received, in order, and the day up to which the newest
    export tells; None if no export states one.
    """

    days: list[date]
    newest: date | None

    def touches(self, period: Period) -> bool:
        """Return whether a dossier was received in the period and the period had begun by then."""
        place = bisect_left(self.days, period.start)
        begun = self.newest is None or period.start <= self.newest
        return begun and place < len(self.days) and self.days[place] <= period.end


def coverage(sources: Iterable[Source], reference: Path) -> Coverage:
    """Return what the staged dossier exports among `sources`, of which there is one, cover."""
    paths, snapshots = [], []
    for source in sources:
        own = [str(each.path) for each in source.staged if each.kind == DOSSIERS]
        paths += own
        if own:
            snapshots.append(snapshot_of(source, reference))
    rows = duckdb.execute(
        """select distinct cast(received_at as date) as received_on
        from read_parquet($paths)
        where ignored_as is null and reject_reason is null
        order by received_on""",
        {"paths": paths},
    ).fetchall()
    newest = max((each for each in snapshots if each is not None), default=None)
    return Coverage([received_on for (received_on,) in rows], newest)


def covered_periods(covered: Coverage, reference: Path) -> list[Period]:
    """Return the periods of every kind that a dossier was received in, the shorter kinds and the
    older periods first.

    One that begins after the newest export is not covered: a received date that lies there is a
    slip of the keyboard. So a date far off costs a few periods, and not all those in between.
    """
    years = {year for day in covered.days for year in (day.year, day.year + 1)}
    names = {name for year in years for name in periods_of(year)} | {*listed_periods(reference)}
    periods = [load_period(name, reference) for name in names]
    found = [period for period in periods if covered.touches(period)]
    return sorted(
        found, key=lambda period: (_KINDS.index(period.name[4]), period.start, period.name)
    )
