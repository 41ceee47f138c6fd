"""What the texts of the exports stand for: small tables that SQL joins on the text itself.

Each distinct text of a staged column is looked up once, without case, spacing, Unicode form
or tone placement. Texts that stand for nothing are left out and become findings.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from pipelines import reference
from pipelines.advice import UnitAdvice, text_advices
from pipelines.engines import Engine
from pipelines.reference import read_csv
from pipelines.text import Vocabulary, clean, key
from pipelines.units import UnitIndex, lineage, load_units

_TEXT, _DATE = pa.string(), pa.date32()


def _distinct(engine: Engine, table: str, columns: str) -> list[list[str]]:
    """Return the distinct values of `columns` in the staged table, NULL as empty text.

    Those of the oldest snapshot stand first, so that what is chosen by first appearance does not
    change when a newer export writes it in another way.
    """
    return [row for _, *row in _dated(engine, table, columns)]


def _dated(engine: Engine, table: str, columns: str) -> list[list[str]]:
    """Return the same with the ISO date of the snapshot they first stand in before them."""
    rows = engine.query(
        f"""select cast(min(coalesce(snapshot_on, date '1900-01-01')) as varchar) as first_on,
            {columns}
        from {table}
        where ignored_as is null
        group by {columns}
        order by first_on, {columns}"""
    )
    return [[str(value or "") for value in row] for row in rows]


def _table(columns: dict[str, pa.DataType], rows: Iterable[tuple[object, ...]]) -> pa.Table:
    return pa.Table.from_pylist(
        [dict(zip(columns, row, strict=True)) for row in rows], schema=pa.schema(columns.items())
    )


def vocabularies(engine: Engine, folder: Path) -> dict[str, pa.Table]:
    """Return the tables that give the staged texts their meaning, by name:

    `status_matches` (status, status_clean, status_group), `channel_matches` (channel_text,
    channel), `level_matches` (level_text, level), `service_matches` (service_text, service),
    `one_stop_matches` (one_stop_text, one_stop), `field_matches` (field_text, field),
    `procedure_matches` (code_text, name_text, procedure_code, procedure_name, field,
    in_catalogue), `text_advice` (kind, text, advice: what to add for an unknown `status` or
    `channel`), `unit_matches` (unit, unit_context, unit_code, valid_from), `unit_lineage`
    (unit_code, valid_from, held_code, held_name, level, held_from, held_to), `level_ends` (level,
    valid_to: the last day on which it has a unit) and `unit_advice` (unit, unit_context, advice).

    `engine` has `dossier_texts` and `staged_procedures`; `folder` holds the reference.
    """
    known_statuses, known_channels = reference.statuses(folder), reference.channels(folder)
    status_texts = [row[0] for row in _distinct(engine, "dossier_texts", "status")]
    channel_texts = [row[0] for row in _distinct(engine, "dossier_texts", "channel")]
    unknown: list[tuple[object, ...]] = []
    for kind, name, texts, known in (
        ("status", "statuses", status_texts, known_statuses),
        ("channel", "channels", channel_texts, known_channels),
    ):
        strange = [text for text in texts if text and known.get(text) is None]
        advices = text_advices(strange, folder, name)
        unknown += [(kind, *pair) for pair in zip(strange, advices, strict=True)]
    return {
        "text_advice": _table({"kind": _TEXT, "text": _TEXT, "advice": _TEXT}, unknown),
        "status_matches": _table(
            {"status": _TEXT, "status_clean": _TEXT, "status_group": _TEXT},
            [(text, clean(text), known_statuses.get(text)) for text in status_texts if text],
        ),
        "channel_matches": _matches(
            engine, "dossier_texts", "channel", "channel_text", "channel", known_channels
        ),
        "level_matches": _level_matches(engine, folder),
        "service_matches": _matches(
            engine,
            "staged_procedures",
            "online_service",
            "service_text",
            "service",
            Vocabulary((r["service_text"], r["service"]) for r in read_csv(folder, "services")),
        ),
        "one_stop_matches": _one_stop(engine, folder),
        "field_matches": _field_matches(engine),
        "procedure_matches": _procedure_matches(engine),
        **_unit_tables(engine, folder),
    }


def _matches(
    engine: Engine,
    table: str,
    column: str,
    text_name: str,
    value_name: str,
    known: Vocabulary[str],
) -> pa.Table:
    """Return the distinct texts of a column that stand for something, and what."""
    texts = [row[0] for row in _distinct(engine, table, column)]
    found = [(text, known.get(text)) for text in texts if text]
    return _table(
        {text_name: _TEXT, value_name: _TEXT},
        [(text, value) for text, value in found if value is not None],
    )


def _level_matches(engine: Engine, folder: Path) -> pa.Table:
    """A procedure that several levels handle names them in one cell: `Cấp huyện; Cấp xã`."""
    _, known = reference.levels(folder)
    rows = []
    for (text,) in _distinct(engine, "staged_procedures", "level"):
        parts = [text, *text.replace(",", ";").replace("/", ";").replace("\n", ";").split(";")]
        levels = {level for part in parts if part.strip() and (level := known.get(part))}
        rows += [(text, level) for level in sorted(levels)]
    return _table({"level_text": _TEXT, "level": _TEXT}, rows)


def _one_stop(engine: Engine, folder: Path) -> pa.Table:
    known = Vocabulary((r["one_stop_text"], r["one_stop"]) for r in read_csv(folder, "one_stop"))
    texts = [row[0] for row in _distinct(engine, "staged_procedures", "one_stop")]
    return _table(
        {"one_stop_text": _TEXT, "one_stop": pa.bool_()},
        [(text, known.get(text) == "true") for text in texts if text],
    )


def _spellings(texts: Iterable[str]) -> dict[str, str]:
    """Return for each key the one spelling that is shown: the first given."""
    shown: dict[str, str] = {}
    for text in texts:
        if text:
            shown.setdefault(key(text), clean(text))
    return shown


def _field_matches(engine: Engine) -> pa.Table:
    """Fields in the spelling of their first snapshot, of its catalogue if that names them."""
    texts = _dated(engine, "dossier_texts", "field")
    catalogue = _dated(engine, "staged_procedures", "field")
    ranked = [
        (first_on, place, clean(text))
        for place, found in enumerate((catalogue, texts))
        for first_on, text in found
    ]
    shown = _spellings(text for _, _, text in sorted(ranked))
    return _table(
        {"field_text": _TEXT, "field": _TEXT},
        [(text, shown[key(text)]) for _, text in texts if text],
    )


def _procedure_matches(engine: Engine) -> pa.Table:
    """Procedures by code, else by name where the catalogue has that name under one code.

    Name, field and code are those of the first catalogue that has them, else the name of the
    first snapshot: a newer catalogue does not change what was counted under another.
    """
    catalogue = _dated(engine, "staged_procedures", "procedure_code, procedure_name, field")
    by_code: dict[str, tuple[str | None, str | None]] = {}
    first_of: dict[str, str] = {}
    codes_of: dict[str, set[str]] = {}
    for first_on, code, name, listed_in in catalogue:
        if code:
            by_code.setdefault(code, (clean(name), clean(listed_in)))
        if first_of.setdefault(key(name), first_on) == first_on:
            codes_of.setdefault(key(name), set()).add(code)
    texts = _distinct(engine, "dossier_texts", "procedure_code, procedure_name")
    names = _spellings(name for _, name in texts)
    name_of: dict[str, str] = {}
    for code, name in texts:
        if name:
            name_of.setdefault(key(code), names[key(name)])
    rows = []
    for code_text, name_text in texts:
        if not code_text and not name_text:
            continue
        same_name = codes_of.get(key(name_text), set())
        chosen = clean(code_text).replace(" ", "")
        if not chosen and len(same_name) == 1:
            chosen = next(iter(same_name))
        # One code has one name, whichever spelling a row has, so that a count has one line.
        own = name_of.get(key(code_text)) if chosen else names.get(key(name_text))
        shown, field = by_code.get(chosen, (own, None))
        known = chosen in by_code or (not chosen and bool(same_name))
        rows.append((code_text, name_text, chosen or None, shown, field or None, known))
    columns = ["code_text", "name_text", "procedure_code", "procedure_name", "field"]
    return _table({**dict.fromkeys(columns, _TEXT), "in_catalogue": pa.bool_()}, rows)


def _unit_tables(engine: Engine, folder: Path) -> dict[str, pa.Table]:
    units = load_units(folder)
    index = UnitIndex(units, folder)
    matches: list[tuple[object, ...]] = []
    advice = []
    advise = UnitAdvice(units, index, folder)
    for unit_text, context in _distinct(engine, "dossier_texts", "unit, unit_context"):
        found = index.match(unit_text, context)
        matches += [(unit_text, context, u.code, u.valid_from, u.valid_to) for u in found]
        advice.append((unit_text, context, advise.of(unit_text, context, found)))
    held = {"held_code": _TEXT, "held_name": _TEXT, "level": _TEXT}
    return {
        "unit_matches": _table(
            {
                "unit": _TEXT,
                "unit_context": _TEXT,
                "unit_code": _TEXT,
                "valid_from": _DATE,
                "valid_to": _DATE,
            },
            matches,
        ),
        "level_ends": _table(
            {"level": _TEXT, "valid_to": _DATE},
            sorted({u.level: u.valid_to for u in sorted(units, key=lambda u: u.valid_to)}.items()),
        ),
        "unit_advice": _table({"unit": _TEXT, "unit_context": _TEXT, "advice": _TEXT}, advice),
        "unit_lineage": _table(
            {"unit_code": _TEXT, "valid_from": _DATE, **held, "held_from": _DATE, "held_to": _DATE},
            [
                (code, since, u.code, u.name, u.level, u.valid_from, u.valid_to)
                for code, since, u in lineage(units)
            ],
        ),
    }
