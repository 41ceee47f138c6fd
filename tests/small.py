"""Small publications for tests of the command: a few dossiers, written as an export and for the
oracle from one description, so that both start from the same lives.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import build
import oracle

from pipelines import cli

START, END = date(2023, 6, 5), date(2023, 9, 1)
_UNITS = {
    "Xã Hòa Ân": ("UBND xã Hòa Ân", "commune"),
    "Xã Tam Ngãi": ("UBND xã Tam Ngãi", "commune"),
    "Huyện Cầu Kè": ("UBND huyện Cầu Kè", "district"),
}
_CHANNELS = {"online": "Trực tuyến", "in_person": "Trực tiếp", "postal": "Bưu chính"}
_STATUSES = {
    "resolved": "Đã trả kết quả",
    "processing": "Đang xử lý",
    "paused": "Chờ bổ sung",
    "withdrawn": "Rút hồ sơ",
}


@dataclass(frozen=True)
class Life:
    """One dossier."""

    number: int
    unit: str = "Xã Hòa Ân"
    received: date = date(2023, 6, 5)
    due: date | None = date(2023, 6, 12)
    finished: date | None = date(2023, 6, 8)
    channel: str = "online"
    group: str = "resolved"
    field: str = "Hộ tịch"

    @property
    def code(self) -> str:
        return f"H59.18-230605-{self.number:04d}"

    def exported(self) -> dict[str, object]:
        """The dossier as a row of an export."""
        return build.dossier(
            self.number,
            unit=_UNITS[self.unit][0],
            received=_text(self.received),
            due=_text(self.due),
            finished=_text(self.finished),
            returned="",
            channel=_CHANNELS[self.channel],
            status=_STATUSES[self.group],
            field=self.field,
        )

    def judged(self) -> oracle.DossierRow:
        """The dossier as the oracle takes it."""
        return oracle.DossierRow(
            code=self.code,
            level=_UNITS[self.unit][1],
            unit_name=self.unit,
            field=self.field,
            procedure_code="1.000894",
            channel=self.channel,
            status_group=self.group,
            received_on=self.received,
            due_on=self.due,
            extended_due_on=None,
            finished_on=self.finished,
            returned_on=None,
            snapshot=(END, "", "", self.number),
        )


def _text(day: date | None) -> str:
    return "" if day is None else day.strftime("%d/%m/%Y")


def export(data: Path, name: str, lives: Iterable[Life]) -> Path:
    """Write the dossiers as layout D into the raw folder."""
    folder = data / "raw" / "2023Q3"
    folder.mkdir(parents=True, exist_ok=True)
    return build.write_csv(folder / name, build.lines([life.exported() for life in lives]))


def igate(command: str, data: Path, *arguments: str) -> int:
    """Run a command over `data` in this process and return its exit status."""
    return cli.run([command, *arguments, "--data", str(data)])
