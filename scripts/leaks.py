"""Plants made-up personal data in exports, and looks for it in all that the pipeline writes.

Used by `tests/test_leaks.py` and `scripts/soak.py`. Each place has a word of its own that occurs
nowhere else, so that what is found tells where it came from. What is compared are letters and
digits alone: neither case nor spaces, diacritics or dots hide a leak.

Some columns are published by contract, whatever an office writes into them: names of files and
sheets, and of accepted rows the code, unit, status, channel, procedure and field.
"""

from __future__ import annotations

import gzip
import html
import io
import json
import re
import sys
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl.comments import Comment

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import build
from workbooks import write_ods, write_xlsb

_NOT_WORD = re.compile(r"[\W_]+")
# Invented: each is found by its letters or digits, whatever stands between them.
TEXTS = {
    "applicant": "Khuất Thị Zuyếnhoa",
    "submitter": "Tạ Quang Wĩnhkhang",
    "address": "12 ấp Zừngxanh, xã Wịnhphuoc",
    "phone": "0977 615 243",
    "email": "zoanhphuc@thu.example",
    "identity_number": "083188 765 402",
    "officer": "Lữ Zuyphong",
    "note": "Nộp thay mẹ là bà Zoanthục",
    "content": "Cấp giấy khai sinh cho cháu Wuyênnhi",
    "title": "Người lập: Mạc Zươngtài, ĐT 0966 734 125",
    "title_of_unit": "UBND xã Hòa Ân – người liên hệ: Zĩnhkhang 0955 871 236",
    "title_without_mark": "UBND xã Hòa Ân, cán bộ Wươnglộc, thư wluctrang@thu.example",
    "header": "Thạch Zươngkim 0944 216 873",
    "header_name": "Doãn Thị Wyếnphi",
    "footer": "Người lập biểu: Zuỳnhlâm",
    "signature": "Cao Thị Wệmyloan",
    "rejected_code": "Bà Zoàngyến",
    "rejected_unit": "nhà ông Wuấntúanh, 0933 482 761",
    "rejected_status": "gọi lại cho Zạthảovy",
    "date_name": "chờ Zuânmai",
    "date_phone": "0922 574 318",
    "date_identity": "083 179 264 518",
    "date_scientific": "8.3175264E+10",
    "other_date": "0911 683 427",
    "hidden_column": "Wânhàlan, số 5 đường Zemãnthu",
    "hidden_sheet": "Zũhoàithu",
    "comment": "Hỏi chị Wiềntrang 0988 245 617",
    "properties": "Tống Zuyđoàn",
    "outside_table": "In bởi Wàothanh",
    "page_comment": "Zắcminh",
    "archive_comment": "Wồngđào",
    "shifted": "Zanhphú, Thị Wyvânkhê",
    "unlabelled": "Zồlinhchi 0909 318 254",
    "headless": "Wãthuậnan",
    "headless_address": "khóm Zạcmôndu, phường Wĩnhtrạch",
    "near_header": "Zýngânhà",
    "long_cell": "Wạhuyền",
    "pdf": "Zạcuyển",
    "binary": "Wốvinhan",
    "torn": "Zùngnghi",
    "report": "Khiếu nại của bà Woanduyên, 0901 725 836",
}
_MOST_CHARACTERS = 1 << 20


def planted() -> tuple[str, ...]:
    """Returns the letters and digits by which a leak is known, the distinctive part of each text
    alone: every word with w or z, which no Vietnamese word begins with, and every long number.
    """
    marks = []
    for text in TEXTS.values():
        words = [_bare(word) for word in re.findall(r"\b[zw]\w+", _lower(text))]
        marks += [word for word in words if len(word) >= 7]
        marks += re.findall(r"\d{8,}", re.sub(r"[ .]", "", text))
    return tuple(dict.fromkeys(marks))


def lay_out(raw: Path) -> None:
    """Writes exports of all formats with personal data in every place into the folder `raw`."""
    raw.mkdir(parents=True, exist_ok=True)
    titles = [
        "DANH SÁCH HỒ SƠ",
        TEXTS["title"],
        TEXTS["title_of_unit"],
        TEXTS["title_without_mark"],
    ]
    feet = [TEXTS["footer"], TEXTS["signature"]]
    for number, layout in enumerate("ABCDF"):
        rows = build.lines(_dossiers(1000 * number, layout), layout, titles, feet)
        rows = _beside_the_columns(rows)
        build.write_csv(
            raw / f"{layout}.csv", rows, encoding="utf-16" if layout == "A" else "utf-8"
        )
        again = build.lines(_dossiers(1000 * number + 500, layout), layout, titles, feet)
        again = _beside_the_columns(again)
        match layout:
            case "A":
                write_ods(raw / "a.ods", {"x": again})
            case "B":
                write_xlsb(raw / "b.xlsb", {"x": again})
            case "C":
                build.write_html(raw / "c.xls", again)
                page = (raw / "c.xls").read_text(encoding="utf-8-sig")
                outside = f"<p>{TEXTS['outside_table']}</p><!-- {TEXTS['page_comment']} --><table>"
                (raw / "c.xls").write_text(page.replace("<table>", outside), encoding="utf-8-sig")
            case "D":
                build.write_xlsx(raw / "d.xlsx", {"x": again, "y": [[TEXTS["hidden_sheet"]]]})
                _hide(raw / "d.xlsx")
            case _:
                packed = io.BytesIO()
                with zipfile.ZipFile(packed, "w") as archive:
                    text = "\n".join(",".join(str(c or "") for c in row) for row in again)
                    archive.writestr("f.csv", text)
                    archive.comment = TEXTS["archive_comment"].encode()
                (raw / "f.zip").write_bytes(packed.getvalue())
                (raw / "g.csv.gz").write_bytes(gzip.compress(text.replace("-23", "-24").encode()))
    _unreadable(raw)


def _dossiers(first: int, layout: str) -> list[dict[str, object]]:
    people: dict[str, object] = {
        key: TEXTS[key]
        for key in ("applicant", "submitter", "address", "phone", "email", "identity_number")
    } | {"officer": TEXTS["officer"], "note": TEXTS["note"], "content": TEXTS["content"]}
    good = [build.dossier(first + n, **people) for n in range(1, 60)]
    unit = {"unit": TEXTS["rejected_unit"], "status": TEXTS["rejected_status"]} | people
    bad = [
        unit | {"code": TEXTS["rejected_code"]},
        unit | {"code": None},
        unit | {"received": TEXTS["date_name"]},
        unit | {"received": TEXTS["date_phone"]},
        unit | {"received": TEXTS["date_identity"]},
        unit | {"received": TEXTS["date_scientific"]},
        unit | {"code": TEXTS["date_scientific"]},
        {"due": TEXTS["other_date"], "content": TEXTS["content"]} | people,
        {"number": TEXTS["footer"], "code": None},
    ]
    if layout != "F":  # whose text is written without quotes
        bad.append(people | {"applicant": f'{TEXTS["shifted"]}, "'})
    return good + [build.dossier(first + 100 + n) | each for n, each in enumerate(bad)]


def _beside_the_columns(rows: list[build.Line]) -> list[build.Line]:
    """Adds columns whose header is a person, or that have none."""
    width = max(len(row) for row in rows)
    done: list[build.Line] = []
    for row in rows:
        cells = [*row, *[None] * (width - len(row))]
        is_header = any(cell in ("Mã hồ sơ", "MaHoSo") for cell in row)
        is_body = len(row) > 1 and not is_header
        beside = [TEXTS["hidden_column"], TEXTS["unlabelled"], None] if is_body else []
        if is_header:
            beside = [TEXTS["header"], None, TEXTS["header_name"]]
        done.append([*cells, *beside] if len(row) > 1 else row)
    return done


def _hide(path: Path) -> None:
    """Hides a column and a sheet of a workbook; adds a comment, properties and a page header."""
    book = openpyxl.load_workbook(path)
    sheet, other = book.worksheets
    sheet.column_dimensions["P"].hidden = True
    sheet["B8"].comment = Comment(TEXTS["comment"], TEXTS["comment"])
    sheet.oddHeader.center.text = TEXTS["properties"]
    other.sheet_state = "hidden"
    book.properties.creator = book.properties.title = TEXTS["properties"]
    book.properties.description = book.properties.keywords = TEXTS["properties"]
    book.save(path)


def _unreadable(raw: Path) -> None:
    """Files that are given up, each for another reason."""
    people = [["Họ tên", "Nơi ở"], *[[TEXTS["headless"], TEXTS["headless_address"]]] * 5]
    build.write_csv(raw / "people.csv", people)
    build.write_csv(raw / "headless.csv", people[1:])
    build.write_xlsx(raw / "headless.xlsx", {"x": people[1:]})
    near = [["Mã hồ sơ", TEXTS["near_header"], "Ngày tiếp nhân thực tế"], ["a", "b", "c"]]
    build.write_csv(raw / "near.csv", near)
    header = ",".join(build.headers("D")) + "\n"
    long = f'{header}"{TEXTS["long_cell"]}{"x" * (_MOST_CHARACTERS + 9)}\n'
    (raw / "long.csv").write_text(long, encoding="utf-8")
    (raw / "scan.xlsx").write_bytes(b"%PDF-1.7 " + TEXTS["pdf"].encode())
    (raw / "binary.csv").write_bytes(f"{header}\0\0,{TEXTS['binary']}\0".encode())
    build.write_xlsx(raw / "torn.xlsx", {"x": build.lines([build.dossier(note=TEXTS["torn"])])})
    (raw / "torn.xlsx").write_bytes((raw / "torn.xlsx").read_bytes()[:-500])
    build.write_csv(raw / "torn.csv", build.lines([build.dossier(note=TEXTS["torn"])]))
    (raw / "torn.csv").write_bytes((raw / "torn.csv").read_bytes() + b"\xe1\xba," * 9)


def found(folder: Path) -> int:
    """Returns how many bytes of what was planted stand in the files below `folder`."""
    return sum(len(mark.encode()) * times for _, mark, times in leaks(folder))


def leaks(folder: Path) -> Iterator[tuple[str, str, int]]:
    """Yields file, mark and how often of each leak below `folder`; exports under `raw` are none."""
    marks = planted()
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or "raw" in path.relative_to(folder).parts:
            continue
        name = str(path.relative_to(folder))
        for text in texts(path):
            bare = _bare(text)
            for mark in marks:
                if mark in bare:
                    yield name, mark, bare.count(mark)
        if any(mark in _bare(name) for mark in marks):
            yield name, "its own name", 1


def texts(path: Path) -> Iterator[str]:
    """Yields all that a file says: its bytes as text, and what its format packs or encodes."""
    content = path.read_bytes()
    yield from _decoded(content)
    if content.startswith(b"PAR1"):
        table = pq.read_table(pa.BufferReader(content))
        yield repr(pq.read_metadata(pa.BufferReader(content)).to_dict())
        yield repr(table.schema.to_string(truncate_metadata=False, show_schema_metadata=True))
        yield json.dumps(table.to_pylist(), ensure_ascii=False, default=str)
    if content[8:12] == b"DUCK":
        yield from _database(path)


def _decoded(content: bytes) -> Iterator[str]:
    yield html.unescape(content.decode("utf-8", errors="ignore"))
    yield content.decode("utf-16-le", errors="ignore")
    yield content[1:].decode("utf-16-le", errors="ignore")
    if b"\\u" in content:
        with_escapes = content.decode("latin-1", errors="ignore")
        yield re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), with_escapes)
    if content.startswith(b"PK"):
        with suppress(zipfile.BadZipFile), zipfile.ZipFile(io.BytesIO(content)) as archive:
            yield from _decoded(archive.comment)
            for part in archive.infolist():
                yield part.filename
                yield from _decoded(archive.read(part))
    if content.startswith(b"\x1f\x8b"):
        yield from _decoded(gzip.decompress(content))


def _database(path: Path) -> Iterator[str]:
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables"
        ).fetchall()
        for schema, name in tables:
            rows = connection.execute(f'select * from "{schema}"."{name}"').fetchall()
            yield "\n".join(" ".join(map(str, row)) for row in rows)
        for what in ("tables", "columns", "views"):
            yield repr(connection.execute(f"select * from duckdb_{what}()").fetchall())


def _lower(text: str) -> str:
    return unicodedata.normalize("NFC", text).lower()


def _bare(text: str) -> str:
    """Returns the letters and digits of a text, without case and diacritics."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return _NOT_WORD.sub("", decomposed)
