"""Rebuilds the sample exports of Cầu Kè district, quarter III of 2023, byte for byte.

Usage: python scripts/make_sample.py [--out DIR]

Nothing in them is real but the names of places, offices and procedures and the figures of the
district's report no. 481/BC-UBND, which the dossiers add up to: district 641 received (630 on
time, 8 late, 1 pending, 2 withdrawn), communes 9,862.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from sample.catalogue import commune_procedures, district_procedures
from sample.cells import Wording
from sample.chance import Chance
from sample.days import EARLIER_EXPORT_DAY, EXPORT_DAY
from sample.dossiers import Desk, Dossier, Fate
from sample.people import People, Person
from sample.plan import COMMUNES, Commune, commune_orders, district_orders
from sample.text_files import CsvStyle, write_csv, write_html
from sample.workbooks import write_catalogue, write_district, write_register

_SEED = 481
_CITIZENS_PER_COMMUNE = 90
_OFFICERS_PER_DESK = 4
_DEFAULT_OUT = Path(__file__).resolve().parents[1] / "data" / "raw" / "2023Q3"

_CSV_STYLES = {
    "thi-tran-cau-ke": CsvStyle(Wording("%d/%m/%Y %H:%M:%S"), byte_order_mark=True),
    "hoa-an": CsvStyle(Wording(untidy=True), delimiter=";", byte_order_mark=True),
    "an-phu-tan": CsvStyle(Wording("%d/%m/%Y", no_date="-")),
    "hoa-tan": CsvStyle(Wording("%H:%M %d/%m/%Y"), delimiter=";", quote_all=True),
    "ninh-thoi": CsvStyle(Wording("%d-%m-%Y", decomposed=True), byte_order_mark=True),
    "phong-thanh": CsvStyle(Wording("%Y-%m-%dT%H:%M:%S")),
    "thong-hoa": CsvStyle(Wording(shouted=True), delimiter=";", byte_order_mark=True),
    "thanh-phu": CsvStyle(Wording(no_date="…"), byte_order_mark=True),
}
_LISTS_SOME_TWICE = "thong-hoa"
_HTML, _HTML_WITH_OFFICER = "chau-dien", "tam-ngai"


@dataclass(frozen=True)
class Sample:
    """Everything the files are written from."""

    district: Sequence[Dossier]
    communes: Sequence[tuple[Commune, Sequence[Dossier]]]
    clerk: Person
    head: Person


@cache
def sample() -> Sample:
    """Draws all dossiers; each desk has a chance of its own, so that none disturbs another."""
    people = People(_SEED)
    everyone: list[Person] = []
    communes = []
    for number, commune in enumerate(COMMUNES, start=1):
        citizens = [people.citizen(commune.place) for _ in range(_CITIZENS_PER_COMMUNE)]
        everyone += citizens
        desk = Desk(
            unit=commune.unit,
            code_prefixes=(f"H59.18.{number:02d}", f"000.{number:02d}.18.H59"),
            procedures=[procedure for procedure in commune_procedures() if procedure.weight],
            citizens=citizens,
            officers=[people.official() for _ in range(_OFFICERS_PER_DESK)],
        )
        communes.append((commune, desk.take(commune_orders(commune), Chance(_SEED + number))))
    district = Desk(
        unit=None,
        code_prefixes=("H59.18", "000.00.18.H59"),
        procedures=[procedure for procedure in district_procedures() if procedure.weight],
        citizens=everyone,
        officers=[people.official() for _ in range(_OFFICERS_PER_DESK)],
    ).take(district_orders(), Chance(_SEED))
    return Sample(_with_a_corrected_date(district), communes, people.official(), people.official())


def planted_personal_values() -> list[str]:
    """Every invented name, telephone number and address that stands in the files, sorted.

    For tests that no published file holds any of them.
    """
    made = sample()
    values = {made.clerk.name, made.head.name}
    for dossier in made.district:
        values.update(dossier.applicant.values())
    for commune, dossiers in made.communes:
        as_html = commune.slug in (_HTML, _HTML_WITH_OFFICER)
        for dossier in dossiers:
            applicant, submitter = dossier.applicant, dossier.submitter
            values.update((applicant.name, applicant.address))
            if as_html or commune.register:
                values.add(submitter.name)
            if not as_html:
                values.add(applicant.phone)
            if commune.register and submitter is not applicant:
                values.add(submitter.phone)
            if commune.register or commune.slug == _HTML_WITH_OFFICER:
                values.add(dossier.desk_officer.name)
    return sorted(values)


def write_sample(out: Path) -> None:
    """Writes all files of the sample into the folder `out`, which is made if need be."""
    out.mkdir(parents=True, exist_ok=True)
    made = sample()
    earlier = [
        dossier
        for dossier in made.district
        if dossier.submitted.date() <= EARLIER_EXPORT_DAY
        and (dossier.received is None or dossier.received.date() <= EARLIER_EXPORT_DAY)
        and dossier.spoilt is None
    ]
    signers = (made.clerk, made.head)
    write_district(
        out / f"mau-huyen-cau-ke-{EARLIER_EXPORT_DAY}.xlsx", earlier, EARLIER_EXPORT_DAY, *signers
    )
    write_district(out / "mau-huyen-cau-ke.xlsx", made.district, EXPORT_DAY, *signers)
    for commune, dossiers in made.communes:
        _write_commune(out, commune, dossiers)
    write_catalogue(
        out / "mau-danh-muc-tthc.xlsx",
        (("Cấp huyện", district_procedures()), ("Cấp xã", commune_procedures())),
    )


def _write_commune(out: Path, commune: Commune, dossiers: Sequence[Dossier]) -> None:
    stem = commune.slug if commune.kind == "thị trấn" else f"xa-{commune.slug}"
    if commune.slug in _CSV_STYLES:
        rows = _some_twice(dossiers) if commune.slug == _LISTS_SOME_TWICE else dossiers
        path = out / f"mau-{stem}-{EXPORT_DAY}.csv"
        write_csv(path, rows, EXPORT_DAY, _CSV_STYLES[commune.slug])
    elif commune.register:
        write_register(out / f"mau-{stem}-so-theo-doi.xlsx", commune, dossiers, EXPORT_DAY)
    else:
        with_officer = commune.slug == _HTML_WITH_OFFICER
        path = out / f"mau-{stem}.xls"
        write_html(path, commune, dossiers, EXPORT_DAY, with_officer=with_officer)


def _some_twice(dossiers: Sequence[Dossier]) -> list[Dossier]:
    """The list as a screen shows it whose pages overlap: the last rows of a page come again."""
    page, overlap = 200, 6
    listed = list(dossiers[:page])
    for start in range(page, len(dossiers), page):
        listed += dossiers[start - overlap : start + page]
    return listed


def _with_a_corrected_date(dossiers: Sequence[Dossier]) -> list[Dossier]:
    """One dossier of July whose received date was corrected between the two exports."""
    corrected = list(dossiers)
    for index, dossier in enumerate(corrected):
        received = dossier.received
        if received and received > datetime(2023, 7, 11) and dossier.fate is Fate.RESOLVED:
            before = received + timedelta(days=1)
            corrected[index] = replace(dossier, received_as_first_exported=before)
            return corrected
    raise ValueError("the sample holds no dossier of July")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description="Rebuild the sample exports, byte for byte.")
    parser.add_argument(
        "--out", type=Path, default=_DEFAULT_OUT, help="folder to write to (default: %(default)s)"
    )
    write_sample(parser.parse_args().out)


if __name__ == "__main__":
    main()
