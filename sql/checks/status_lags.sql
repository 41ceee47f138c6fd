-- A closing date with a status that still says in progress; the dossier counts as closed.
select
    dossier_code,
    dossier_code || ' («' || status || '», kết thúc ' || strftime(closed_on, '%d/%m/%Y') || ')' as sample
from known_dossiers
where closed_on is not null and stated_group in ('processing', 'paused')
