-- Dossiers of which rows of equally new exports tell different things: nothing but the order of
-- paths, sheets and rows says which one counts.
select
    judged.dossier_code,
    judged.dossier_code || ' (dòng được dùng: ' || min(repeated.source_file) || ', dòng '
    || cast(min(repeated.source_row) as varchar) || ')' as sample
from judged_rows as judged
inner join repeated_dossiers as repeated
    on
        judged.dossier_code = repeated.dossier_code
        and coalesce(judged.snapshot_on, date '1900-01-01')
        = coalesce(repeated.snapshot_on, date '1900-01-01')
where judged.verdict = 'accepted'
group by judged.dossier_code
having
    count(distinct coalesce(judged.stated_group, '')) > 1
    or count(
        distinct coalesce(
            cast(coalesce(judged.finished_at, judged.returned_at) as date), date '1900-01-01'
        )
    ) > 1
    or count(
        distinct coalesce(
            cast(coalesce(judged.extended_due_at, judged.due_at) as date), date '1900-01-01'
        )
    ) > 1
