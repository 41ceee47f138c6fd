"""The office that reports: what stands in the head, the text and the signature of its documents.

It is the unit that all units of the period lie in (`units.csv`); `DATA/office.yml` says
otherwise, one line per field of `Office`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from pipelines.errors import DataError
from pipelines.units import TYPE_WORDS, Unit, lineage, load_units
from pipelines.workspace import Workspace

FILE = "office.yml"
_BLANK = "…………"


@dataclass(frozen=True)
class Office:
    """The reporting office; a blank to be filled in by hand is a row of dots."""

    name: str = _BLANK  # Huyện Cầu Kè
    kind: str = "địa phương"  # huyện
    level: str = ""  # district
    place: str = _BLANK  # Cầu Kè
    province: str = _BLANK  # tỉnh Trà Vinh
    agency: str = f"ỦY BAN NHÂN DÂN\n{_BLANK}"  # the head of its documents, line by line
    document_code: str = "BC-UBND"
    system: str = "iGate"
    signed_for: str = "TM. ỦY BAN NHÂN DÂN"
    signer_title: str = "CHỦ TỊCH"
    signer: str = ""
    recipients: str = "- Như trên;\n- Lưu: VT."


def load_office(workspace: Workspace, units: pa.Table) -> Office:
    """Return the office above all units of a period's `counts_by_unit`, and what `office.yml`
    says of it. Raises `DataError` if that file is not a list of fields and texts.
    """
    office = _above(units, load_units(workspace.reference))
    return replace(office, **_own_words(workspace.data / FILE, workspace))


def _own_words(path: Path, workspace: Workspace) -> dict[str, str]:
    if not path.is_file():
        return {}
    known = [field.name for field in fields(Office)]
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8-sig")) or {}
        unknown = [name for name in content if name not in known]
        wrong = [name for name, text in content.items() if not isinstance(text, str)]
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError, TypeError) as error:
        raise DataError(
            f"{workspace.shown(path)} không đọc được: hãy ghi mỗi dòng dạng «tên: nội dung», "
            f"với các tên {', '.join(known)}."
        ) from error
    for name in [*unknown, *wrong]:
        raise DataError(
            f"{workspace.shown(path)}: «{name}» không phải một mục có nội dung chữ; "
            f"các mục dùng được là {', '.join(known)}."
        )
    return dict(content)


def _above(units: pa.Table, known: list[Unit]) -> Office:
    """Return the lowest territory that all units with dossiers lie in."""
    rows = [row for row in units.to_pylist() if row["in_scope"]]
    if not rows:
        return Office()
    on: date = rows[0]["period_end"]
    heirs = {
        code: held.code
        for code, _, held in lineage(known)
        if held.valid_from <= on <= held.valid_to
    }
    by_code: dict[str, Unit] = {}
    for unit in sorted(known, key=lambda unit: (unit.valid_from <= on, unit.valid_from)):
        by_code[unit.code] = unit  # the one valid at the period's end, or the last before it

    def chain(code: str) -> list[str]:
        above = []
        while code in by_code and code not in above:
            above.append(code)
            code = by_code[code].parent
        return [heirs.get(code, code) for code in above]

    chains = [chain(row["unit_code"] or "") for row in rows]
    common = [code for code in chains[0] if all(code in other for other in chains)]
    territories = [by_code[code] for code in common if _type_word(by_code[code].name)]
    if not territories:
        return Office()
    unit, province = territories[0], by_code[chain(territories[0].code)[-1]]
    word = _type_word(unit.name)
    bare = unit.name[len(word) :].strip()
    return Office(
        name=unit.name,
        kind=word,
        level=unit.level,
        place=unit.name if bare.isdigit() else bare,
        province=province.name[0].lower() + province.name[1:],
        agency=f"ỦY BAN NHÂN DÂN\n{unit.name.upper()}",
    )


def _type_word(name: str) -> str:
    return next((word for word in TYPE_WORDS if name.lower().startswith(f"{word} ")), "")
