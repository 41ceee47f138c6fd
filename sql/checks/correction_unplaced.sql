-- Corrected dossiers that count and have no received date: they would be lost from every period.
select 'hồ sơ ' || newest.dossier_code || ' (trạng thái «' || coalesce(newest.status, '') || '»)' as sample
from newest_rows as newest
inner join corrections_by_dossier as wanted on newest.dossier_code = wanted.dossier_code
where newest.received_at is null and coalesce(newest.stated_group, '') <> 'refused'
