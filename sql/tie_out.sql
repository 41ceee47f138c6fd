-- One row: over all files, what the accepted rows are (the tie-out of definitions.md).
with accepted as (
    select
        count(*) as accepted,
        sum(case when newest.source_row is null then 1 else 0 end) as superseded
    from judged_rows as judged
    left join newest_rows as newest
        on
            judged.source_file = newest.source_file
            and judged.source_sheet = newest.source_sheet
            and judged.source_row = newest.source_row
    where judged.verdict = 'accepted'
),

dossiers as (
    select count(distinct dossier_code) as dossiers from newest_rows
),

procedures as (
    select sum(case when ignored_as is null and reject_reason is null then 1 else 0 end) as procedures
    from staged_procedures
)

select
    accepted.accepted,
    dossiers.dossiers,
    cast(coalesce(accepted.superseded, 0) as bigint) as superseded,
    cast(coalesce(procedures.procedures, 0) as bigint) as procedures
from accepted
cross join dossiers
cross join procedures
