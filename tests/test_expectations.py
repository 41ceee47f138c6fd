"""Great Expectations is imported without what no check needs, which is there all the same."""

from __future__ import annotations

import subprocess
import sys

import pytest

CODE = """
import sys
from pipelines.expectations import library
assert library().__name__ == "great_expectations"
assert not {"scipy.stats._stats_py", "altair.vegalite"} & sys.modules.keys(), "loaded too early"
"""


@pytest.mark.parametrize(
    "used",
    [
        "",
        "import scipy.stats; assert round(scipy.stats.norm.cdf(0), 3) == 0.5",
        "from scipy import stats; assert round(stats.norm.cdf(0), 3) == 0.5",
        "import altair; import altair as alt; assert altair.Chart is alt.Chart",
    ],
)
def test_what_is_not_needed_comes_when_it_is_used(used: str) -> None:
    command = [sys.executable, "-c", CODE + used]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
