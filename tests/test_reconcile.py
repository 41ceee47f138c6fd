"""A published report held against the computed figures: the seed, and the seed altered."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import docx
import openpyxl
import pytest

from pipelines import cli
from pipelines.periods import load_period
from pipelines.reconcile.report import reconcile
from pipelines.reconcile.verdicts import Line, exit_status
from pipelines.workspace import Workspace

SEED = Path(__file__).parent / "data" / "bao-cao-481.txt"
TEXT = SEED.read_text(encoding="utf-8")
# The sentences about procedures and dossiers: every number from here on is one of theirs.
FIRST = TEXT.index("- Hiện nay, huyện có")
NUMBERS = [m for m in re.finditer(r"\d+(?:[./,]\d+)*", TEXT) if m.start() >= FIRST]


def lines_of(workspace: Workspace, path: Path, period: str = "2023Q3") -> list[Line]:
    return reconcile(workspace, path, load_period(period, workspace.reference))


def verdicts(lines: list[Line], code: str) -> list[Line]:
    return [line for line in lines if line.verdict == code]


@pytest.fixture
def report(tmp_path: Path):
    def write(text: str, name: str = "bao-cao.txt") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_every_count_and_both_rates_of_the_seed_agree(published_sample: Workspace) -> None:
    lines = lines_of(published_sample, SEED)
    agreeing = {line.stated: line.computed for line in verdicts(lines, "agrees")}
    counts = ("265", "148", "10.503", "641", "9.862", "639", "630", "08", "01")
    assert {text: agreeing[text] for text in counts} == {text: text for text in counts}
    assert agreeing["98,59%"] == "98,59%" and agreeing["1,25%"] == "1,25%"
    assert agreeing["100%"] == "100%"
    assert exit_status(lines) == 0


def test_the_seed_says_nothing_of_two_withdrawn_and_is_dated_early(
    published_sample: Workspace,
) -> None:
    lines = lines_of(published_sample, SEED)
    (remark,) = verdicts(lines, "remark")
    assert "641" in remark.phrase and "639" in remark.phrase
    assert "còn 02 hồ sơ báo cáo không nêu" in remark.note and "rút, trả lại 02" in remark.note
    (dated,) = verdicts(lines, "date")
    assert (dated.stated, dated.computed) == ("07/08/2023", "01/09/2023")
    assert not verdicts(lines, "unchecked")


def _altered(number: str) -> list[str]:
    """Return other numbers of the same form: the last digit up by one, and two digits swapped."""
    if number.count("/") == 2:
        day, month, year = number.split("/")
        return [f"{int(day) + 1:02d}/{month}/{year}", f"{day}/{int(month) + 1}/{year}"]
    bumped = number[:-1] + str((int(number[-1]) + 1) % 10)
    swapped = number[1] + number[0] + number[2:] if number[:2].isdigit() else number
    return [text for text in dict.fromkeys((bumped, swapped)) if text != number]


@pytest.mark.parametrize("number", NUMBERS, ids=[m.group() for m in NUMBERS])
def test_each_number_altered_is_caught(published_sample: Workspace, report, number) -> None:
    for other in _altered(number.group()):
        text = TEXT[: number.start()] + other + TEXT[number.end() :]
        lines = lines_of(published_sample, report(text))
        assert exit_status(lines) == 1, other
        wrong = [line for line in lines if line.wrong]
        shown = re.sub(r"\b0(?=\d/)", "", other)
        assert any(
            shown in re.sub(r"\b0(?=\d)", "", f"{w.phrase} {w.stated}") or other in w.phrase
            for w in wrong
        )


def test_there_are_as_many_numbers_as_the_sentences_have() -> None:
    assert [m.group() for m in NUMBERS] == [
        "265", "148", "100", "05/6/2023", "01/9/2023",
        "10.503", "641", "9.862", "639", "630", "98,59", "08", "1,25", "01",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"), [("quý III năm 2023", "quý II năm 2023"), ("quý III năm", "quý 4/")]
)
def test_another_quarter_in_the_head_is_caught(
    published_sample: Workspace, report, old: str, new: str
) -> None:
    lines = lines_of(published_sample, report(TEXT.replace(old, new)))
    assert [line.computed for line in verdicts(lines, "period")] == ["2023Q3"]


def test_counts_that_include_what_was_carried_over(published_sample: Workspace, report) -> None:
    """Figures of basis flow, as plain arithmetic on the sample's Parquet gives them."""
    text = (
        "Cấp huyện phải giải quyết 720 hồ sơ (tiếp nhận mới 641 hồ sơ; kỳ trước chuyển sang 79 hồ "
        "sơ). Đã giải quyết 704 hồ sơ, trong đó đúng hạn 689 hồ sơ, đạt 97,87%; trễ hạn 15 hồ sơ, "
        "chiếm 2,13%."
    )
    lines = lines_of(published_sample, report(text))
    assert exit_status(lines) == 0, lines
    assert any("kỳ trước chuyển sang" in line.note for line in verdicts(lines, "agrees"))
    wrong = lines_of(published_sample, report(text.replace("79 hồ sơ", "78 hồ sơ")))
    assert {line.verdict for line in wrong if line.wrong} == {"differs", "sum"}


def test_a_commune_by_its_name(published_sample: Workspace, report) -> None:
    import duckdb

    with duckdb.connect(str(published_sample.database), read_only=True) as connection:
        row = connection.execute(
            "select received, late from curated.counts_by_unit "
            "where basis = 'received' and unit_name = 'Xã Ninh Thới'"
        ).fetchone()
    assert row
    text = f"Xã Ninh Thới đã tiếp nhận {row[0]} hồ sơ; giải quyết trễ hạn {row[1]:02d} hồ sơ."
    assert exit_status(lines_of(published_sample, report(text))) == 0
    other = text.replace(str(row[0]), str(row[0] + 1))
    (wrong,) = verdicts(lines_of(published_sample, report(other)), "differs")
    assert wrong.computed == str(row[0]) and "nhiều hơn 01" in wrong.note


def test_the_same_verdicts_from_word(published_sample: Workspace, tmp_path: Path) -> None:
    document = docx.Document()
    for line in TEXT.splitlines():
        document.add_paragraph(line)
    document.save(str(tmp_path / "bao-cao"))  # content decides, not the name
    expected = [(line.stated, line.verdict) for line in lines_of(published_sample, SEED)]
    found = lines_of(published_sample, tmp_path / "bao-cao")
    assert [(line.stated, line.verdict) for line in found] == expected


@pytest.mark.libreoffice
@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice")
def test_the_same_verdicts_from_pdf(published_sample: Workspace, tmp_path: Path) -> None:
    document = docx.Document()
    for line in filter(None, TEXT.splitlines()):
        document.add_paragraph(line)
    document.save(str(tmp_path / "bao-cao.docx"))
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
            "--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "bao-cao.docx"),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    expected = [(line.stated, line.verdict) for line in lines_of(published_sample, SEED)]
    found = lines_of(published_sample, tmp_path / "bao-cao.pdf")
    assert [(line.stated, line.verdict) for line in found] == expected


@pytest.mark.parametrize("width", [60, 80, 110])
def test_the_same_verdicts_from_wrapped_text(
    published_sample: Workspace, report, width: int
) -> None:
    import textwrap

    wrapped = "\n\n".join(textwrap.fill(line, width) for line in filter(None, TEXT.splitlines()))
    expected = [(line.stated, line.verdict) for line in lines_of(published_sample, SEED)]
    found = lines_of(published_sample, report(wrapped))
    assert [(line.stated, line.verdict) for line in found] == expected


def test_a_table_by_level(published_sample: Workspace, tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Kết quả tiếp nhận, giải quyết hồ sơ:")
    rows = [
        ("TT", "Cấp", "Tiếp nhận", "Đã giải quyết", "Đã giải quyết", "Chưa đến hạn"),
        ("TT", "Cấp", "Tiếp nhận", "Đúng hạn", "Trễ hạn", "Chưa đến hạn"),
        ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)"),
        ("1", "Cấp huyện", "641", "630", "08", "01"),
        ("2", "Cấp xã", "9.862", "9.742", "58", "27"),
        ("", "Tổng cộng", "10.503", "10.372", "66", "28"),
    ]
    table = document.add_table(len(rows), len(rows[0]))
    for cells, row in zip(rows, table.rows, strict=True):
        for text, cell in zip(cells, row.cells, strict=True):
            cell.text = text
    document.save(str(tmp_path / "bang.docx"))
    lines = lines_of(published_sample, tmp_path / "bang.docx")
    assert exit_status(lines) == 0
    stated = {text for row in rows[3:] for text in row[2:]}
    assert stated <= {line.stated for line in verdicts(lines, "agrees")}
    table.rows[4].cells[4].text = "59"
    document.save(str(tmp_path / "bang.docx"))
    wrong = [line for line in lines_of(published_sample, tmp_path / "bang.docx") if line.wrong]
    assert [(line.stated, line.computed) for line in wrong] == [("59", "58")]


def test_the_command_prints_and_saves_the_table(
    published_sample: Workspace, capsys: pytest.CaptureFixture[str], report
) -> None:
    data = str(published_sample.data)
    assert cli.run(["reconcile", "2023Q3", str(SEED), "--data", data]) == 0
    said = capsys.readouterr().out
    assert "Mọi số đối chiếu được đều khớp" in said and "98,59%" in said
    saved = published_sample.data / "reports" / "doi-chieu-2023Q3.xlsx"
    first = saved.read_bytes()
    sheet = openpyxl.load_workbook(saved).active
    assert sheet is not None
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    assert {"10.503", "98,59%"} <= {row[1] for row in rows}
    assert all(cell.data_type in ("s", "n") for row in sheet.iter_rows() for cell in row)
    assert cli.run(["reconcile", "2023Q3", str(SEED), "--data", data]) == 0
    assert saved.read_bytes() == first
    altered = report(TEXT.replace("630 hồ sơ", "629 hồ sơ"))
    capsys.readouterr()
    assert cli.run(["reconcile", "2023Q3", str(altered), "--data", data]) == 1
    assert "chỗ chưa khớp" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content", "status", "said"),
    [
        ("anh.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 2, "không phải báo cáo"),
        ("cu.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64, 2, ".docx"),
        ("cut.docx", b"PK\x03\x04" + b"\0" * 200, 1, "bị hỏng"),
        ("cut.pdf", b"%PDF-1.7\n1 0 obj", 1, "không đọc được"),
        ("rong.txt", b"", 1, "không có câu nào"),
        ("khac.txt", "Trong quý, huyện tổ chức 05 hội nghị, 12 lớp tập huấn.".encode(), 1, "không có câu nào"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_such_report(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: bytes,
    status: int,
    said: str,
) -> None:
    (tmp_path / name).write_bytes(content)
    assert cli.run(["reconcile", "--arithmetic", str(tmp_path / name)]) == status
    error = capsys.readouterr().err
    assert name in error and said in error and error.count("\n") == 1


def test_a_workbook_is_no_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    openpyxl.Workbook().save(tmp_path / "so-lieu.docx")
    assert cli.run(["reconcile", "--arithmetic", str(tmp_path / "so-lieu.docx")]) == 2
    assert "so-lieu.docx" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [[], ["2023Q3"], ["--arithmetic", "a.txt", "2023Q3", "b.txt"], ["2023Q9", str(SEED)], ["2023Q3", "thieu.txt"]],
)  # fmt: skip
def test_a_wrong_command(
    published_sample: Workspace, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    data = str(published_sample.data)
    assert cli.run(["reconcile", *arguments, "--data", data]) == 2
    assert capsys.readouterr().err.startswith("Lỗi: ")


def test_a_period_that_is_not_published(
    published_sample: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    data = str(published_sample.data)
    assert cli.run(["reconcile", "2022Q3", str(SEED), "--data", data]) == 1
    assert "make quarter Q=2022Q3" in capsys.readouterr().err
