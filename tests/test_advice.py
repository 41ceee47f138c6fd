"""What a message says to add makes the text known, when it is followed to the letter."""

from __future__ import annotations

import re
import shutil
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from pipelines import reference
from pipelines.advice import UnitAdvice, text_advice, text_advices
from pipelines.text import Vocabulary
from pipelines.units import Unit, UnitIndex, load_units

REFERENCE = Path(__file__).resolve().parents[1] / "data" / "reference"
QUOTED = re.compile("«([^»]*)»")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(REFERENCE, tmp_path / "data" / "reference"))


def matched(folder: Path, text: str, context: str = "") -> list[Unit]:
    return UnitIndex(load_units(folder), folder).match(text, context)


def unit_advice(folder: Path, text: str, context: str = "") -> str:
    units = load_units(folder)
    index = UnitIndex(units, folder)
    return UnitAdvice(units, index, folder).of(text, context, index.match(text, context))


def replaced(path: Path, number: int, line: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[number - 1] = line
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    "text",
    ["UBND xã Hoà Anh", 'UBND "xã" Hòa, Anh', "XÃ HÒA  ANH",
     unicodedata.normalize("NFD", "Xã Hoà Anh"), "xã Hòa|Anh"],
)  # fmt: skip
def test_the_line_for_an_unknown_unit_makes_it_known(folder: Path, text: str) -> None:
    assert matched(folder, text) == []
    advice = unit_advice(folder, text)
    assert "data/reference/units.csv" in advice
    line = re.search("nếu là Xã Hòa Ân [^«]*thay dòng ([0-9]+) bằng «([^»]*)»", advice)
    assert line is not None
    replaced(folder / "units.csv", int(line[1]), line[2])
    assert [unit.code for unit in matched(folder, text)] == ["29311"]
    assert [unit.code for unit in matched(folder, "Xã Hòa Ân")] == ["29311"]


def test_the_line_for_a_new_unit_makes_it_known(folder: Path) -> None:
    text = "Xã Đâu, Đó"
    *_, line = QUOTED.findall(unit_advice(folder, text))
    line = line.replace("MÃ-CẤP-TRÊN", "845").replace("MÃ", "99999").replace("CẤP", "commune")
    with (folder / "units.csv").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    (found,) = matched(folder, text)
    assert (found.code, found.level, found.parent) == ("99999", "commune", "845")


@pytest.mark.parametrize(
    ("text", "codes"),
    [("Phường 1", ["29239", "29512"]), ("Cầu Kè", ["29308", "29308", "845"]),
     ("PHƯỜNG 1", ["29239", "29512"])],
)  # fmt: skip
def test_every_candidate_of_an_ambiguous_name_is_listed_and_can_be_chosen(
    folder: Path, text: str, codes: list[str]
) -> None:
    advice = unit_advice(folder, text)
    choices = re.findall("nếu là [^«]*\\(([0-9]+),[^«]*thay dòng ([0-9]+) bằng «([^»]*)»", advice)
    assert [code for code, _, _ in choices] == codes
    before = (folder / "units.csv").read_text(encoding="utf-8")
    for code, number, line in choices:
        (folder / "units.csv").write_text(before, encoding="utf-8")
        replaced(folder / "units.csv", int(number), line)
        day = date.fromisoformat(line.split(",")[5] or "2023-06-05")
        found = [u for u in matched(folder, text) if u.valid_from <= day <= u.valid_to]
        assert [unit.code for unit in found] == [code]


def test_title_and_sheet_decide_before_an_alias_does(folder: Path) -> None:
    number, line = re.findall("thay dòng ([0-9]+) bằng «([^»]*)»", unit_advice(folder, "Phường 1"))[
        0
    ]
    replaced(folder / "units.csv", int(number), line)
    assert [unit.code for unit in matched(folder, "Phường 1", "UBND thị xã Duyên Hải")] == ["29512"]


def test_no_alias_of_the_committed_list_hides_another_unit() -> None:
    """An alias decides between units only where an office says so on purpose."""
    units = load_units(REFERENCE)
    index = UnitIndex(units, REFERENCE)
    for unit in units:
        for name in (unit.name, *unit.aliases):
            found = index._called(name)
            assert index._said_to_be(name, found) == found, name


def test_a_unit_that_is_named_nowhere_is_said_so(folder: Path) -> None:
    assert "tiêu đề" in unit_advice(folder, "")


def test_a_title_that_names_an_unknown_unit(folder: Path) -> None:
    *_, line = QUOTED.findall(unit_advice(folder, "", "UBND xã Lạ Hoắc | Sheet1"))
    assert "UBND xã Lạ Hoắc" in line and "Sheet1" not in line


@pytest.mark.parametrize(
    ("name", "text", "meaning"),
    [
        ("statuses", "Đang xử lí", "processing"),
        ("statuses", "Hồ sơ đã trả kết quả", "resolved"),
        ("statuses", 'Xyz "qq", w', None),
        ("channels", "Nộp trực tuyến (VNeID)", "online"),
        ("channels", "Zalo, app", None),
    ],
)
def test_the_line_for_a_status_or_channel_makes_it_known(
    folder: Path, name: str, text: str, meaning: str | None
) -> None:
    read = {"statuses": reference.statuses, "channels": reference.channels}[name]
    chosen = {"statuses": "paused", "channels": "online"}[name]

    def known() -> Vocabulary[str]:
        return read(folder)

    assert known().get(text) is None
    advice = text_advice(text, folder, name)
    assert f"data/reference/{name}.csv" in advice
    line = re.search(f"thêm dòng «(.*)» vào data/reference/{name}", advice)
    assert line is not None
    with (folder / f"{name}.csv").open("a", encoding="utf-8") as file:
        file.write(line[1].replace("NHÓM", chosen) + "\n")
    assert known().get(text) == (meaning or chosen)


def test_a_column_of_other_content_is_not_compared_text_by_text(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr("pipelines.advice.get_close_matches", lambda *a, **k: asked.append(a) or [])
    advices = text_advices([f"văn bản {n}" for n in range(5000)], folder, "statuses")
    assert len(advices) == 5000 and len(asked) == 200
    assert all("data/reference/statuses.csv" in advice for advice in advices)
    units = load_units(folder)
    index = UnitIndex(units, folder)
    monkeypatch.setattr(index, "resembling", lambda text: asked.append(text) or [])
    advise = UnitAdvice(units, index, folder)
    said = [advise.of(f"đơn vị {n}", "", []) for n in range(5000)]
    assert len(asked) == 400 and all("data/reference/units.csv" in advice for advice in said)


def test_an_empty_list_of_units_still_says_what_to_add(folder: Path) -> None:
    header, *_ = (folder / "units.csv").read_text(encoding="utf-8").splitlines()
    (folder / "units.csv").write_text(header + "\n", encoding="utf-8")
    assert "nếu là đơn vị mới, thêm dòng" in unit_advice(folder, "UBND xã Hòa Ân")


@pytest.mark.parametrize(
    ("name", "text", "meanings"),
    [
        ("statuses", "Xyz", ["refused (không được tiếp nhận)", "processing (đang xử lý)",
         "paused (tạm dừng)", "resolved (đã có kết quả)", "declined (từ chối giải quyết)",
         "withdrawn (rút hồ sơ)"]),
        ("channels", "Zalo", ["online (trực tuyến)", "in_person (trực tiếp)", "postal (bưu chính)"]),
    ],
)  # fmt: skip
def test_each_value_to_type_has_its_meaning_beside_it(
    folder: Path, name: str, text: str, meanings: list[str]
) -> None:
    advice = text_advice(text, folder, name)
    assert advice.endswith(f"(NHÓM là {', '.join(meanings)})")
    with (REFERENCE / f"{name}.csv").open(encoding="utf-8") as file:
        values = {line.split(",")[-2] for line in file.read().splitlines()[1:]}
    assert values == {meaning.split(" (")[0] for meaning in meanings}


def test_the_likely_value_has_its_meaning_too(folder: Path) -> None:
    advice = text_advice("Đang xử lí", folder, "statuses")
    assert "(processing (đang xử lý) vì gần giống «Đang xử lý»; có thể là refused (" in advice


def test_the_levels_of_a_new_unit_have_their_meanings(folder: Path) -> None:
    assert unit_advice(folder, "Xã Đâu Đó").endswith(
        "(CẤP là province (cấp tỉnh), district (cấp huyện) hoặc commune (cấp xã))"
    )
