"""The raw contracts: unambiguous, and they map every known layout as exports.md says."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from pathlib import Path

import build
import pytest

from pipelines import raw_contract
from pipelines.header import find_header
from pipelines.raw_contract import RawContract, common, contract_hash, raw_contracts
from pipelines.readers.sheet import sheet_of_rows
from pipelines.text import fold

PACKAGE = Path(raw_contract.__file__).parent
DOSSIERS, PROCEDURES = raw_contracts()
# What the columns of build.LAYOUTS mean; a column that is not here must not leave the reader.
MEANING = {
    "code": "dossier_code",
    "procedure_code": "procedure_code",
    "procedure_name": "procedure_name",
    "content": "procedure_name",
    "field": "field",
    "unit": "unit",
    "channel": "channel",
    "received": "received_at",
    "due": "due_at",
    "extended": "extended_due_at",
    "finished": "finished_at",
    "returned": "returned_at",
    "status": "status",
}
CATALOGUE_MEANING = {
    name: name
    for name in ("procedure_code", "procedure_name", "field", "level", "agency", "online_service",
                 "working_days", "one_stop")
}  # fmt: skip


@pytest.mark.parametrize("contract", raw_contracts(), ids=lambda contract: contract.name)
def test_no_two_columns_of_a_contract_share_a_folded_alias(contract: RawContract) -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    for column in contract.columns:
        for alias in column.aliases + column.guarded_aliases:
            owners[fold(alias)].add(column.name)
    assert {alias: names for alias, names in owners.items() if len(names) > 1} == {}


@pytest.mark.parametrize("contract", raw_contracts(), ids=lambda contract: contract.name)
def test_every_alias_finds_its_column_in_every_spelling(contract: RawContract) -> None:
    for column in contract.columns:
        for alias in column.aliases + column.guarded_aliases:
            for text in (alias, alias.upper(), fold(alias)):
                found = contract.headers.get(text)
                assert found is not None, text
                assert found.column == column.name
                assert found.guarded == (alias not in column.aliases)


@pytest.mark.parametrize("contract", raw_contracts(), ids=lambda contract: contract.name)
def test_identity_and_anchor_are_required_columns_that_are_kept(contract: RawContract) -> None:
    kept = {column.name: column for column in contract.kept}
    assert kept[contract.identity].required
    assert kept[contract.anchor].required
    assert kept[contract.identity].kind == "identifier"


def test_nothing_that_tells_of_a_person_is_kept() -> None:
    kept = {column.name for column in DOSSIERS.kept}
    assert kept == set(MEANING.values())
    personal = {column.name for column in DOSSIERS.columns if column.personal}
    assert personal >= {"applicant", "identity_number", "phone", "email", "address", "note"}


@pytest.mark.parametrize("layout", sorted(build.LAYOUTS))
def test_every_layout_is_mapped_as_exports_md_says(layout: str) -> None:
    contract, meaning = (PROCEDURES, CATALOGUE_MEANING) if layout == "E" else (DOSSIERS, MEANING)
    rows = [[None if cell is None else str(cell) for cell in row]
            for row in build.header_lines(layout)]  # fmt: skip
    header = find_header(sheet_of_rows("", rows))
    assert header is not None
    assert header.contract is contract
    assert header.layout == layout
    expected = {
        meaning[key]: position
        for position, (_, _, key) in enumerate(build.LAYOUTS[layout])
        if key in meaning
    }
    assert header.columns == expected
    dropped = [text for _, text, key in build.LAYOUTS[layout] if key not in meaning]
    assert header.dropped == dropped
    free = {"procedure_name"} if layout in "BC" else set()
    assert header.guarded == free


@pytest.mark.parametrize("contract", raw_contracts(), ids=lambda contract: contract.name)
def test_layouts_of_the_contract_name_the_headers_of_exports_md(contract: RawContract) -> None:
    for layout, headers in contract.layouts.items():
        stated = {fold(header) for header in build.headers(layout)}
        assert stated <= headers
        # The variant of layout A.
        assert headers - stated <= {fold("Người tiếp nhận")}


def test_a_header_of_no_known_layout_is_called_other() -> None:
    assert DOSSIERS.layout_of(["Mã hồ sơ", "Ngày tiếp nhận", "Một", "Hai", "Ba"]) == "other"


def test_a_layout_is_known_with_a_column_more_or_less() -> None:
    headers = build.headers("D")
    assert DOSSIERS.layout_of([*headers[1:], "Còn lại"]) == "D"


@pytest.mark.parametrize("form", common().date_formats)
def test_every_date_form_stands_day_first_or_year_first(form: str) -> None:
    written = datetime(2023, 6, 5, 8, 1).strftime(form)
    assert written.index("05") < written.index("06") or written.startswith("2023")


@pytest.mark.parametrize(
    "changed",
    [
        "text.py",
        "header.py",
        "raw_contract.py",
        "staging.py",
        pytest.param(
            "typing_sql.py",
        ),
        pytest.param(
            "exports.py",
        ),
        "readers/__init__.py",
        "readers/delimited.py",
        "readers/encoding.py",
        "readers/excel.py",
        "readers/html.py",
        "readers/sheet.py",
        "dossiers.yml",
        "procedures.yml",
        "common.yml",
    ],
)
def test_what_shapes_a_staged_file_is_in_the_contracts_hash(
    changed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = raw_contract.FOLDER if changed.endswith(".yml") else PACKAGE
    target = folder / changed
    assert target.is_file()
    before = contract_hash.__wrapped__()
    genuine = Path.read_bytes
    monkeypatch.setattr(
        Path, "read_bytes", lambda path: genuine(path) + (b"\n" if path == target else b"")
    )
    assert contract_hash.__wrapped__() != before
