"""The same exports give the same bytes, and leak nobody."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import make_sample
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from conftest import publish_sample

from pipelines.published_contract import published_contracts
from pipelines.workspace import Workspace


def _parquet(workspace: Workspace) -> dict[str, bytes]:
    return {
        str(path.relative_to(workspace.curated)): path.read_bytes()
        for folder in ("period=2023Q3", "quality")
        for path in sorted((workspace.curated / folder).glob("*.parquet"))
    }


def test_two_runs_in_two_folders_give_the_same_bytes(
    published_sample: Workspace, tmp_path: Path
) -> None:
    other, _ = publish_sample(tmp_path / "elsewhere")
    assert _parquet(other) == _parquet(published_sample)
    assert len(_parquet(other)) == len(published_contracts())


@pytest.fixture(scope="module")
def everything_written(published_sample: Workspace) -> str:
    """All cells of all Parquet files and database tables, and all other files, as one text."""
    texts = []
    for path in published_sample.data.rglob("*"):
        if not path.is_file() or "raw" in path.relative_to(published_sample.data).parts:
            continue
        if path.suffix == ".parquet":
            rows = duckdb.execute("select * from read_parquet($1)", [str(path)]).fetchall()
            texts.append(repr(rows))
        texts.append(path.read_bytes().decode("utf-8", errors="replace"))
    with duckdb.connect(published_sample.database, read_only=True) as connection:
        names = connection.execute("select table_name from duckdb_tables()").fetchall()
        texts += [repr(connection.execute(f"from curated.{n}").fetchall()) for (n,) in names]
    return "\n".join(texts)


def test_no_planted_person_leaves_the_reader(everything_written: str) -> None:
    planted = make_sample.planted_personal_values()
    assert len(planted) > 100
    assert "H59.18" in everything_written  # the text searched is that of the dossiers
    # One search for all of them: thousands would each go through the whole text.
    any_of_them = "|".join(map(re.escape, sorted(planted)))
    searched = [everything_written, f"{everything_written}{max(planted)}"]
    found = pc.match_substring_regex(pa.array(searched), any_of_them)
    assert found.to_pylist() == [False, True]
