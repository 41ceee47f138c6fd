"""Half a page under the name of a workbook is told as cut off, wherever it was cut."""

from __future__ import annotations

from pathlib import Path

import build
import pytest

from pipelines.errors import UnreadableFile
from pipelines.readers import read_export

ROWS = "".join(
    "<tr>" + "".join(f"<td>{cell}</td>" for cell in line) + "</tr>"
    for line in build.lines(build.dossiers(3))
)
PAGE = f"<html><body><table>{ROWS}</table></body></html>"
# Of the letters of Hòa Ân, Trần, Đăng ký … each has two or three bytes.
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_cut_at_any_byte_of_its_rows(encoding: str, tmp_path: Path) -> None:
    content = PAGE.encode(encoding)
    path = tmp_path / "a.xls"
    within = 0
    for cut in range(len(content) // 2, len(content) // 2 + 200):
        path.write_bytes(content[:cut])
        with pytest.raises(UnreadableFile) as stopped:
            read_export(path, tmp_path)
        said = str(stopped.value)
        assert "bị cắt dở" in said and "hãy" in said, (cut, said)
        assert "bảng mã" not in said
        within += "giữa một chữ" in said
    assert 0 < within < 200


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_whole_page_is_read(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(PAGE.encode(encoding))
    (sheet,) = read_export(path, tmp_path).sheets
    assert len(sheet.head) == 4


def test_bytes_that_are_wrong_before_the_end_are_still_a_wrong_encoding(tmp_path: Path) -> None:
    content = PAGE.encode()
    place = content.index("Đ".encode(), len(content) // 2)
    path = tmp_path / "a.xls"
    path.write_bytes(content[:place] + b"\xff" + content[place + 1 :])
    with pytest.raises(UnreadableFile, match="bảng mã utf-8"):
        read_export(path, tmp_path)
