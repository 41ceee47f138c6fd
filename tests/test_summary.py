"""The printed summary: what the clerk can see adding up, and no flood of lines."""

from __future__ import annotations

import io

import duckdb
from rich.console import Console

from pipelines.findings import samples_of
from pipelines.numbers import count_text
from pipelines.summary import _print_sources, _print_tie_out


def source(name: str, accepted: int = 1000, rejected: int = 0) -> dict[str, object]:
    return {
        "source_file": name,
        "layout": "D",
        "rows_read": accepted + rejected + 6,
        "accepted": accepted,
        "rejected": rejected,
        "ignored": 6,
    }


def printed(rows: list[dict[str, object]]) -> list[str]:
    out = io.StringIO()
    _print_sources(rows, Console(file=out, width=120))
    return [" ".join(line.split()) for line in out.getvalue().splitlines()]


def test_few_files_are_all_listed() -> None:
    lines = printed([source(f"{n}.csv") for n in range(14)])
    assert len(lines) == 1 + 14 + 1
    assert lines[-1] == "Cộng 14 tệp 14.084 14.000 00 84"


def test_of_a_thousand_files_only_the_odd_ones_are_listed() -> None:
    rows = [source(f"{n:04d}.csv") for n in range(1000)]
    rows[7] = source("0007.csv", rejected=3)
    rows[500] |= {"layout": None, "rows_read": 0, "accepted": 0, "ignored": 0}
    lines = printed(rows)
    assert lines == [
        "Tệp Số dòng Nhận Loại Bỏ qua",
        "0007.csv 1.009 1.000 03 06",
        "0500.csv không đọc được",
        "Các tệp còn lại (998) 1.003.988 998.000 00 5.988",
        "Cộng 1.000 tệp 1.004.997 999.000 03 5.994",
    ]


def test_the_lines_are_bounded_and_add_up_though_every_file_is_odd() -> None:
    rows = [source(f"{n:04d}.csv", rejected=1) for n in range(1000)]
    lines = printed(rows)
    assert len(lines) < 40
    assert lines[-1] == "Cộng 1.000 tệp 1.007.000 1.000.000 1.000 6.000"
    assert lines[-2] == f"Các tệp còn lại (970) {count_text(970 * 1007)} 970.000 970 5.820"


def test_the_name_of_a_file_is_no_markup() -> None:
    assert printed([source("[red]a[/red].csv")])[1].startswith("[red]a[/red].csv")


def test_what_the_accepted_rows_are_can_be_seen_adding_up() -> None:
    out = io.StringIO()
    console = Console(file=out, width=200)
    tie_out = {"accepted": 13311, "dossiers": 12445, "superseded": 866, "procedures": 413}
    _print_tie_out(tie_out, console)
    assert out.getvalue().strip() == (
        "Nhận 13.724 dòng = 12.445 hồ sơ + 866 dòng đã có bản mới hơn của cùng hồ sơ + "
        "413 thủ tục trong danh mục."
    )


def test_each_example_of_a_finding_stands_on_a_line_of_its_own() -> None:
    with duckdb.connect() as connection:
        connection.execute(
            "create table odd as select unnest(['một', 'hai', 'ba' || chr(27)]) as sample"
        )
        assert samples_of(connection, "odd") == (3, "ba\ufffd\nhai\nmột")
