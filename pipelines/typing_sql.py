"""The one SELECT that turns a sheet's text cells into typed, judged rows.

Judged means: accepted, rejected with a reason, or ignored as furniture (a blank row, a
repeated header, a subtotal, a signature). No row is left out, so that what a file held can
be counted from its staged Parquet alone.

Rule (interfaces.md): a row is rejected only when it cannot be placed: no usable dossier
code, or no readable received date. Whether the status needs that date is settled later,
in `sql/judged_rows.sql`, where statuses have a meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from pipelines.header import Header
from pipelines.raw_contract import Column, RawContract, common
from pipelines.sql_text import literal

# A code must hold a digit (its running number): a name that slipped into the column has none.
_CODE = r"[0-9A-Z.\-_/]*[0-9][0-9A-Z.\-_/]*"
_CODE_LIKE = r"[0-9A-ZĐ.\-_/]*[0-9][0-9A-ZĐ.\-_/]*"
_PLAIN_CODE = r"[A-Z][0-9A-Z.\-_/]*[0-9][0-9A-Z.\-_/]*"
_SCIENTIFIC = r"[0-9]+([.,][0-9]+)?E[+-]?[0-9]+"
_DATE_LIKE = r"([0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}|[0-9]{4}-[0-9]{2}-[0-9]{2})([ T][0-9:.]+)?"
_ZONED = (
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)"
    r" ?(?:Z|UTC|([+-])([0-9]{2}):?([0-9]{2})?)"
)
# Minutes to add to a moment so told: 7 hours less its offset.
_OFFSET = (
    "420 - case regexp_extract(text, '{zoned}', 2, 'i') when '-' then -1 else 1 end * ("
    "60 * coalesce(try_cast(regexp_extract(text, '{zoned}', 3, 'i') as integer), 0)"
    " + coalesce(try_cast(regexp_extract(text, '{zoned}', 4, 'i') as integer), 0))"
).replace("{zoned}", _ZONED)
# From which day the serial numbers of a workbook count: 1900 (with its false leap day) or 1904.
_DAY_NOUGHT = {False: "1899-12-30", True: "1904-01-01"}
_COLUMN_NUMBER = r"[(\[]?([0-9]{1,2}|[A-ZĐ])[)\]]?"
_SPACES = (
    "[\\s\\x{00a0}\\x{00ad}\\x{200b}-\\x{200f}\\x{2028}-\\x{202f}\\x{2060}\\x{3000}\\x{feff}]+"
)
_EDGE = " \t\r\n\u00a0\u200b\ufeff"
# Values of a rejected row are shown only if they are written like a date, or have so few digits
# that no phone or identity number can hide in them, and no letters.
_TIME = "[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?"
_SHOWABLE = (
    rf"({_TIME} )?([0-9]{{1,2}}[/.-]){{2}}[0-9]{{4}}( {_TIME})?"
    rf"|[0-9]{{4}}[/.-][0-9]{{1,2}}[/.-][0-9]{{1,2}}([ T]{_TIME})?"
    r"|(19|20)[0-9]{6}([0-9]{6})?"
    r"|([/:\-. ,()+*?]?[0-9]){0,6}[/:\-. ,()+*?]{0,5}"
    r"|[0-9]([.,][0-9]{1,5})?[Ee][+-]?[0-9]{1,2}"
)


def _list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(literal(text) for text in texts) + "]"


def macros() -> list[str]:
    """Return the statements that make the macros which `typed_rows` uses.

    `trimmed(cell)`: the cell without surrounding space; `said(cell)`: NULL where it says nothing.
    `shaped_date(cell)`: a TIMESTAMP if the cell is, to the last character, a date form of
    `common.yml` of fixed length, else NULL.
    `cell_date(text, day_nought)`: a TIMESTAMP by any date form of `common.yml`, or so many days
    after `day_nought`; NULL if unreadable.
    `cell_code(text)`: an identifier in upper case without any space.
    `cell_key(text)`: the text as headers are compared within one file.
    `showable(text)`: the text if it cannot be personal, else dots of its length.
    """
    formats = common().date_formats
    spaces, edge = literal(_SPACES), literal(_EDGE)
    empty = ["", *common().empty]
    longest = max(len(text.encode()) for text in empty)
    by_shape = "\n".join(_when(form) for form in formats if "%I" not in form and "%y" not in form)
    # Not `in (…)`, of which DuckDB makes a join that every cell has to pass.
    return [
        # Most cells need no repair, and this test of their ends costs half of `left` and `right`:
        # below `!` stand the spaces of ASCII, from U+0080 on the others.
        f"""create or replace temp macro trimmed(cell) as
            case when cell >= '!' and not contains({edge}, cell[-1])
                    and (cell < '\u0080' or not contains({edge}, cell[1]))
                then cell else trim(cell, {edge}) end""",
        f"""create or replace temp macro said(cell) as
            case when strlen(cell) <= {longest} and list_position({_list(empty)}, cell) > 0
                then null else cell end""",
        f"""create or replace temp macro cell_date(text, day_nought) as
            case
                when text is null then null
                when regexp_full_match(text, '[2-7][0-9]{{4}}([.,][0-9]+)?')
                then day_nought
                    + to_seconds(
                        -- Never rounded up, or the last moment of a day is the next day; a whole
                        -- second may be a little less as a fraction of a day.
                        floor(cast(replace(text, ',', '.') as double) * 86400 + 0.00001)
                    )
                -- A moment with its offset from UTC, told in Vietnam's time.
                when regexp_full_match(text, {literal(_ZONED)}, 'i')
                then try_strptime(
                        replace(regexp_extract(text, {literal(_ZONED)}, 1, 'i'), ' ', 'T'),
                        ['%Y-%m-%dT%H:%M:%S', '%Y-%m-%dT%H:%M', '%Y-%m-%dT%H:%M:%S.%f']
                    ) + to_minutes({_OFFSET})
                else try_strptime(
                    regexp_replace(
                        regexp_replace(
                            trim(regexp_replace(text, {spaces}, ' ', 'g')), ' ?SA$', ' AM', 'i'
                        ), ' ?CH$', ' PM', 'i'
                    ), {_list(formats)})
            end""",
        # A format that does not fit costs ten times one that fits, so the shape chooses first.
        f"""create or replace temp macro shaped_date(text) as
            case {by_shape} end""",
        f"""create or replace temp macro cell_code(text) as
            case when regexp_full_match(text, {literal(_CODE)}) then text
                 else replace(upper(nfc_normalize(
                    regexp_replace(text, {spaces}, '', 'g'))), 'Ð', 'Đ') end""",
        f"""create or replace temp macro plain_code(text) as
            coalesce(regexp_full_match(text, {literal(_PLAIN_CODE)}), false)""",
        f"""create or replace temp macro usable_code(text) as
            text is not null
                    and not regexp_full_match(text, {literal(_SCIENTIFIC)}, 'i')
                    and not regexp_full_match(text, {literal(_DATE_LIKE)})
                    and regexp_matches(text, '[0-9]')""",
        f"""create or replace temp macro cell_key(text) as
            lower(trim(regexp_replace(nfc_normalize(text), {spaces}, ' ', 'g')))""",
        f"""create or replace temp macro showable(text) as
            case when text is null then null
                 when regexp_full_match(text, {literal(_SHOWABLE)}) then text
                 else repeat('•', least(length(text), 12)) end""",
    ]


def _when(form: str) -> str:
    """Return the CASE branch for texts that have the length and the separator of `form`."""
    shape = datetime(2023, 10, 11, 12, 13, 14).strftime(form)
    place = next((i for i, character in enumerate(shape) if not character.isdigit()), None)
    separator = "" if place is None else f" and text[{place + 1}] = {literal(shape[place])}"
    return f"when strlen(text) = {len(shape)}{separator} then try_strptime(text, {literal(form)})"


def typed_rows(
    header: Header,
    source: str,
    row_number: str,
    part: str,
    from_1904: bool = False,
    beyond: Iterable[str] = (),
) -> str:
    """Return the SELECT over `source` (a relation with columns `c0` … `cn`, `v` in place of `c`
    where the header is guarded).

    Named parameters: `sheets`, `unit_contexts`, `identity_headers`, `anchor_headers`: lists, from
    which the SQL `part` takes a row's own (1 is the first), so that several sheets can stand under
    one another. `row_number` is the SQL for the row's number in its sheet, or `null` where position
    tells; `from_1904` says from where the sheet's serial numbers of days count; in `beyond` are
    columns that stand right of the header, where a filled cell tells that the row's cells are not
    in their columns.
    """
    contract = header.contract
    identity, anchor = contract.identity, contract.anchor
    kept = contract.kept
    dates = [c.name for c in kept if c.type == "date" and c.name in header.columns]
    cells = ",\n        ".join(f"{_cell(column, header)} as {column.name}__cell" for column in kept)
    # What stands in a cell as it should, to the last character, is taken without a second look:
    # nearly every row has only such dates and codes.
    shaped = ",\n        ".join(
        [f"plain_code({identity}__cell) as is_plain"]
        + [f"shaped_date({name}__cell) as {name}__shaped" for name in dates]
    )
    # A macro copies its argument to each place that names it: so one step at a time.
    trimmed = ",\n        ".join(
        f"{_trimmed(column, contract, dates)} as {column.name}__trimmed" for column in kept
    )
    texts = ",\n        ".join(f"said({c.name}__trimmed) as {c.name}__text" for c in kept)
    values = ",\n        ".join(
        f"{_value(column, contract, dates, from_1904)} as {column.name}" for column in kept
    )
    filled = " + ".join(
        f"({column.name}__text is not null"
        + (f" or {column.name} is not null)::int" if column.name in dates else ")::int")
        for column in kept
        if column.name != identity
    )
    shifted = " or ".join(f"{name} is not null" for name in beyond) or "false"
    no_date = " and ".join(f"{name} is null" for name in dates) or "true"
    doubtful = [name for name in dates if name != anchor]
    unreadable = ", ".join(
        f"case when {name}__text is not null and {name} is null then {literal(name)} end"
        for name in doubtful
    )
    in_doubt = " or ".join(f"{name}__text is not null" for name in doubtful) or "false"
    return f"""
with cells as (
    select
        {part} as part,
        {row_number} as source_row,
        c0 as first_cell,
        {shifted} as is_shifted,
        {cells}
    from {source}
),
shaped as (
    select
        *,
        {shaped}
    from cells
),
trimmed as (
    select
        *,
        {trimmed}
    from shaped
),
texts as (
    select
        *,
        {texts}
    from trimmed
),
typed as (
    select
        *,
        {values},
        is_plain or usable_code({identity}__text) as usable_code
    from texts
),
judged as (
    select
        *,
        case
            when usable_code and {anchor} is not null and not is_shifted
                and not {_column_numbers(identity, anchor)} then null
            when {identity}__text is null and {filled} = 0 then 'blank'
            when cell_key({identity}__text) = $identity_headers[part]
                or cell_key({anchor}__text) = $anchor_headers[part] then 'repeated_header'
            when {_column_numbers(identity, anchor)} then 'column_numbers'
            when {no_date} and {_is_furniture(identity, filled)} then 'furniture'
        end as ignored_as
    from typed
),
reasoned as (
    select
        *,
        case
            when ignored_as is not null
                or (usable_code and {anchor} is not null and not is_shifted) then null
            when is_shifted then 'row_shifted'
            when {identity}__text is null then 'code_missing'
            when regexp_full_match({identity}__text, {literal(_SCIENTIFIC)}, 'i')
                then 'code_scientific'
            when regexp_full_match({identity}__text, {literal(_DATE_LIKE)}) then 'code_is_date'
            when not usable_code then 'code_unusable'
            when {anchor}__text is null then '{anchor}_missing'
            when {anchor} is null then '{anchor}_unreadable'
        end as reject_reason,
        ignored_as is null and reject_reason is null as is_accepted,
        -- Of a rejected row nothing is kept, since its cells may stand in the wrong columns; but
        -- where only the anchor is blank, its code and status are, because a status may not need
        -- that date.
        is_accepted or coalesce(reject_reason = '{anchor}_missing', false) as is_identified
    from judged
)
select
    $sheets[part]::varchar as source_sheet,
    source_row::bigint as source_row,
    ignored_as,
    reject_reason,
    case when reject_reason is null then null
         when starts_with(reject_reason, '{anchor}_') then '{anchor}' else '{identity}'
    end as reject_column,
    case when reject_reason is null then null
         when starts_with(reject_reason, '{anchor}_') then showable({anchor}__text)
         else showable({identity}__text) end as reject_value,
    {_published(kept, contract)},
    case when ({in_doubt}) and ignored_as is null
        then nullif(concat_ws(' ', {unreadable or "null"}), '') end as unreadable_dates,
    $unit_contexts[part]::varchar as unit_context
from reasoned"""


def _is_furniture(identity: str, filled: str) -> str:
    """A row without any date is furniture if it begins with a word of `common.yml`, or if it
    has no code-like text and at most two filled cells (titles, signatures, names under them).
    """
    code_like = f"regexp_full_match(cell_code({identity}__text), {literal(_CODE_LIKE)})"
    first = f"cell_key(coalesce(nullif(trimmed(first_cell), ''), {identity}__text, ''))"
    words = "|".join(re.escape(word.lower()) for word in common().furniture)
    begins = f"regexp_matches({first}, {literal(f'^({words})')})"
    # A code may begin like one of the words: KT.18-230701-0001 is a row with a fault, and told.
    is_code = f"regexp_full_match(upper({first}), {literal(_CODE_LIKE)})"
    begins = f"({begins} and not ({is_code} and regexp_matches({first}, '[0-9]{{4}}')))"
    return f"({begins} or (not coalesce({code_like}, false) and {filled} <= 2))"


def _column_numbers(identity: str, anchor: str) -> str:
    """The row of (1), (2), (3) … that statutory forms have below their header."""
    number = literal(_COLUMN_NUMBER)
    return (
        f"coalesce(strlen({identity}__text) < 6"
        f" and regexp_full_match({identity}__text, {number})"
        f" and regexp_full_match({anchor}__text, {number}), false)"
    )


def _cell(column: Column, header: Header) -> str:
    position = header.columns.get(column.name)
    if position is None:
        return "null::varchar"
    if column.name in header.guarded:
        # Free text may name a person: of it there are only known procedures' names.
        return f"v{position}"
    return f"c{position}"


def _trimmed(column: Column, contract: RawContract, dates: list[str]) -> str:
    """What stands in a cell; of a date that its shape has told, nothing more."""
    cell = f"{column.name}__cell"
    if column.name == contract.identity:
        return f"case when is_plain then {cell} else trimmed({cell}) end"
    if column.name in dates:
        return f"case when {column.name}__shaped is null then trimmed({cell}) end"
    return f"trimmed({cell})"


def _value(column: Column, contract: RawContract, dates: list[str], from_1904: bool) -> str:
    text = f"{column.name}__text"
    if column.name == contract.identity:
        return f"case when is_plain then {text} else cell_code({text}) end"
    if column.type == "code":
        return f"cell_code({text})"
    if column.name in dates:
        day_nought = f"timestamp '{_DAY_NOUGHT[from_1904]}'"
        return f"coalesce({column.name}__shaped, cell_date({text}, {day_nought}))"
    if column.type == "date":
        return "null::timestamp"
    if column.type == "number":
        number = f"regexp_extract({text}, '[0-9]+([.,][0-9]+)?')"
        return f"try_cast(replace({number}, ',', '.') as decimal(9, 2))"
    return text


def _published(kept: tuple[Column, ...], contract: RawContract) -> str:
    """The columns that are staged, empty unless the row is placed by them."""
    identifying = {contract.identity, "status"}
    return ",\n    ".join(
        f"case when {'is_identified' if each.name in identifying else 'is_accepted'}"
        f" then {each.name} end as {each.name}"
        for each in kept
    )
