"""Whatever stands in an export: no crash, every row accounted for, every sound dossier counted."""

from __future__ import annotations

import csv
import shutil
import subprocess
import tempfile
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import build
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import UnreadableFile
from pipelines.staging import stage

HEADERS = build.headers("D")
NOISE = st.one_of(
    # A file with a NUL is no text, and is given up as a whole (tests/test_hostile.py).
    st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=12),
    st.sampled_from(
        ["", "-", "…", "Tổng cộng", "05/06/2023", "31/02/2023", "45082", "1,2E+15", "=1+1", "'",
         '"', "\ufeff", "a\nb", "\u00a0", "<b>", "'; drop table dossiers; --", *HEADERS]
    ),
    st.integers(-(10**6), 10**6).map(str),
)  # fmt: skip
noise_rows = st.lists(NOISE, min_size=len(HEADERS), max_size=len(HEADERS))


def sound(number: int) -> list[object]:
    (row,) = build.body([build.dossier(number)], "D")
    return list(row)


def staged(path: Path, folder: Path) -> tuple[list[dict[str, Any]], int]:
    (one,) = stage(build.raw_file(path), folder)
    return pq.read_table(one.path).to_pylist(), one.rows_above


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    noise=st.lists(noise_rows, max_size=8),
    planted=st.integers(1, 5),
    order=st.permutations(range(len(HEADERS))),
    mixing=st.randoms(use_true_random=False),
    delimiter=st.sampled_from([",", ";", "\t"]),
)
def test_sound_dossiers_among_arbitrary_rows(
    noise: list[list[str]], planted: int, order: list[int], mixing: Any, delimiter: str
) -> None:
    rows: list[list[object]] = [*noise, *(sound(number) for number in range(1, planted + 1))]
    mixing.shuffle(rows)
    shuffled = [[row[place] for place in order] for row in [HEADERS, *rows]]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = build.write_csv(folder / "a.csv", shuffled, delimiter=delimiter)
        try:
            found, above = staged(path, folder / "staging")
        except UnreadableFile as reason:
            pytest.fail(f"not read: {reason}")
        with path.open(encoding="utf-8", newline="") as file:
            written = sum(1 for _ in csv.reader(file, delimiter=delimiter))
    assert above + len(found) == written
    verdicts = Counter(
        (row["ignored_as"] is not None, row["reject_reason"] is not None) for row in found
    )
    assert verdicts[True, True] == 0
    accepted = {
        row["dossier_code"]: row["received_at"]
        for row in found
        if row["ignored_as"] is None and row["reject_reason"] is None
    }
    for number in range(1, planted + 1):
        code = str(build.dossier(number)["code"])
        assert accepted[code] == datetime(2023, 6, 5)


@pytest.mark.libreoffice
@pytest.mark.parametrize("layout", ["A", "B", "C", "D", "F", "G"])
@pytest.mark.parametrize("ending", ["xls", "xlsx", "ods", "html", "csv"])
def test_what_libreoffice_writes(layout: str, ending: str, tmp_path: Path) -> None:
    """The same dossiers, laid out by us and written by a program that is not ours."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    dates = {"received": "05/06/2023", "due": "12/06/2023", "finished": "08/06/2023"}
    dossiers = [build.dossier(number, **dates) for number in range(1, 8)]
    titles = ["DANH SÁCH HỒ SƠ UBND xã Hòa Ân, huyện Cầu Kè"] if layout in "AB" else []
    lines = build.lines(dossiers, layout, titles=titles, footers=["Tổng cộng: 7 hồ sơ"])
    (tmp_path / "in").mkdir()
    source = build.write_xlsx(tmp_path / "in" / "a.xlsx", {"Danh sách": lines})
    command = [office, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile"]
    wanted = "csv:Text - txt - csv (StarCalc):44,34,76" if ending == "csv" else ending
    command += ["--convert-to", wanted, "--outdir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    found, _ = staged(tmp_path / f"a.{ending}", tmp_path / "staging")
    accepted = [row for row in found if not row["ignored_as"] and not row["reject_reason"]]
    assert [row["dossier_code"] for row in accepted] == [row["code"] for row in dossiers]
    assert {row["received_at"] for row in accepted} == {datetime(2023, 6, 5)}
    if layout != "G":  # appointmentDate is the promise there as well
        assert {row["due_at"] for row in accepted} == {datetime(2023, 6, 12)}
