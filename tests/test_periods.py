"""Period names become intervals: the statutory cut-off, other rules, and the overrides."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.coverage import Coverage, covered_periods
from pipelines.errors import CommandError, DataError
from pipelines.periods import load_period, next_period, previous_period, seams

REFERENCE = Path(__file__).resolve().parents[1] / "data" / "reference"
HEADER = "period,start,end,legal_basis"


def reference(folder: Path, *rows: str, header: str = HEADER) -> Path:
    (folder / "periods.csv").write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("2023Q4", "2023-09-15", "2023-12-14"),
        ("2024Q1", "2023-12-15", "2024-03-14"),
        ("2023Q2", "2023-03-15", "2023-06-14"),
        ("2023M10", "2023-09-15", "2023-10-14"),
        ("2023M01", "2022-12-15", "2023-01-14"),
        ("2023H1", "2022-12-15", "2023-06-14"),
        ("2023H2", "2023-06-15", "2023-12-14"),
        ("2023N9", "2022-12-15", "2023-09-14"),
        ("2023Y", "2022-12-15", "2023-12-14"),
    ],
)
def test_the_statutory_rule(name: str, start: str, end: str) -> None:
    period = load_period(name, REFERENCE)
    assert (period.name, period.start, period.end) == (
        name,
        date.fromisoformat(start),
        date.fromisoformat(end),
    )
    assert "09/2019" in period.legal_basis


def test_the_seeds_quarter_is_an_override() -> None:
    period = load_period("2023Q3", REFERENCE)
    assert (period.start, period.end) == (date(2023, 6, 5), date(2023, 9, 1))
    assert "228/SNV-TCBCTCPCP" in period.legal_basis


def test_an_override_touches_its_own_period_alone(tmp_path: Path) -> None:
    folder = reference(tmp_path, "*,15,14,luật", "2023Q3,2023-06-05,2023-09-01,công văn")
    assert load_period("2022Q3", folder).start == date(2022, 6, 15)
    assert load_period("2023M07", folder).end == date(2023, 7, 14)


@pytest.mark.parametrize("written", ["2023q3", " 2023Q3 "])
def test_a_name_is_read_without_case_and_space(written: str, tmp_path: Path) -> None:
    folder = reference(tmp_path, "*,15,14,luật", " 2023q3 ,2023-06-05,2023-09-01,công văn")
    period = load_period(written, folder)
    assert (period.name, period.end) == ("2023Q3", date(2023, 9, 1))


@pytest.mark.parametrize(
    "name", ["", "2023", "2023Q5", "2023Q0", "2023M13", "2023M1", "2023H3", "2023N6", "Q3", "*",
             "2023Q3 2023Q4", "23Q3", "2023Q3x"]
)  # fmt: skip
def test_other_names_are_a_wrong_command(name: str) -> None:
    with pytest.raises(CommandError, match="2023Q3"):
        load_period(name, REFERENCE)


def test_a_rule_from_the_21st_to_the_20th(tmp_path: Path) -> None:
    period = load_period("2024Q1", reference(tmp_path, "*,21,20,tỉnh"))
    assert (period.start, period.end) == (date(2023, 12, 21), date(2024, 3, 20))
    assert period.legal_basis == "tỉnh"


def test_a_rule_of_whole_calendar_months(tmp_path: Path) -> None:
    folder = reference(tmp_path, "*,1,31,lịch")
    assert load_period("2024Q1", folder).start == date(2024, 1, 1)
    assert load_period("2024Q1", folder).end == date(2024, 3, 31)
    assert load_period("2024M02", folder).end == date(2024, 2, 29)
    assert load_period("2023M02", folder).end == date(2023, 2, 28)
    assert load_period("2023Q2", folder).end == date(2023, 6, 30)


@given(year=st.integers(2000, 2090), quarter=st.integers(1, 4), last=st.integers(1, 27))
def test_successive_quarters_neither_overlap_nor_leave_a_gap(
    year: int, quarter: int, last: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = reference(tmp_path_factory.getbasetemp(), f"*,{last + 1},{last},x")
    following = f"{year + 1}Q1" if quarter == 4 else f"{year}Q{quarter + 1}"
    end = load_period(f"{year}Q{quarter}", folder).end
    assert load_period(following, folder).start == end + timedelta(days=1)


def test_the_parts_of_a_year_make_the_year(tmp_path: Path) -> None:
    folder = reference(tmp_path, "*,15,14,luật")
    year = load_period("2022Y", folder)
    for parts in (
        ["2022H1", "2022H2"],
        [f"2022Q{number}" for number in range(1, 5)],
        [f"2022M{number:02d}" for number in range(1, 13)],
        ["2022N9", "2022Q4"],
    ):
        periods = [load_period(part, folder) for part in parts]
        assert (periods[0].start, periods[-1].end) == (year.start, year.end)
        for earlier, later in zip(periods, periods[1:], strict=False):
            assert later.start == earlier.end + timedelta(days=1)


@pytest.mark.parametrize(
    "rows",
    [
        ["2023Q3,2023-06-05,2023-09-01,công văn"],  # no rule
        ["*,15,14,luật", "2023Q4,5/6/2023,2023-09-01,công văn"],
        ["*,15,14,luật", "2023Q4,2023-09-31,2023-12-01,công văn"],
        ["*,15,14,luật", "2023Q4,2023-12-01,2023-09-01,công văn"],
        ["*,mười lăm,14,luật"],
        ["*,0,14,luật"],
    ],
)
def test_an_entry_that_is_no_interval_is_a_data_error(rows: list[str], tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"periods\.csv"):
        load_period("2023Q4", reference(tmp_path, *rows))


@pytest.mark.parametrize("case", ["no file", "short rule", "short override", "other columns"])
def test_a_broken_periods_file_is_a_data_error_too(case: str, tmp_path: Path) -> None:
    if case == "short rule":
        reference(tmp_path, "*,15")
    elif case == "short override":
        reference(tmp_path, "*,15,14,luật", "2023Q4,2023-09-15,2023-12-14")
    elif case == "other columns":
        reference(tmp_path, "2023Q4,1", header="ky,ngay")
    with pytest.raises(DataError, match=r"periods\.csv"):
        load_period("2023Q4", tmp_path)


@pytest.mark.parametrize(
    ("name", "following"),
    [
        ("2023Q3", "2023Q4"),
        ("2023Q4", "2024Q1"),
        ("2023M09", "2023M10"),
        ("2023M12", "2024M01"),
        ("2023H1", "2023H2"),
        ("2023H2", "2024H1"),
        ("2023N9", "2024N9"),
        ("2023Y", "2024Y"),
    ],
)
def test_the_next_period_and_the_one_before_it(name: str, following: str) -> None:
    assert next_period(name) == following
    assert previous_period(following) == name


def test_where_an_override_overlaps_and_leaves_a_gap_is_said() -> None:
    """The seed's quarter began ten days before the one before it ended, and ended early."""
    assert seams(load_period("2023Q3", REFERENCE), REFERENCE) == [
        "trùng 10 ngày với kỳ 2023Q2 (05/06/2023–14/06/2023)",
        "cách kỳ 2023Q4 13 ngày không thuộc kỳ nào (02/09/2023–14/09/2023)",
    ]
    assert seams(load_period("2023Q4", REFERENCE), REFERENCE) == [
        "cách kỳ 2023Q3 13 ngày không thuộc kỳ nào (02/09/2023–14/09/2023)"
    ]
    assert seams(load_period("2023M07", REFERENCE), REFERENCE) == []
    assert seams(load_period("2023Y", REFERENCE), REFERENCE) == []


def test_periods_covered_are_those_a_dossier_was_received_in() -> None:
    days = [date(2024, 12, 14), date(2024, 12, 15), date(2025, 3, 20)]
    found = covered_periods(Coverage(days, date(2025, 3, 25)), REFERENCE)
    assert [period.name for period in found] == [
        *("2024Q4", "2025Q1", "2025Q2"),
        *("2024M12", "2025M01", "2025M04"),
        *("2024H2", "2025H1", "2025N9", "2024Y", "2025Y"),
    ]


def test_a_slip_of_the_keyboard_costs_a_few_periods_and_no_years_between() -> None:
    days = [date(1923, 7, 1), date(2023, 7, 1), date(2203, 7, 1)]
    found = {period.name for period in covered_periods(Coverage(days, date(2023, 9, 5)), REFERENCE)}
    now = {"2023Q3", "2023M07", "2023H2", "2023N9", "2023Y"}
    assert found == now | {name.replace("2023", "1923") for name in now}


def test_a_day_within_two_overlapping_periods_belongs_to_both() -> None:
    found = covered_periods(Coverage([date(2023, 6, 10)], date(2023, 9, 5)), REFERENCE)
    assert {"2023Q2", "2023Q3"} <= {period.name for period in found}
    found = covered_periods(Coverage([date(2023, 9, 10)], date(2023, 9, 15)), REFERENCE)
    assert not {"2023Q3", "2023Q4"} & {period.name for period in found}
