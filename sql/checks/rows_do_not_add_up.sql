-- Over all files, accepted = dossiers + superseded (the tie-out of definitions.md).
with accepted as (
    select
        source_file,
        source_sheet,
        source_row
    from judged_rows
    where verdict = 'accepted'
),

superseded as (
    select accepted.*
    from accepted
    left join newest_rows as newest
        on
            accepted.source_file = newest.source_file
            and accepted.source_sheet = newest.source_sheet
            and accepted.source_row = newest.source_row
    where newest.source_row is null
),

totals as (
    select
        (select count(*) from accepted) as accepted,
        (select count(*) from superseded) as superseded,
        (select count(distinct dossier_code) from newest_rows) as dossiers
)

select
    cast(accepted as varchar) || ' dòng nhận; ' || cast(dossiers as varchar) || ' hồ sơ; '
    || cast(superseded as varchar) || ' dòng bị thay' as sample
from totals
where accepted <> dossiers + superseded
