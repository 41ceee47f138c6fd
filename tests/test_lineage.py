"""The graph on disk is the one the SQL gives."""

from __future__ import annotations

from docs.lineage import PATH, lineage


def test_the_lineage_is_current() -> None:
    assert PATH.read_text(encoding="utf-8") == lineage(), "run `make docs`"


def test_a_figure_goes_back_to_the_staged_cells() -> None:
    text = lineage()
    chain = ["cells", "newest_rows", "known_dossiers", "dossiers", "measures", "counts_by_level"]
    assert "measures --> counts_by_level" in text and "counts_by_level[[" in text
    assert all(f"    {name}" in text for name in chain)
