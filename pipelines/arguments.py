"""The command line's own errors as one Vietnamese sentence; help stays in English."""

from __future__ import annotations

import argparse
import re
from typing import NoReturn

# What is to be typed → what it is.
_MEANINGS = {
    "COMMAND": "tên lệnh, ví dụ quarter",
    "PERIOD": "kỳ báo cáo, ví dụ 2023Q3",
    "FIGURE": "mã số liệu, ví dụ late.district",
    "FILE": "tên tệp",
}
_KINDS = {"int": "số nguyên, ví dụ 10", "float": "số, ví dụ 0.01"}


class Parser(argparse.ArgumentParser):
    """A parser that says in Vietnamese what is wrong, and ends with 2 as argparse does."""

    def error(self, message: str) -> NoReturn:
        """Say it in one sentence, with where the usage stands."""
        self.exit(2, f"Lỗi: {in_vietnamese(message)}; gõ «{self.prog} --help» để xem cách dùng.\n")


def in_vietnamese(message: str) -> str:
    """Return what an English message of argparse says; one that is not known stays within it."""
    for pattern, words in _MESSAGES:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return words.format(
                **{name: _said(name, text) for name, text in found.groupdict().items()}
            )
    return f"lệnh chưa đúng ({message})"


# Newer Pythons guess what was meant.
_CHOICE = r"invalid choice: (?P<value>.*?)(?:, maybe you meant .*)? \(choose from (?P<list>.*)\)"
_MESSAGES = (
    (r"the following arguments are required: (?P<names>.*)", "thiếu {names}"),
    (r"one of the arguments (?P<any>.*) is required", "thiếu một trong {any}"),
    (
        rf"argument COMMAND: {_CHOICE}",
        "không có lệnh «{value}»: hãy ghi một trong {list}",
    ),
    (
        rf"argument (?P<name>.*?): {_CHOICE}",
        "«{value}» không dùng được cho {name}: hãy ghi một trong {list}",
    ),
    (
        r"argument (?P<name>.*?): invalid (?P<kind>int|float) value: (?P<value>.*)",
        "{name} phải là một {kind}, không phải «{value}»",
    ),
    (r"argument (?P<name>.*?): expected one argument", "thiếu giá trị sau {name}"),
    (r"argument (?P<name>.*?): expected at least one argument", "thiếu giá trị sau {name}"),
    (
        r"argument (?P<name>.*?): ignored explicit argument (?P<value>.*)",
        "{name} không nhận giá trị, nên hãy bỏ «{value}»",
    ),
    (
        r"argument (?P<name>.*?): not allowed with argument (?P<other>.*)",
        "{name} không đi cùng {other}",
    ),
    (
        r"ambiguous option: (?P<name>.*) could match (?P<any>.*)",
        "«{name}» chưa rõ là tùy chọn nào: hãy ghi đủ, một trong {any}",
    ),
    (r"unrecognized arguments: (?P<rest>.*)", "không hiểu «{rest}»: hãy bỏ hoặc ghi lại cho đúng"),
)


def _said(name: str, text: str) -> str:
    """Return a part of a message as the sentence has it."""
    if name == "kind":
        return _KINDS[text]
    if name == "value":  # as Python writes it, in quotes
        return text[1:-1] if text[:1] == text[-1:] and text[:1] in ("'", '"') else text
    if name == "list":
        return ", ".join(part.strip("'") for part in text.split(", "))
    if name == "names":
        return ", ".join(
            f"{part} ({_MEANINGS[part]})" if part in _MEANINGS else part
            for part in text.split(", ")
        )
    return f"{text} ({_MEANINGS[text]})" if text in _MEANINGS else text
