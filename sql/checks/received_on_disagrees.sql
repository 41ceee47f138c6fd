-- Dossiers that two exports have received on different days; the newest one counts.
select
    judged.dossier_code,
    judged.dossier_code || ' (' || strftime(min(cast(judged.received_at as date)), '%d/%m/%Y')
    || ' và ' || strftime(max(cast(judged.received_at as date)), '%d/%m/%Y') || ')' as sample
from judged_rows as judged
inner join repeated_dossiers as repeated on judged.dossier_code = repeated.dossier_code
where judged.verdict = 'accepted' and judged.received_at is not null
group by judged.dossier_code
having min(cast(judged.received_at as date)) <> max(cast(judged.received_at as date))
