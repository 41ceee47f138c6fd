"""The dictionary on disk is the one the contracts give."""

from __future__ import annotations

from pipelines.data_dictionary import PATH, data_dictionary


def test_the_dictionary_is_current() -> None:
    assert PATH.read_text(encoding="utf-8") == data_dictionary(), "run `make docs`"
