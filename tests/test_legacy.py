"""Text of the fonts before Unicode: every letter, and what must not be taken for such text."""

from __future__ import annotations

import csv
import shutil
import subprocess
from pathlib import Path

import build
import pytest
from legacy_text import TCVN3, VNI, in_cp1258, in_tcvn3, in_vni

from pipelines.readers import legacy
from pipelines.readers.encoding import decode, detect
from pipelines.staging import stage

REFERENCE = Path(__file__).resolve().parents[1] / "data" / "reference"
SAMPLE = "Danh sách hồ sơ của Ủy ban nhân dân xã Hòa Ân, huyện Cầu Kè: đã trả kết quả đúng hạn"


@pytest.mark.parametrize("letter", TCVN3)
def test_each_letter_of_tcvn3(letter: str) -> None:
    assert legacy.from_tcvn3(bytes([TCVN3[letter]]).decode("latin-1")) == letter


def listed(iconv: str) -> bytes:
    return subprocess.run([iconv, "-l"], capture_output=True, check=True).stdout


def test_tcvn3_is_glibcs() -> None:
    """glibc has the character set under its standard's number."""
    iconv = shutil.which("iconv")
    if iconv is None or b"TCVN" not in listed(iconv):
        pytest.skip("iconv without TCVN5712-1")
    for byte in range(0xA1, 0x100):
        said = subprocess.run(
            [iconv, "-f", "TCVN5712-1", "-t", "UTF-8"],
            input=bytes([byte]),
            capture_output=True,
            check=True,
        ).stdout.decode()
        assert legacy.from_tcvn3(chr(byte)) == said, hex(byte)


@pytest.mark.parametrize("letter", VNI)
def test_each_letter_of_vni(letter: str) -> None:
    assert legacy.from_vni(VNI[letter]) == letter


@pytest.mark.parametrize("capitals", ["", "Ủ", "ĐẶNG THỊ ƯỚC"])
def test_vni_whole_texts(capitals: str) -> None:
    assert legacy.from_vni(in_vni(SAMPLE + capitals).decode("latin-1")) == SAMPLE + capitals


@pytest.mark.parametrize(
    ("encoded", "encoding"),
    [(in_tcvn3(SAMPLE), "tcvn3"), (in_vni(SAMPLE), "vni"), (in_cp1258(SAMPLE), "cp1258")],
)
def test_the_encoding_is_told_by_the_words(encoded: bytes, encoding: str) -> None:
    text, found = decode(encoded)
    assert found == encoding
    assert text.lower() == SAMPLE.lower() or found == "cp1258"


def names(file: str, column: str) -> list[str]:
    with (REFERENCE / file).open(encoding="utf-8", newline="") as stream:
        return [row[column] for row in csv.DictReader(stream)]


def test_no_vietnamese_name_is_taken_for_legacy_text() -> None:
    """All names of places there are, and all statuses: each alone, and all together."""
    texts = names("units_national.csv", "name") + names("statuses.csv", "status")
    assert len(texts) > 10_000
    assert [text for text in set(texts) if legacy.encoding_of([text] * 3)] == []
    assert legacy.encoding_of(texts) is None
    assert legacy.encoding_of(["UBND xã Hòa Ân", "…", "–", "25 °C"]) is None


def test_every_name_survives_each_legacy_encoding() -> None:
    texts = names("units.csv", "name") + names("statuses.csv", "status")
    for number in range(0, len(texts), 40):
        block = "\n".join(texts[number : number + 40])
        assert decode(in_vni(block))[0] == block
        assert decode(in_tcvn3(block))[0].lower() == block.lower()


@pytest.mark.parametrize(
    "text",
    [
        "Müller, Größe und Straße: Überprüfung für fünf Bücher in Köln, Öl, Äpfel",
        "Élève français, garçon à côté, déjà vu, où être, hôtel, forêt, août, Noël, maïs",
        "El niño comió piña, año, señor, corazón, jamás, también, pingüino, Ángel",
        "São Paulo, coração, não, João, ações, avó, você, português, Antônio",
        "£100 – 25 °C ± 3 µm ¼ ½ © ® § ¶",
    ],
)
def test_latin_1_text_of_other_languages_is_not_vietnamese(text: str) -> None:
    assert detect(text.encode("cp1252")) == "cp1258"
    assert legacy.encoding_of([text]) is None


@pytest.mark.parametrize("encode", [in_tcvn3, in_vni, in_cp1258])
def test_an_export_in_a_legacy_encoding_is_counted(encode, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = build.write_csv(tmp_path / "a.csv", build.lines(build.dossiers(5)))
    path.write_bytes(encode(path.read_bytes().decode("utf-8")))
    (staged,) = stage(build.raw_file(path), tmp_path / "staging")
    rows = build.staged_rows(staged)
    assert [row["dossier_code"] for row in rows] == [build.dossier(n)["code"] for n in range(1, 6)]
    assert {row["status"] for row in rows} == {"Đã trả kết quả"} or encode is in_cp1258


@pytest.mark.parametrize(("encode", "encoding"), [(in_tcvn3, "tcvn3"), (in_vni, "vni")])
def test_cells_of_a_workbook_in_an_old_font(encode, encoding: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """Only cells with Vietnamese letters have the font; what is Unicode beside them stays."""

    def old(cell: object) -> object:
        return encode(cell).decode("latin-1") if isinstance(cell, str) else cell

    rows = [[old(cell) for cell in row] for row in build.lines(build.dossiers(4))]
    rows += build.body([build.dossier(5, unit="UBND xã Châu Điền")], "D")
    path = build.write_xlsx(tmp_path / "a.xlsx", {"x": rows})
    (staged,) = stage(build.raw_file(path), tmp_path / "staging")
    assert staged.encoding == encoding
    found = build.staged_rows(staged)
    assert [row["status"] for row in found] == ["Đã trả kết quả"] * 5
    assert [row["unit"] for row in found] == ["UBND xã Hòa Ân"] * 4 + ["UBND xã Châu Điền"]
