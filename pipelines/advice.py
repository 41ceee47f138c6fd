"""What to add where, so that a text of an export is known: the very line of the very CSV.

Followed to the letter, an advice makes the text known; tests hold that. A path is shown by its
last two folders, so that the same exports give the same findings wherever `DATA` lies.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from pipelines.labels import explained
from pipelines.reference import read_csv
from pipelines.text import clean, key
from pipelines.units import Unit, UnitIndex

_NEAR = 3
_LEVELS = ("province", "district", "commune")
# Comparing costs milliseconds; so many unknown texts are no drift but another column's content.
_MOST_COMPARED = 200


def csv_line(values: Sequence[str]) -> str:
    """Return one line of a CSV file, quoted where it must be."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(values)
    return line.getvalue()


def shown_path(folder: Path, name: str) -> str:
    """Return the path of a reference table as a message shows it: `data/reference/units.csv`."""
    return f"{folder.parent.name}/{folder.name}/{name}.csv"


def text_advices(texts: Sequence[str], folder: Path, name: str) -> list[str]:
    """Return `text_advice` for each of `texts`; beyond the first 200 only where to look."""
    left = f"xem lại cột này trong tệp, hoặc bổ sung {shown_path(folder, name)}"
    return [
        text_advice(text, folder, name) if position < _MOST_COMPARED else left
        for position, text in enumerate(texts)
    ]


def text_advice(text: str, folder: Path, name: str) -> str:
    """Return the line to add to the reference table `name` for a text that it does not have.

    The table has the columns text, what it stands for, source. The nearest known text gives the
    most likely meaning; all that there are are listed.
    """
    listed = read_csv(folder, name)
    column = [*listed[0]][1] if listed else ""
    rows = [list(row.values()) for row in listed]
    known = {key(row[0]): row for row in rows}
    near = get_close_matches(key(text), known, n=1, cutoff=0.6)
    meanings = ", ".join(explained(column, each) for each in dict.fromkeys(r[1] for r in rows))
    meaning, why = "NHÓM", "NHÓM là"
    if near:
        likely = known[near[0]]
        meaning, why = (
            likely[1],
            f"{explained(column, likely[1])} vì gần giống «{likely[0]}»; có thể là",
        )
    line = csv_line([clean(text), meaning, "bổ sung"])
    return f"thêm dòng «{line}» vào {shown_path(folder, name)} ({why} {meanings})"


class UnitAdvice:
    """Says what to do about units' names that are unknown or ambiguous."""

    def __init__(self, units: list[Unit], index: UnitIndex, folder: Path) -> None:
        self._index = index
        self._path = shown_path(folder, "units")
        rows = read_csv(folder, "units")
        labels = {row["level"]: row["label_vi"] for row in read_csv(folder, "levels")}
        *others, last = (explained("level", each, labels) for each in _LEVELS)
        self._levels = f"{', '.join(others)} hoặc {last}"
        self._compared = 0
        self._rows = {
            (unit.code, unit.valid_from): (number, row)
            for number, (unit, row) in enumerate(zip(units, rows, strict=True), start=2)
        }
        self._parents = {unit.code: unit.name for unit in units}

    def of(self, text: str, context: str, found: list[Unit]) -> str:
        """Return what to do about `text` (or, if it is empty, about what `context` says), for
        which `UnitIndex.match` has `found` no unit, or several.
        """
        text, context = clean(text), clean(context)
        if not text and not context:
            return (
                "tệp không có cột đơn vị, tiêu đề và tên trang tính cũng không ghi: hãy ghi tên "
                "đơn vị vào một dòng phía trên tiêu đề bảng rồi chạy lại"
            )
        named = clean((text or context.split("|")[0]).replace("|", " "))
        self._compared += not found
        near = found if self._compared > _MOST_COMPARED else found or self._index.resembling(named)
        units = list({(unit.code, unit.name): unit for unit in near}.values())
        choices = [
            f"nếu là {self._shown(unit)}, thay dòng {self._rows[unit.code, unit.valid_from][0]} "
            f"bằng «{self._line(unit, named)}»"
            for unit in units[: len(units) if found else _NEAR]
        ]
        if found:
            return (
                "tên này khớp nhiều đơn vị; hãy ghi rõ đơn vị cấp trên trong tệp, hoặc sửa "
                f"{self._path}: {'; '.join(choices)}"
            )
        new = csv_line(["MÃ", named, "", "CẤP", "MÃ-CẤP-TRÊN", "", "", ""])
        choices.append(f"nếu là đơn vị mới, thêm dòng «{new}» (CẤP là {self._levels})")
        return f"sửa {self._path}: {'; '.join(choices)}"

    def _shown(self, unit: Unit) -> str:
        parent = self._parents.get(unit.parent)
        return f"{unit.name} ({unit.code}{f', {parent}' if parent else ''})"

    def _line(self, unit: Unit, alias: str) -> str:
        _, row = self._rows[unit.code, unit.valid_from]
        aliases = "|".join([*unit.aliases, alias])
        return csv_line(list({**row, "aliases": aliases}.values()))
