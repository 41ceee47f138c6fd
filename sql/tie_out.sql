-- One row: over all files, what the accepted rows are (the tie-out of definitions.md).
with accepted as (
    select count(*) as accepted
    from judged_rows
    where verdict = 'accepted'
),

dossiers as (
    select count(*) as dossiers
    from newest_rows
),

superseded as (
    select sum(accepted_rows - 1) as superseded
    from repeated_dossiers
),

procedures as (
    select sum(case when ignored_as is null and reject_reason is null then 1 else 0 end) as procedures
    from staged_procedures
)

select
    accepted.accepted,
    dossiers.dossiers,
    cast(coalesce(superseded.superseded, 0) as bigint) as superseded,
    cast(coalesce(procedures.procedures, 0) as bigint) as procedures
from accepted
cross join dossiers
cross join superseded
cross join procedures
