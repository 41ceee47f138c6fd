-- The status says closed, no date does.
select
    dossier_code,
    dossier_code || ' («' || status || '»)' as sample
from known_dossiers
where closed_on is null and stated_group in ('resolved', 'declined', 'withdrawn')
