"""Staging: each export becomes one typed Parquet, kept under its content's hash.

It holds every row of the file below its header: accepted, rejected or ignored. What the file as a
whole states stands in the Parquet's own metadata under the key `igate`. How it is written:
`pipelines/staging_write.py`. Where it is kept: `pipelines/staging_cache.py`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines import archives
from pipelines.errors import IgateError, TryAgain, UnreadableFile
from pipelines.exports import RawFile, stat_mark
from pipelines.header import Header, NearHeader, find_header, headers_of, nearest_header
from pipelines.header_words import letter, told
from pipelines.readers import read_export
from pipelines.readers.sheet import Delimited, Sheet
from pipelines.staging_cache import Staged, keep, kept_in, staged_already, vouched_by
from pipelines.staging_parts import Held, Part, Placed
from pipelines.staging_write import held, write, write_together
from pipelines.titles import snapshot

Outcome = list[Staged] | Exception


def stage(
    raw: RawFile, folder: Path, procedure_names: frozenset[str] | None = None
) -> list[Staged]:
    """Return the staged Parquets of `raw`, made now unless they are there already.

    `procedure_names` are the names of the catalogue in the form of `text.key`: free text
    that is none of them does not leave the reader. As long as they are not known (None), any
    staged copy will do, and a new one is made without free text. Raises `UnreadableFile`.
    """
    return staged_already(raw, folder, procedure_names) or _alone(raw, folder, procedure_names)


def stage_together(
    files: list[RawFile], folder: Path, procedure_names: frozenset[str] | None
) -> list[Outcome]:
    """Stage files of which nothing is kept; return for each what `stage` would, or its exception.

    Small files cost a fraction of what each would alone. What goes wrong with them together is
    tried with each by itself.
    """
    outcomes = _together(files, folder, procedure_names) if len(files) > 1 else {}
    return [outcomes.get(raw) or _outcome(raw, folder, procedure_names) for raw in files]


def _together(
    files: list[RawFile], folder: Path, procedure_names: frozenset[str] | None
) -> dict[RawFile, Outcome]:
    """Return what came of those files of which it can be told."""
    outcomes: dict[RawFile, Outcome] = {}
    read: dict[RawFile, list[Held]] = {}
    with _scratch(folder) as scratch:
        for number, raw in enumerate(files):
            try:
                with _unchanged(raw), archives.opened(raw, scratch) as path:
                    parts = _parts(path, scratch, raw, procedure_names, f"{number}-")
                    own = [held(each, procedure_names or frozenset()) for each in parts]
                read[raw] = own
            except (IgateError, OSError) as error:
                outcomes[raw] = error
            except Exception:  # noqa: S112 – perhaps for want of memory: it is tried alone
                continue
        try:
            together = [each for of_file in read.values() for each in of_file]
            write_together(together)
            kept = kept_in(folder)
            for raw, written in read.items():
                outcomes[raw] = keep(raw, [each.part.facts for each in written], folder, kept)
        except Exception:  # of which file it came is not told
            return outcomes
    return outcomes


def _outcome(raw: RawFile, folder: Path, procedure_names: frozenset[str] | None) -> Outcome:
    try:
        return _alone(raw, folder, procedure_names)
    except Exception as error:
        return error


def _alone(raw: RawFile, folder: Path, procedure_names: frozenset[str] | None) -> list[Staged]:
    with _scratch(folder) as scratch:
        with _unchanged(raw), archives.opened(raw, scratch) as path:
            parts = _parts(path, scratch, raw, procedure_names)
            staged = [write(part, procedure_names or frozenset()) for part in parts]
        return keep(raw, staged, folder)


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".staging-", dir=folder) as scratch:
        yield Path(scratch)


@contextmanager
def _unchanged(raw: RawFile) -> Iterator[None]:
    """Raise `TryAgain` if the file changes before all that is read of it is read: its content may
    not be that of the hash under which it would be kept.
    """
    before = raw.mark or stat_mark(raw.path)
    try:
        yield
    finally:
        if stat_mark(raw.path) != before:
            raise TryAgain("tệp thay đổi trong lúc đang đọc; hãy chạy lại khi chép xong")


def _parts(
    path: Path,
    scratch: Path,
    raw: RawFile,
    procedure_names: frozenset[str] | None,
    prefix: str = "",
) -> list[Part]:
    """Read the file at `path`; return what becomes its Parquets, of each kind of list one. In
    `scratch` their names begin with `prefix`.
    """
    export = read_export(path, scratch)
    placed, unmatched = [], []
    for sheet in export.sheets:
        header = find_header(sheet)
        if header is None:
            unmatched.append(sheet)
        else:
            placed.append(Placed(sheet, header))
    nearest = [near for near in map(nearest_header, unmatched) if near]
    drifted = [near for near in nearest if near.is_drifted]
    if drifted:
        raise UnreadableFile(drifted_header(drifted[0]))
    if not placed:
        partly = [near for near in nearest if near.has_required]
        raise UnreadableFile(_lacking(partly[0]) if partly else _no_header(export.sheets))
    kinds = sorted({each.header.contract.name for each in placed})
    parts = []
    for kind in kinds:
        of_kind = [each for each in placed if each.header.contract.name == kind]
        headers = [each.header for each in of_kind]
        # Rows of sheets without a header are counted once, with the first kind.
        rest = unmatched if kind == kinds[0] else []
        stated = (snapshot(each.sheet, each.header) for each in of_kind)
        facts = Staged(
            path=scratch / f"{prefix}{kind}.parquet",
            sha256=raw.sha256,
            kind=kind,
            kinds=kinds,
            format=export.format,
            encoding=export.encoding,
            layout=headers[0].layout,
            sheets=[each.sheet.name for each in of_kind if each.sheet.name],
            snapshot_on=max((day for day in stated if day is not None), default=None),
            rows_above=sum(each.above for each in of_kind) + sum(_height(sheet) for sheet in rest),
            first_row=None,
            dropped_columns=sorted({told(text) for header in headers for text in header.dropped}),
            unmatched_sheets=[sheet.name for sheet in rest if _height(sheet)],
            resembling=[
                list(each)
                for each in sorted(
                    {(r.header, r.column, r.alias) for h in headers for r in h.resembling}
                )
            ],
            absent=[
                [needed.columns[0], unknown_headers(header) if missed else None]
                for header in headers
                for needed, missed in header.absent.items()
            ],
            vouched=vouched_by(procedure_names) if any(h.guarded for h in headers) else "",
        )
        parts.append(Part(facts, of_kind))
    return parts


def unknown_headers(header: Header) -> str:
    """Return the headers that stand for nothing known, as a message shows them."""
    return "; ".join(
        f"cột {letter(position)} «{told(text)[:40]}»" for position, text in header.unknown[:20]
    )


def _no_header(sheets: list[Sheet]) -> str:
    return (
        "không tìm thấy dòng tiêu đề có cột mã hồ sơ và ngày tiếp nhận; nếu đúng là tệp xuất hồ "
        "sơ, hãy thêm tên cột vào schemas/raw/dossiers.yml; dòng giống tiêu đề nhất có: "
        f"{shown_headers([text for sheet in sheets for text in headers_of(sheet)])}"
    )


def _lacking(near: NearHeader) -> str:
    contract = near.contract
    strange = [
        header
        for header in near.headers
        if contract.headers.get(header) is None and not contract.is_not_needed(header)
    ]
    advice = (
        "; nếu cột đó mang tên khác thì thêm tên ấy vào aliases của "
        f"{' hoặc '.join(near.missing)} trong schemas/raw/{contract.name}.yml; cột chưa biết: "
        f"{shown_headers(strange)}"
    )
    return (
        f"dòng {near.first_row + 1} giống dòng tiêu đề nhưng {_missing(near)}; hãy xuất lại cho đủ "
        f"cột{advice if strange else ''}; các cột có: {shown_headers(near.headers)}"
    )


def _missing(near: NearHeader) -> str:
    names = ", ".join(f"«{near.contract.first_alias(name)}» ({name})" for name in near.missing)
    return f"thiếu cột bắt buộc {names}"


def drifted_header(near: NearHeader) -> str:
    """Return what to do about a header in which a required column is only resembled."""
    advice = "; ".join(
        f"thêm «{each.header}» vào aliases của cột {each.column} nếu cột đó là «{each.alias}»"
        for each in near.resembling
        if each.column in near.missing
    )
    return (
        f"dòng {near.first_row + 1} giống dòng tiêu đề nhưng {_missing(near)}; hãy sửa "
        f"schemas/raw/{near.contract.name}.yml ({advice}) rồi chạy lại; các cột có: "
        f"{shown_headers(near.headers)}"
    )


def shown_headers(texts: list[str]) -> str:
    """Return header texts as a message shows them: without what may name a person."""
    return (
        "; ".join(f"«{told(text)[:40]}»" for text in texts[:20]) or "không có dòng nào chỉ gồm chữ"
    )


def _height(sheet: Sheet) -> int:
    return len(sheet.head) if isinstance(sheet.cells, Delimited) else sheet.cells.num_rows
