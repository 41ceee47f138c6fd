"""Every publication of a period is kept, numbered, with the exports that made it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from small import Life, export, igate

from pipelines.files import sha256_of

FIRST = [Life(n) for n in range(1, 5)]


def vintages(data: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    capsys.readouterr()
    assert igate("vintages", data, "2023Q3", "--json") == 0
    listed: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    return listed


def kept(data: Path, number: int) -> Path:
    return data / "curated" / ".vintages" / "period=2023Q3" / f"{number:04d}"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Published, published again unchanged, with a dossier more, and without it again."""
    folder = tmp_path_factory.mktemp("vintages")
    export(folder, "a-2023-09-05.csv", FIRST)
    assert igate("quarter", folder, "2023Q3") == 0
    assert igate("quarter", folder, "2023Q3") == 0
    more = export(folder, "b-2023-09-05.csv", [Life(9, unit="Huyện Cầu Kè")])
    assert igate("quarter", folder, "2023Q3") == 0
    more.unlink()
    assert igate("quarter", folder, "2023Q3") == 0
    return folder


def test_each_publication_is_kept_and_listed(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed = vintages(data, capsys)
    assert [row["vintage"] for row in listed] == [1, 2, 3]
    assert [row["current"] for row in listed] == [False, False, True]
    assert [row["files"] for row in listed] == [1, 2, 1]
    assert listed[0]["figures"] == {}
    moved = listed[1]["figures"]
    assert isinstance(moved, dict)
    assert moved["received.all"] == ["04", "05"] and moved["received.district"] == ["00", "01"]
    assert "received.commune" not in moved
    assert next(iter(moved)) == "received.district"
    assert igate("vintages", data, "2023Q3") == 0
    assert "đang hiển thị" in capsys.readouterr().out


def test_older_exports_make_a_new_vintage_with_the_same_bytes(data: Path) -> None:
    def tables(number: int) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in kept(data, number).glob("*.parquet")}

    assert tables(1) == tables(3)
    assert tables(1) != tables(2)


def test_a_vintage_says_what_it_was_made_from(data: Path) -> None:
    facts = json.loads((kept(data, 2) / "vintage.json").read_text(encoding="utf-8"))
    assert facts["vintage"] == 2 and facts["period"] == "2023Q3"
    assert (facts["period_start"], facts["period_end"]) == ("2023-06-05", "2023-09-01")
    assert facts["provisional"] is False
    assert facts["software"].startswith("igate ")
    assert facts["options"] == {"allow_unknown_units": False, "max_rejected": 0.01}
    assert sorted(facts["sources"]) == ["2023Q3/a-2023-09-05.csv", "2023Q3/b-2023-09-05.csv"]
    source = data / "raw" / "2023Q3" / "a-2023-09-05.csv"
    assert facts["sources"]["2023Q3/a-2023-09-05.csv"] == sha256_of(source)
    assert {name: stated["sha256"] for name, stated in facts["files"].items()} == {
        path.name: sha256_of(path) for path in kept(data, 2).glob("*.parquet")
    }


def test_verify_names_an_altered_file_of_any_vintage(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert igate("verify", data) == 0
    for number in (1, 2, 3):
        for path in sorted(kept(data, number).iterdir()):
            before = path.read_bytes()
            path.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
            capsys.readouterr()
            assert igate("verify", data) == 1
            said = capsys.readouterr().out
            assert (
                path.name in said and ("period=2023Q3" if number == 3 else f"{number:04d}") in said
            )
            path.write_bytes(before)
    assert igate("verify", data) == 0


def test_verify_names_a_missing_and_a_strange_file(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    strange, missing = kept(data, 1) / "x.parquet", kept(data, 2) / "dossiers.parquet"
    strange.write_bytes(b"")
    content = missing.read_bytes()
    missing.unlink()
    capsys.readouterr()
    assert igate("verify", data) == 1
    said = capsys.readouterr().out
    assert "0001/x.parquet" in said and "0002/dossiers.parquet" in said
    strange.unlink()
    missing.write_bytes(content)
    assert igate("verify", data) == 0


def test_a_period_never_published_is_a_wrong_command(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in ("vintages", "diff", "freeze"):
        assert igate(command, data, "2023Q2") == 2
        assert "2023Q3" in capsys.readouterr().err


def test_a_run_of_other_periods_makes_no_new_vintage_of_this_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export(tmp_path, "a-2023-12-20.csv", FIRST)
    for period in ("2023Q3", "2023Q4", "2023Q3"):
        assert igate("quarter", tmp_path, period) == 0
    assert "Không có gì mới" not in capsys.readouterr().out
    assert len(vintages(tmp_path, capsys)) == 1
    assert igate("verify", tmp_path) == 0


def test_a_broken_manifest_is_not_taken_for_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export(tmp_path, "a.csv", FIRST)
    manifest = tmp_path / "curated" / "manifest.json"
    manifest.parent.mkdir()
    manifest.write_text('{"run": {', encoding="utf-8")
    assert igate("quarter", tmp_path, "2023Q3") == 1
    assert "manifest.json đã hỏng" in capsys.readouterr().err
