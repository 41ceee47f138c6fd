"""Dossiers whose procedure the catalogue does not have are a finding; no catalogue is another."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tables_of import plain, procedure, rows, tables_of

from pipelines.periods import Period

PERIODS = [
    Period("2023M06", date(2023, 6, 1), date(2023, 6, 30), ""),
    Period("2023M07", date(2023, 7, 1), date(2023, 7, 31), ""),
]
KNOWN = procedure("1.000001", "Cấp xã", 3)
DOSSIERS = [
    plain(1, procedure_code="1.000001", procedure_name="Tên ghi khác"),  # by its code
    plain(2, procedure_code=None, procedure_name="THỦ TỤC  1.000001"),  # by its name
    plain(3, procedure_code="9.999999", procedure_name="Thủ tục 1.000001"),  # the code decides
    plain(4, procedure_code=None, procedure_name="Thủ tục lạ"),
    plain(5, procedure_code=None, procedure_name=None),
    plain(6, procedure_code="9.999999", received=date(2023, 9, 1)),  # in no period
]
FILES = {"a-2023-09-05.csv": DOSSIERS}


def test_each_dossier_outside_the_catalogue_once(tmp_path: Path) -> None:
    """Open through two periods, a dossier is still one."""
    with tables_of(tmp_path, FILES, PERIODS, [KNOWN]) as connection:
        found = rows(connection, "select * from check_procedure_not_in_catalogue")
        missing = rows(connection, "select * from check_no_catalogue")
    assert {row["dossier_code"][-4:]: row["sample"] for row in found} == {
        "0003": "«9.999999 Thủ tục 1.000001»",
        "0004": "«Thủ tục lạ»",
        "0005": "«Chưa rõ thủ tục»",
    }
    assert len(found) == 3
    assert missing == []


def test_without_a_catalogue_that_alone_is_said(tmp_path: Path) -> None:
    with tables_of(tmp_path, FILES, PERIODS) as connection:
        assert rows(connection, "select * from check_procedure_not_in_catalogue") == []
        assert len(rows(connection, "select * from check_no_catalogue")) == 1
        catalogue = rows(connection, "select distinct procedures from procedure_catalogue")
    assert catalogue == [{"procedures": 0}]
