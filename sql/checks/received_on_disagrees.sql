-- Dossiers that two exports have received on different days; the newest one counts.
select
    dossier_code,
    dossier_code || ' (' || strftime(min(cast(received_at as date)), '%d/%m/%Y')
    || ' và ' || strftime(max(cast(received_at as date)), '%d/%m/%Y') || ')' as sample
from judged_rows
where verdict = 'accepted' and received_at is not null
group by dossier_code
having min(cast(received_at as date)) <> max(cast(received_at as date))
