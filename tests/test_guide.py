"""The clerks' pages: what is generated is current, complete, small, and fetches nothing."""

from __future__ import annotations

import re
from pathlib import Path

from docs import messages, pictures
from pipelines.checks import data_checks
from pipelines.workspace import Workspace

DOCS = Path(__file__).parent.parent / "docs"


def test_the_messages_are_current() -> None:
    assert messages.PATH.read_text(encoding="utf-8") == messages.messages(), "run `make docs`"


def test_every_finding_says_what_to_do() -> None:
    assert messages.actions().keys() == data_checks().keys()


def test_errors_are_found_in_the_code() -> None:
    sentences = messages.error_sentences("CommandError")
    assert any(text.startswith("Kỳ báo cáo «…» không hợp lệ") for text in sentences)
    assert len(messages.error_sentences("DataError")) > 5


def test_the_pictures_are_current(published_sample: Workspace) -> None:
    drawn = pictures.pictures(published_sample)
    assert {path.name for path in pictures.FOLDER.iterdir()} == drawn.keys()
    for name, svg in drawn.items():
        assert (pictures.FOLDER / name).read_text(encoding="utf-8") == svg, "run `make docs`"


def test_the_pictures_are_small_and_fetch_nothing() -> None:
    texts = [path.read_text(encoding="utf-8") for path in pictures.FOLDER.iterdir()]
    assert sum(map(len, texts)) < 300_000
    assert not any(re.search(r"url\(\s*['\"]?http|@import|@font-face", text) for text in texts)


def test_every_link_of_the_docs_leads_somewhere() -> None:
    for page in [*DOCS.glob("*.md"), DOCS.parent / "README.md"]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
