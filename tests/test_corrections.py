"""Corrections that an office confirms: applied, listed, and stopped when their error is gone."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import oracle
import pyarrow.parquet as pq
import pytest
import yaml
from small import END, START, Life, export, igate

from pipelines.corrections import load_corrections
from pipelines.errors import DataError
from pipelines.workspace import Workspace

REFERENCE = Workspace(Path("nowhere")).reference
LIVES = [Life(n) for n in range(1, 9)]


def correction(number: int, column: str, expected: object, value: object) -> dict[str, object]:
    return {
        "dossier_code": Life(number).code,
        "column": column,
        "expected": expected,
        "value": value,
        "reason": "Nhập nhầm so với giấy biên nhận",
        "confirmed_by": "Bộ phận Một cửa UBND xã Hòa Ân",
        "confirmed_on": date(2023, 9, 10),
    }


def write(data: Path, *entries: object) -> None:
    folder = data / "reference"
    if not folder.exists():
        shutil.copytree(REFERENCE, folder)
    text = yaml.safe_dump(list(entries), allow_unicode=True, sort_keys=False)
    (folder / "corrections.yml").write_text(text, encoding="utf-8")


def table(data: Path, folder: str, name: str) -> list[dict[str, Any]]:
    path = data / "curated" / folder / f"{name}.parquet"
    rows: list[dict[str, Any]] = pq.read_table(path, partitioning=None).to_pylist()
    return rows


def test_every_column_is_corrected_as_if_it_had_been_entered_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export(tmp_path, "a-2023-09-05.csv", LIVES)
    entries = [
        correction(1, "received_on", date(2023, 6, 5), date(2023, 5, 2)),
        correction(2, "due_on", "12/06/2023", "06/06/2023"),
        correction(3, "finished_on", "2023-06-08", None),
        correction(3, "status", "đã  trả KẾT QUẢ", "Đang xử lý"),
        correction(4, "extended_due_on", None, "2023-06-01"),
        correction(5, "channel", "Trực tuyến", "Bưu chính"),
        correction(6, "unit", "UBND xã Hoà Ân", "UBND xã Tam Ngãi"),
        correction(7, "field", "Hộ tịch", "Đất đai"),
        correction(8, "procedure_code", "1.000894", "2.000815"),
    ]
    write(tmp_path, *entries)
    assert igate("quarter", tmp_path, "2023Q3") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "09 giá trị được chữa theo xác nhận của đơn vị" in said

    right = [
        replace(LIVES[0], received=date(2023, 5, 2)),
        replace(LIVES[1], due=date(2023, 6, 6)),
        replace(LIVES[2], finished=None, group="processing"),
        replace(LIVES[3], due=date(2023, 6, 1)),
        replace(LIVES[4], channel="postal"),
        replace(LIVES[5], unit="Xã Tam Ngãi"),
        replace(LIVES[6], field="Đất đai"),
        LIVES[7],
    ]
    for basis in ("received", "flow"):
        wanted = oracle.counts([life.judged() for life in right], START, END, basis)
        for row in table(tmp_path, "period=2023Q3", "counts_by_level"):
            if row["basis"] == basis:
                expected = wanted[row["level"]]
                assert {name: row[name] for name in expected} == expected
    by_code = {row["dossier_code"]: row for row in table(tmp_path, "period=2023Q3", "dossiers")}
    assert by_code[LIVES[5].code]["unit_name"] == "Xã Tam Ngãi"
    assert by_code[LIVES[6].code]["field"] == "Đất đai"
    assert by_code[LIVES[7].code]["procedure_code"] == "2.000815"
    assert by_code[LIVES[6].code]["source_row"] == 8

    listed = table(tmp_path, "quality", "corrected_dossiers")
    assert [(row["dossier_code"], row["column"]) for row in listed] == sorted(
        (entry["dossier_code"], entry["column"]) for entry in entries
    )
    of = {(row["dossier_code"], row["column"]): row for row in listed}
    first = of[LIVES[1].code, "due_on"]
    assert (first["value_before"], first["value_after"]) == ("2023-06-12", "2023-06-06")
    assert first["confirmed_on"] == date(2023, 9, 10)
    assert (first["source_file"], first["source_row"]) == ("2023Q3/a-2023-09-05.csv", 3)
    assert of[LIVES[2].code, "finished_on"]["value_after"] is None
    assert of[LIVES[3].code, "extended_due_on"]["value_before"] is None
    (finding,) = [
        row
        for row in table(tmp_path, "quality", "findings")
        if row["check_id"] == "corrected_dossier"
    ]
    assert (finding["severity"], finding["count"]) == ("info", 9)

    # Taken back, the figures move back, and the diff marks whose correction it was.
    write(tmp_path)
    assert igate("quarter", tmp_path, "2023Q3") == 0
    capsys.readouterr()
    assert igate("diff", tmp_path, "2023Q3") == 0
    assert "(đã chữa)" in capsys.readouterr().out
    wanted = oracle.counts([life.judged() for life in LIVES], START, END, "received")
    rows = table(tmp_path, "period=2023Q3", "counts_by_level")
    assert [
        {name: row[name] for name in wanted[row["level"]]} == wanted[row["level"]]
        for row in rows
        if row["basis"] == "received"
    ] == [True] * len(wanted)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            correction(1, "due_on", "2023-06-30", "2023-07-01"),
            "cột due_on, chờ thấy «2023-06-30» nhưng đang là «2023-06-12»",
        ),
        (correction(77, "due_on", "2023-06-12", None), f"{Life(77).code} không có trong tệp nào"),
        (
            correction(1, "unit", "UBND xã Tam Ngãi", "UBND xã Thông Hòa"),
            "cột unit, chờ thấy «UBND xã Tam Ngãi» nhưng đang là «UBND xã Hòa Ân»",
        ),
    ],
)
def test_an_error_that_is_not_there_stops_the_run(
    tmp_path: Path, entry: dict[str, object], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    export(tmp_path, "a-2023-09-05.csv", LIVES)
    write(tmp_path, correction(2, "due_on", "2023-06-12", "2023-06-13"), entry)
    assert igate("quarter", tmp_path, "2023Q3") == 1
    message = capsys.readouterr().err
    assert said in message and "mục 2" in message and "mục 1:" not in message
    assert not (tmp_path / "curated" / "manifest.json").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"column": "applicant"}, "cột «applicant» không chữa được"),
        ({"value": "ngày mai"}, "value không phải ngày dạng 2023-06-05"),
        ({"confirmed_on": "hôm qua"}, "confirmed_on không phải ngày"),
        ({"reason": ""}, "dòng reason để trống"),
        ({"confirmed_by": "Nguyễn Văn A"}, "không phải tên người"),
        ({"reason": "gọi 0912 345 678"}, "số điện thoại"),
        ({"value": "2023-06-12"}, "expected và value giống nhau"),
        ({"column": "status", "value": "Xong xuôi"}, "không có trong data/reference/statuses.csv"),
        ({"column": "channel", "value": "Bồ câu"}, "không có trong data/reference/channels.csv"),
        ({"column": "received_on", "value": None}, "ngày tiếp nhận"),
        ({"extra": 1}, "có dòng lạ extra"),
    ],
)
def test_a_malformed_entry_is_named_by_its_number(
    tmp_path: Path, change: dict[str, object], said: str
) -> None:
    good = correction(1, "due_on", "2023-06-12", "2023-06-13")
    write(tmp_path, good, {**good, "dossier_code": "X-1", **change})
    with pytest.raises(DataError) as error:
        load_corrections(tmp_path / "reference")
    assert said in str(error.value) and "corrections.yml, mục 2: " in str(error.value)


def test_a_malformed_file(tmp_path: Path) -> None:
    good = correction(1, "due_on", "2023-06-12", "2023-06-13")
    write(tmp_path, good, good)
    with pytest.raises(DataError, match=r"mục 2.*đã được chữa ở mục 1"):
        load_corrections(tmp_path / "reference")
    del good["value"]
    write(tmp_path, good)
    with pytest.raises(DataError, match="mục 1: thiếu dòng value"):
        load_corrections(tmp_path / "reference")
    path = tmp_path / "reference" / "corrections.yml"
    for text, said in (
        ("a: 1", "phải là một danh sách"),
        ("- {", "sai cú pháp ở dòng"),
        ("- x", "mục 1: phải gồm"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(DataError, match=said):
            load_corrections(tmp_path / "reference")
    path.unlink()
    assert load_corrections(tmp_path / "reference") == []


def test_the_committed_file_is_empty_and_its_example_is_well_formed(tmp_path: Path) -> None:
    assert load_corrections(REFERENCE) == []
    lines = (REFERENCE / "corrections.yml").read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("# - "))
    example = "\n".join(line.removeprefix("# ") for line in lines[start:] if line.startswith("# "))
    shutil.copytree(REFERENCE, tmp_path / "reference")
    (tmp_path / "reference" / "corrections.yml").write_text(example, encoding="utf-8")
    (only,) = load_corrections(tmp_path / "reference")
    assert (only.expected, only.value) == ("2023-06-09", "2023-06-12")
