-- Of each dossier that more than one accepted row has, how many there are, and of when and where the
-- one of the newest snapshot is. The order is total (snapshot date, then path, sheet and row), so the
-- same files give the same winner on every machine and engine.
with repeated as (
    select
        dossier_code,
        count(*) as accepted_rows
    from judged_rows
    where verdict = 'accepted'
    group by dossier_code
    having count(*) > 1
)

select
    judged.dossier_code,
    repeated.accepted_rows,
    judged.snapshot_on,
    judged.source_file,
    judged.source_sheet,
    judged.source_row
from judged_rows as judged
inner join repeated on judged.dossier_code = repeated.dossier_code
where judged.verdict = 'accepted'
qualify
    row_number() over (
        partition by judged.dossier_code
        order by
            coalesce(judged.snapshot_on, date '1900-01-01') desc,
            judged.source_file desc,
            judged.source_sheet desc,
            judged.source_row desc
    ) = 1
