"""Corrections: what an office confirms was entered wrongly, declared in `corrections.yml`.

Each names the dossier, the column, the value expected there now and the right one. SQL applies
them to the newest row of the dossier; one whose expected value is no longer found stops the run,
so that no correction outlives its error.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import yaml

from pipelines import reference
from pipelines.engines import Engine
from pipelines.errors import DataError
from pipelines.raw_contract import common
from pipelines.text import clean, fold, key

NAME = "corrections.yml"
DATES = ("received_on", "due_on", "extended_due_on", "finished_on", "returned_on")
TEXTS = ("status", "channel", "procedure_code", "unit", "field")

# Columns whose values are listed, and where.
_LISTED = {
    "status": ("statuses.csv", reference.statuses),
    "channel": ("channels.csv", reference.channels),
}
_VIETNAMESE_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
# An office or a role, besides the words with which titles name a unit.
_ROLES = (
    "Bộ phận",
    "Chi cục",
    "Chủ tịch",
    "Phó Chủ tịch",
    "Công an",
    "Công chức",
    "Giám đốc",
    "Phó Giám đốc",
    "Lãnh đạo",
    "Trưởng phòng",
    "Phó Trưởng phòng",
)
# What looks like a telephone or identity number, or an address of e-mail.
_PERSONAL = re.compile(r"(?:\d[ .-]?){9,}|@")


@dataclass(frozen=True)
class Correction:
    """One entry; an empty text in `expected` or `value` means an empty cell, dates are ISO."""

    dossier_code: str
    column: str
    expected: str
    value: str
    reason: str
    confirmed_by: str
    confirmed_on: date


def load_corrections(folder: Path) -> list[Correction]:
    """Return the entries of `corrections.yml` in `folder`; none if there is no such file.

    Raises `DataError` with the entry's number and what to mend if one is not well formed.
    """
    path = folder / NAME
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"Không đọc được {NAME}: {error}.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" ở dòng {mark.line + 1}" if mark else ""
        raise DataError(
            f"{NAME} viết sai cú pháp{where}: hãy theo đúng ví dụ ở đầu tệp."
        ) from error
    if not isinstance(content or [], list):
        raise DataError(f"{NAME} phải là một danh sách, mỗi mục bắt đầu bằng dấu «-».")
    corrections = [_entry(number, each, folder) for number, each in enumerate(content or [], 1)]
    seen: dict[tuple[str, str], int] = {}
    for number, each in enumerate(corrections, 1):
        first = seen.setdefault((each.dossier_code, each.column), number)
        if first != number:
            raise DataError(
                f"{NAME}, mục {number}: hồ sơ {each.dossier_code}, cột {each.column} đã được chữa "
                f"ở mục {first}; hãy bỏ một trong hai mục."
            )
    return corrections


def _entry(number: int, entry: Any, folder: Path) -> Correction:
    texts = _texts(entry)
    problem = texts if isinstance(texts, str) else _problem(texts, folder)
    if isinstance(texts, str) or problem:
        raise DataError(f"{NAME}, mục {number}: {problem}.")
    column, confirmed_on = texts["column"], _day(texts["confirmed_on"])
    assert confirmed_on is not None
    expected, value = (
        str(_day(texts[name]) or "") if column in DATES else texts[name]
        for name in ("expected", "value")
    )
    code = texts["dossier_code"].replace(" ", "").upper()  # as staging has it
    by, reason = texts["confirmed_by"], texts["reason"]
    return Correction(code, column, expected, value, reason, by, confirmed_on)


def _texts(entry: Any) -> dict[str, str] | str:
    """Return the entry's lines as text, or what is wrong with them."""
    names = [each.name for each in fields(Correction)]
    if not isinstance(entry, dict):
        return f"phải gồm các dòng {', '.join(names)}"
    missing = [name for name in names if name not in entry]
    strange = [str(name) for name in entry if name not in names]
    if missing or strange:
        told = [f"thiếu dòng {', '.join(missing)}"] if missing else []
        told += [f"có dòng lạ {', '.join(strange)}"] if strange else []
        return " và ".join(told)
    texts = {name: _text(entry[name]) for name in names}
    empty = [n for n in names if n not in ("expected", "value") and not texts[n]]
    return f"dòng {', '.join(empty)} để trống" if empty else texts


def _problem(texts: dict[str, str], folder: Path) -> str:
    """Return what is wrong with an entry, empty if nothing is."""
    column = texts["column"]
    dates = ["confirmed_on", *(["expected", "value"] if column in DATES else [])]
    unreadable = [name for name in dates if texts[name] and _day(texts[name]) is None]
    listed, known = _LISTED.get(column, ("", None))
    strange = known is not None and texts["value"] and known(folder).get(texts["value"]) is None
    problems = {
        f"cột «{column}» không chữa được; hãy ghi một trong {', '.join(DATES + TEXTS)}": (
            column not in DATES + TEXTS
        ),
        "reason và confirmed_by không được ghi số điện thoại, số giấy tờ hay thư điện tử": (
            _PERSONAL.search(f"{texts['reason']} {texts['confirmed_by']}")
        ),
        "confirmed_by phải là cơ quan hoặc chức danh, như «UBND xã Hòa Ân», không phải tên người": (
            not fold(texts["confirmed_by"]).startswith(
                tuple(fold(word) for word in (*common().unit_words, *_ROLES))
            )
        ),
        f"{' và '.join(unreadable)} không phải ngày dạng 2023-06-05": unreadable,
        "value của received_on để trống, mà hồ sơ nào cũng phải có ngày tiếp nhận": (
            column == "received_on" and not texts["value"]
        ),
        f"value «{texts['value']}» không có trong data/reference/{listed}": strange,
        "expected và value giống nhau, không có gì để chữa": (
            key(texts["expected"]) == key(texts["value"])
        ),
    }
    return next((said for said, is_so in problems.items() if is_so), "")


def _text(value: Any) -> str:
    """Return a YAML value as the text that was meant."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return clean(str(value))


def _day(text: str) -> date | None:
    """Return a date as it is written here, None if it is none."""
    match = _VIETNAMESE_DATE.fullmatch(text)
    try:
        if match:
            return date(int(match[3]), int(match[2]), int(match[1]))
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def create_corrections(engine: Engine, corrections: list[Correction]) -> None:
    """Create the tables by which SQL applies the corrections:

    `corrections` (the entries, `entry`: their number in the file, `expected_key`: the form in
    which the text expected is compared), `text_keys` (text, text_key) of what the exports have
    in the columns of the dossiers concerned, and the view `dossier_texts`: the texts of
    `staged_dossiers`, which `engine` has, and those they are corrected to, which stand last by
    date.
    """
    rows = [
        {
            "entry": number,
            **asdict(each),
            "expected_key": each.expected if each.column in DATES else key(each.expected),
        }
        for number, each in enumerate(corrections, 1)
    ]
    text = pa.string()
    types = {"entry": pa.int64(), **{each.name: text for each in fields(Correction)}}
    types |= {"confirmed_on": pa.date32(), "expected_key": text}
    table = pa.Table.from_pylist(rows, schema=pa.schema(types.items()))
    engine.create_table("corrections", table)
    columns = ", ".join(TEXTS)
    found = engine.query(
        f"""select distinct {columns} from staged_dossiers
        where dossier_code in (select dossier_code from corrections)"""
    )
    texts = sorted({str(each) for row in found for each in row if each is not None})
    keys = {"text": pa.array(texts, text), "text_key": pa.array(map(key, texts), text)}
    engine.create_table("text_keys", pa.table(keys))
    corrected = ", ".join(
        f"""nullif(case when corrections."column" = '{name}' then corrections.value end, '')"""
        for name in TEXTS
    )
    engine.create_view(
        "dossier_texts",
        f"""select snapshot_on, ignored_as, unit_context, procedure_name, {columns}
        from staged_dossiers
        union all
        select date '9999-12-31', null, staged.unit_context, null, {corrected}
        from corrections
        inner join staged_dossiers as staged on corrections.dossier_code = staged.dossier_code""",
    )
