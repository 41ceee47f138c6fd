"""Derive the unit lists of ``data/reference`` again (development only).

Nothing at run time needs this script or the package it reads; the CSV files it writes are
reviewed and committed. It must not go into the project's own environment, since the package
draws in a GPL library. Run it from the root of the checkout in an environment of its own::

    python3.11 -m venv UNITS_VENV
    UNITS_VENV/bin/pip install vietnamadminunits==1.0.4
    UNITS_VENV/bin/python scripts/derive_units.py            # writes both files
    UNITS_VENV/bin/python scripts/derive_units.py --check    # only compares; status 1 = differs

In: the data files of ``vietnamadminunits`` 1.0.4 (MIT): the lists before and after 2025-07-01
and the mapping between them; and ``departments.csv``, the departments kept by hand.
Out, all with the columns of :class:`Unit`:

* ``units_national.csv``: the whole country, without departments;
* ``units.csv``: Trà Vinh before, its territory within Vĩnh Long after, and the departments.

The package knows two states, 2025-06-30 and 2025-07-01. Earlier changes are recorded for
Trà Vinh only (``CITY_WARDS``); elsewhere an empty ``valid_from`` means "as far back as we know".

Districts and their departments ended with Law 72/2025/QH15, Article 51(3). No list says where each
open dossier of theirs went: the law gives the tasks to communes and provinces, and under Resolution
190/2025/QH15 whoever takes over goes on from where the dossier stands. In Trà Vinh the default is
the new commune at the district's seat (``SEATS``), and for the land registration branch the
department its office belongs to (``departments.csv``); the check `district_dossiers_moved` lists
what was so moved. Districts elsewhere have no successor: their dossiers stay at district level.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sqlite3
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

PACKAGE = "vietnamadminunits"
PACKAGE_VERSION = "1.0.4"
LAST_OLD_DAY = "2025-06-30"
FIRST_NEW_DAY = "2025-07-01"
TRA_VINH, VINH_LONG = "84", "86"
LEVELS = ("province", "district", "commune")
TWO_WORD_KINDS = ("thành phố", "thị xã", "thị trấn")

# The package normalises tone placement; the statistics office's list does not, and a unit is
# called what that list calls it.
OFFICIAL_SPELLING = {"29320": "Xã Hoà Tân", "29386": "Xã Lương Hoà A"}

# Short forms that no general rule of name normalisation yields.
ALIASES = {
    "842": "TP Trà Vinh|TP. Trà Vinh",
    "851": "TX Duyên Hải|TX. Duyên Hải",
}

# District → the new commune at its seat.
SEATS = {
    "842": "29242",  # Phường Trà Vinh
    "844": "29266",  # Xã Càng Long
    "845": "29308",  # Xã Cầu Kè
    "846": "29341",  # Xã Tiểu Cần
    "847": "29374",  # Xã Châu Thành
    "848": "29416",  # Xã Cầu Ngang
    "849": "29461",  # Xã Trà Cú
    "850": "29513",  # Xã Long Thành
    "851": "29512",  # Phường Duyên Hải
}


class Unit(NamedTuple):
    """One row; the key is (``code``, ``valid_from``).

    ``aliases`` are separated by ``|``. ``level`` is one of ``LEVELS``. ``parent`` is the code of
    the next higher unit on the same days. ``valid_from`` and ``valid_to`` are ISO dates, both
    inclusive; empty means unbounded. ``successor`` is the code of the unit that takes over on
    ``valid_to`` + 1 day: its row begins on that day. Empty: none, or more than one.
    """

    code: str
    name: str
    aliases: str
    level: str
    parent: str
    valid_from: str
    valid_to: str
    successor: str


# Resolution 1277/NQ-UBTVQH15 merged wards 2 and 6 into ward 3 on 2025-01-01. Ward 3 is split in
# two rows because its territory changed, as for every other re-used code.
CITY_WARDS_BEFORE_2025 = (
    Unit("29242", "Phường 3", "", "commune", "842", "", "2024-12-31", "29242"),
    Unit("29245", "Phường 2", "", "commune", "842", "", "2024-12-31", "29242"),
    Unit("29251", "Phường 6", "", "commune", "842", "", "2024-12-31", "29242"),
)
CITY_WARD_3 = "29242"
CITY_WARD_3_FROM = "2025-01-01"


class Package(NamedTuple):
    """What is read from the package, under its own keys (names without marks or spaces).

    ``old``: (province code, name, key, district code, name, key, commune code, name, key), the
    last three empty for the five island districts without communes. ``new``: (province code,
    name, key, commune code, name, key). ``province_sources``: new province key → old keys.
    ``commune_targets``: "province_district_commune" → (new province key, new commune key), for
    communes that went over whole; one that was divided is absent.
    """

    old: list[tuple[str, ...]]
    new: list[tuple[str, ...]]
    province_sources: dict[str, list[str]]
    commune_targets: dict[str, tuple[str, str]]


def read_package() -> Package:
    """Read the package's data files without importing the package.

    Raises ``SystemExit`` with one sentence if the package is absent or of another version.
    """
    try:
        found = version(PACKAGE)
    except PackageNotFoundError:
        found = "none"
    spec = find_spec(PACKAGE)
    if found != PACKAGE_VERSION or spec is None or not spec.submodule_search_locations:
        sys.exit(f"{PACKAGE} {PACKAGE_VERSION} is needed, found: {found}; see the docstring.")
    data = Path(spec.submodule_search_locations[0]) / "data"
    connection = sqlite3.connect(f"file:{data / 'dataset.db'}?mode=ro", uri=True)
    try:
        old = connection.execute(
            "SELECT provinceCode, province, provinceKey, districtCode, district, districtKey,"
            " coalesce(wardCode, ''), coalesce(ward, ''), coalesce(wardKey, '')"
            " FROM admin_units_legacy"
        ).fetchall()
        new = connection.execute(
            "SELECT provinceCode, province, provinceKey, wardCode, ward, wardKey FROM admin_units"
        ).fetchall()
    finally:
        connection.close()
    mapping = json.loads((data / "converter_2025.json").read_text(encoding="utf-8"))
    targets = {
        source: (province, commune)
        for province, communes in mapping["DICT_PROVINCE_WARD_NO_DIVIDED"].items()
        for commune, sources in communes.items()
        for source in sources
    }
    return Package(old, new, mapping["DICT_PROVINCE"], targets)


def clean(name: str) -> str:
    """Return ``name`` in NFC with single spaces and regular capitals.

    The source list writes a few type words with two capitals ("Thị Trấn Ái Tử") and a few
    words that begin with a marked vowel with none ("Xã Đại áng").
    """
    words = unicodedata.normalize("NFC", name).split()
    if " ".join(words[:2]).lower() in TWO_WORD_KINDS:
        words[1] = words[1].lower()
    return " ".join(word if word[0].isascii() else word[0].upper() + word[1:] for word in words)


def provinces(package: Package) -> list[Unit]:
    """Return the provinces: one open row each where nothing changed, else before and after."""
    old = {row[2]: (row[0], clean(row[1])) for row in package.old}
    new = {row[2]: (row[0], clean(row[1])) for row in package.new}
    successor = {
        source: new[target][0]
        for target, sources in package.province_sources.items()
        for source in sources
    }
    unchanged = {
        target
        for target, sources in package.province_sources.items()
        if sources == [target] and old.get(target) == new[target]
    }
    units = []
    for key, (code, name) in old.items():
        if key in unchanged:
            units.append(Unit(code, name, "", "province", "", "", "", ""))
        else:
            units.append(Unit(code, name, "", "province", "", "", LAST_OLD_DAY, successor[key]))
    for key, (code, name) in new.items():
        if key not in unchanged:
            units.append(Unit(code, name, "", "province", "", FIRST_NEW_DAY, "", ""))
    return units


def districts(package: Package) -> list[Unit]:
    """Return the districts; the level ended, and communes at their seats succeed some."""
    rows = {row[3]: (clean(row[4]), row[0]) for row in package.old}
    return [
        Unit(
            code,
            name,
            ALIASES.get(code, ""),
            "district",
            parent,
            "",
            LAST_OLD_DAY,
            SEATS.get(code, ""),
        )
        for code, (name, parent) in rows.items()
    ]


def communes(package: Package) -> list[Unit]:
    """Return the communes before (parent: district) and after (parent: province)."""
    new_code = {(row[2], row[5]): row[3] for row in package.new}
    units = list(CITY_WARDS_BEFORE_2025)
    for row in package.old:
        code, district = row[6], row[3]
        if not code:
            continue
        target = package.commune_targets.get(f"{row[2]}_{row[5]}_{row[8]}")
        successor = new_code[target] if target else ""
        name = OFFICIAL_SPELLING.get(code, clean(row[7]))
        start = CITY_WARD_3_FROM if code == CITY_WARD_3 else ""
        units.append(Unit(code, name, "", "commune", district, start, LAST_OLD_DAY, successor))
    for row in package.new:
        units.append(Unit(row[3], clean(row[4]), "", "commune", row[0], FIRST_NEW_DAY, "", ""))
    return units


def tra_vinh(national: Sequence[Unit]) -> list[Unit]:
    """Return the rows of Trà Vinh and of its territory after 2025-07-01, Vĩnh Long included."""
    top = [unit for unit in national if unit.code in (TRA_VINH, VINH_LONG) and not unit.parent]
    middle = [unit for unit in national if unit.level == "district" and unit.parent == TRA_VINH]
    codes = {unit.code for unit in middle}
    before = [unit for unit in national if unit.level == "commune" and unit.parent in codes]
    heirs = {unit.successor for unit in before if unit.valid_to == LAST_OLD_DAY}
    after = [
        unit
        for unit in national
        if unit.level == "commune" and unit.valid_from == FIRST_NEW_DAY and unit.code in heirs
    ]
    return [*top, *middle, *before, *after]


def ordered(units: Iterable[Unit]) -> list[Unit]:
    """Return ``units`` sorted by level, ``valid_from`` and code (a total order)."""
    return sorted(units, key=lambda unit: (LEVELS.index(unit.level), unit.valid_from, unit.code))


def read_units(path: Path) -> list[Unit]:
    """Read a unit file; an absent file has no rows. Raises ``SystemExit`` on a wrong header."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    if not rows or tuple(rows[0]) != Unit._fields:
        sys.exit(f"{path.name}: the header must be {','.join(Unit._fields)}.")
    return [Unit(*row) for row in rows[1:]]


def to_csv(units: Iterable[Unit]) -> str:
    """Return ``units`` as CSV text with the header and LF line ends."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(Unit._fields)
    writer.writerows(units)
    return buffer.getvalue()


def show_changes(name: str, before: Sequence[Unit], after: Sequence[Unit]) -> bool:
    """Print how many rows were added, removed and changed, and which; return whether any."""
    old = {(unit.code, unit.valid_from): unit for unit in before}
    new = {(unit.code, unit.valid_from): unit for unit in after}
    lines = [f"  + {','.join(new[key])}" for key in sorted(new.keys() - old.keys())]
    lines += [f"  - {','.join(old[key])}" for key in sorted(old.keys() - new.keys())]
    lines += [
        f"  ~ {','.join(old[key])}  =>  {','.join(new[key])}"
        for key in sorted(old.keys() & new.keys())
        if old[key] != new[key]
    ]
    counts = {level: sum(unit.level == level for unit in after) for level in LEVELS}
    print(f"{name}: {len(after)} rows {counts}, {len(lines)} differ from the file on disk")
    shown = 40
    print("\n".join(lines[:shown]), end="\n" if lines else "")
    if len(lines) > shown:
        print(f"  … {len(lines) - shown} more")
    return bool(lines)


def main() -> int:
    """Write (or with ``--check`` compare) both files; return the exit status."""
    parser = argparse.ArgumentParser(description="Derive the reference lists of units again.")
    parser.add_argument(
        "--reference",
        type=Path,
        default=Path(__file__).resolve().parent.parent / "data" / "reference",
        help="folder of the reference files (default: the repository's own)",
    )
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    arguments = parser.parse_args()
    package = read_package()
    national = ordered([*provinces(package), *districts(package), *communes(package)])
    departments = read_units(arguments.reference / "departments.csv")
    wanted = {
        "units.csv": ordered([*tra_vinh(national), *departments]),
        "units_national.csv": national,
    }
    differs = False
    for name, units in wanted.items():
        path = arguments.reference / name
        text = to_csv(units)
        show_changes(name, read_units(path), units)
        differs |= not path.exists() or path.read_bytes() != text.encode()
        if not arguments.check:
            path.write_bytes(text.encode())
    return 1 if differs and arguments.check else 0


if __name__ == "__main__":
    sys.exit(main())
