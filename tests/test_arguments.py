"""A command line that is wrong is told in Vietnamese, in one sentence, and ends with 2."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from pipelines import cli
from pipelines.arguments import Parser, in_vietnamese

# What argparse itself says, in any of its versions.
ENGLISH = re.compile(
    r"\b(the|following|required|argument|invalid|choice|expected|one|error|usage|choose|unrecognized)\b"
)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "thiếu COMMAND (tên lệnh, ví dụ quarter)"),
        ("quarter", "thiếu PERIOD (kỳ báo cáo, ví dụ 2023Q3)"),
        ("explain", "thiếu PERIOD (kỳ báo cáo, ví dụ 2023Q3), FIGURE (mã số liệu, ví dụ late.district)"),
        ("quater 2023Q3", "không có lệnh «quater»: hãy ghi một trong diff, explain, freeze"),
        ("quarter 2023Q3 --engine oracle",
         "«oracle» không dùng được cho --engine: hãy ghi một trong duckdb, spark"),
        ("quarter 2023Q3 --max-rejected nhiều",
         "--max-rejected phải là một số, ví dụ 0.01, không phải «nhiều»"),
        ("gc --keep 1.5", "--keep phải là một số nguyên, ví dụ 10, không phải «1.5»"),
        ("quarter 2023Q3 --data", "thiếu giá trị sau --data"),
        ("quarter 2023Q3 --debug=1", "--debug không nhận giá trị, nên hãy bỏ «1»"),
        ("quarter 2023Q3 --d x", "«--d» chưa rõ là tùy chọn nào: hãy ghi đủ, một trong --data, --debug"),
        ("report 2023Q3 2023Q4", "không hiểu «2023Q4»: hãy bỏ hoặc ghi lại cho đúng"),
        ("quarter 2023Q3 --ngay", "không hiểu «--ngay»"),
    ],
)  # fmt: skip
def test_one_sentence_and_status_two(
    typed: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.run(typed.split())
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    assert line.startswith(f"Lỗi: {said}")
    assert line.endswith("--help» để xem cách dùng.")
    assert not ENGLISH.search(line)


@pytest.mark.parametrize(
    "listed", ["'a', 'b'", "a, b"], ids=["until Python 3.11", "from Python 3.12"]
)
def test_choices_are_read_as_each_python_writes_them(listed: str) -> None:
    for guess in ("", ", maybe you meant 'a'?"):
        said = in_vietnamese(f"argument --x: invalid choice: 'c'{guess} (choose from {listed})")
        assert said == "«c» không dùng được cho --x: hãy ghi một trong a, b"


def test_arguments_that_exclude_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    parser = Parser(prog="thử")
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("--một", action="store_true")
    group.add_argument("--hai", action="store_true")
    for typed, said in (
        (["--một", "--hai"], "--hai không đi cùng --một"),
        ([], "thiếu một trong --một --hai"),
    ):
        with pytest.raises(SystemExit):
            parser.parse_args(typed)
        assert capsys.readouterr().err == f"Lỗi: {said}; gõ «thử --help» để xem cách dùng.\n"


def test_what_is_not_known_is_still_said() -> None:
    assert in_vietnamese("something new") == "lệnh chưa đúng (something new)"


def test_help_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.run(["quarter", "--help"])
    assert ended.value.code == 0
    assert "Count reporting periods" in capsys.readouterr().out
    assert issubclass(Parser, argparse.ArgumentParser)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["verify", "--data", "{file}"], "--data phải là một thư mục, nhưng «{file}» là một tệp."),
        (["log", "--last", "0"], "--last phải là một số nguyên từ 1 trở lên."),
        (["explain", "2023Q3", "late.all", "--limit", "-1"], "--limit phải là một số nguyên từ 0"),
    ],
)
def test_a_value_that_cannot_be_is_a_wrong_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    file = tmp_path / "file"
    file.touch()
    assert cli.run([word.format(file=file) for word in words]) == 2
    # A long path is broken over lines.
    heard = "".join(capsys.readouterr().err.split())
    assert heard.startswith("".join(f"Lỗi: {said.format(file=file)}".split()))
