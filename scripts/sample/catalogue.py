"""The catalogue of procedures: read from two plain lists, with codes given to those without one.

A list has a heading `# field | unit` and, beneath it, lines `code mode days weight name`:
`mode` is T (toàn trình), M (một phần) or C (còn lại), `days` the processing time in working
days, `weight` how often it occurs among the dossiers, and a name may hold one group
`{a|b}`, which stands for several procedures. The well-known procedures bear the codes they
have on the national portal; the others get codes of a range that is not in use.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DISTRICT_PROCEDURES = 265
COMMUNE_PROCEDURES = 148
_MODES = {"T": "Toàn trình", "M": "Một phần", "C": "Còn lại"}
_GROUP = re.compile(r"\{(.+?)\}")


@dataclass(frozen=True)
class Procedure:
    """One administrative procedure of one level."""

    code: str
    name: str
    field: str
    unit: str
    mode: str
    days: int
    weight: int


@cache
def district_procedures() -> tuple[Procedure, ...]:
    """The 265 procedures of district competence."""
    return _load("thu-tuc-cap-huyen.txt", "1.09", DISTRICT_PROCEDURES)


@cache
def commune_procedures() -> tuple[Procedure, ...]:
    """The 148 procedures of commune competence."""
    return _load("thu-tuc-cap-xa.txt", "2.09", COMMUNE_PROCEDURES)


def _load(file_name: str, free_range: str, expected: int) -> tuple[Procedure, ...]:
    lines = (Path(__file__).parent / file_name).read_text(encoding="utf-8").splitlines()
    procedures: list[Procedure] = []
    field = unit = ""
    for line in lines:
        if line.startswith("# "):
            field, unit = line[2:].split(" | ")
            continue
        code, mode, days, weight, template = line.split(" ", 4)
        for name in _expand(template):
            number = len(procedures) + 1
            own = code != "-" and all(code != other.code for other in procedures)
            procedures.append(
                Procedure(
                    code if own else f"{free_range}{number * 7:04d}",
                    name,
                    field,
                    unit,
                    _MODES[mode],
                    int(days),
                    int(weight),
                )
            )
    for what in ("name", "code"):
        values = [getattr(procedure, what) for procedure in procedures]
        repeated = sorted({value for value in values if values.count(value) > 1})
        if repeated:
            raise ValueError(f"{file_name}: the same {what} twice: {repeated}")
    if len(procedures) != expected:
        raise ValueError(f"{file_name}: {len(procedures)} procedures, {expected} wanted")
    return tuple(procedures)


def _expand(template: str) -> list[str]:
    group = _GROUP.search(template)
    if group is None:
        return [template]
    return [
        template[: group.start()] + choice + template[group.end() :]
        for choice in group.group(1).split("|")
    ]
