"""The snippets of docs/reading-parquet.md give the seed's figure, for each library that is here."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.workspace import Workspace

TEXT = (Path(__file__).parent.parent / "docs" / "reading-parquet.md").read_text(encoding="utf-8")
ALL = [
    (section.split("\n")[0], code)
    for section in TEXT.split("\n## ")[1:]
    for code in re.findall(r"```python\n(.*?)```", section, re.DOTALL)
]


@pytest.mark.parametrize(("section", "code"), ALL, ids=[section for section, _ in ALL])
def test_a_snippet_runs(
    published_sample: Workspace,
    section: str,
    code: str,
) -> None:
    module = re.search(r"^(?:import|from) (\w+)", code, re.MULTILINE)
    assert module
    if importlib.util.find_spec(module.group(1)) is None:
        pytest.skip(f"{module.group(1)} is not installed")
    # In a process of its own, as a reader has it: Spark stays in the one that it was started in, and
    # leaves marks in its environment.
    ended = subprocess.run(
        [sys.executable, "-c", code],
        env={name: value for name, value in os.environ.items() if not name.startswith("SPARK_")},
        cwd=published_sample.data.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    said = ended.stdout
    assert ("641" in said) if section != "Arrow" else said.startswith("8 decimal128(5, 2)")


def test_the_snippets_of_what_is_locked_are_among_them() -> None:
    assert {section for section, _ in ALL} >= {"pandas", "DuckDB", "Arrow", "Polars", "Spark"}
