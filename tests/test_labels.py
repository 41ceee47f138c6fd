"""What leaders read has a Vietnamese name, with the technical one beside it."""

from __future__ import annotations

from lxml import html

from pipelines.labels import table_label
from pipelines.published_contract import published_contracts
from pipelines.workspace import Workspace

VIETNAMESE = set("àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ")


def test_every_published_table_has_a_label() -> None:
    tables = [*published_contracts(), "staged_dossiers", "staged_procedures"]
    labels = {name: table_label(name) for name in tables}
    assert [name for name, label in labels.items() if not VIETNAMESE & set(label.lower())] == []


def test_the_page_of_checks_names_every_table_in_both(published_sample: Workspace) -> None:
    page = html.parse(str(published_sample.curated / "quality" / "checks.html"))
    names = {row.findtext("code"): row.findtext("a") for row in page.iterfind(".//th[a]")}
    made_here = {"findings", "period_findings"}
    assert published_contracts().keys() - made_here <= names.keys()
    for name, label in names.items():
        assert VIETNAMESE & set(label.lower()), name
    summaries = {each.findtext("code"): each.text for each in page.iterfind(".//summary")}
    assert {name: text.strip() for name, text in summaries.items()} == names
