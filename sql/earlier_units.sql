-- Systems rename the units of old dossiers. Where the newest export names a unit that did not exist
-- yet when the dossier was received, the unit that did is the one of an earlier export, if any has
-- it: it holds the dossier until the other begins, so that no closed period changes.
with renamed as (
    select
        newest.dossier_code,
        cast(newest.received_at as date) as received_on
    from newest_rows as newest
    inner join unit_choices as units
        on
            coalesce(newest.unit, '') = units.unit
            and newest.unit_context = units.unit_context
            and cast(newest.received_at as date) = units.received_on
            and coalesce(newest.snapshot_on, date '1900-01-01') = units.snapshot_on
    where units.valid_from > units.received_on
),

named as (
    select
        renamed.dossier_code,
        matches.unit_code,
        matches.valid_from,
        coalesce(judged.snapshot_on, date '1900-01-01') as snapshot_on,
        judged.source_file,
        judged.source_sheet,
        judged.source_row,
        count(*) over (
            partition by
                renamed.dossier_code, judged.source_file, judged.source_sheet, judged.source_row
        ) as candidates
    from renamed
    inner join judged_rows as judged
        on renamed.dossier_code = judged.dossier_code and judged.verdict = 'accepted'
    inner join unit_matches as matches
        on
            coalesce(judged.unit, '') = matches.unit
            and judged.unit_context = matches.unit_context
            and renamed.received_on between matches.valid_from and matches.valid_to
)

select
    dossier_code,
    unit_code,
    valid_from
from named
where candidates = 1
qualify
    row_number() over (
        partition by dossier_code
        order by snapshot_on desc, source_file desc, source_sheet desc, source_row desc
    ) = 1
