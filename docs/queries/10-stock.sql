-- How the stock of open dossiers moved
-- How many were open before, came in, went out, and are open now?
select
    level,
    carried_over,
    received,
    resolved + withdrawn + undetermined as closed,
    in_progress,
    carried_over + received - resolved - withdrawn - undetermined - in_progress as lost
from curated.counts_by_level
where period = '2023Q3' and basis = 'flow' and in_scope > 0
order by level
