-- Systems rename the units of old dossiers. Where the newest export was taken after a unit of the
-- name it states began, and the dossier was received before that, an export from before that day
-- tells the unit of the time: it holds the dossier until the change, so that no closed period moves.
with renamed as (
    select
        newest.dossier_code,
        cast(newest.received_at as date) as received_on,
        min(later.valid_from) as renamed_on
    from newest_rows as newest
    inner join unit_matches as later
        on
            coalesce(newest.unit, '') = later.unit
            and newest.unit_context = later.unit_context
            and cast(newest.received_at as date) < later.valid_from
            and newest.snapshot_on >= later.valid_from
    group by newest.dossier_code, newest.received_at
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
        on
            renamed.dossier_code = judged.dossier_code
            and judged.verdict = 'accepted'
            and coalesce(judged.snapshot_on, date '1900-01-01') < renamed.renamed_on
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
