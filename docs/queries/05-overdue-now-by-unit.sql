-- Dossiers overdue and still open, by unit
-- Where is work waiting beyond its date?
select
    unit_name,
    level,
    pending_overdue,
    pending_in_time,
    paused
from curated.counts_by_unit
where period = '2023Q3' and basis = 'flow' and pending_overdue > 0
order by pending_overdue desc, unit_code
