-- The periods of this run. Their figures are provisional if no export was taken after their end.
select
    periods.*,
    newest.snapshot_on as newest_snapshot_on,
    coalesce(newest.snapshot_on < periods.period_end, false) as provisional
from periods
cross join (
    select max(snapshot_on) as snapshot_on
    from source_files
    where kind = 'dossiers'
) as newest
