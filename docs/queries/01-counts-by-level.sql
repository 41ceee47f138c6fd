-- Received, handled, on time and late at each level
-- What does the report's paragraph say, as a table?
select
    level,
    received,
    handled,
    on_time,
    late,
    pending_in_time,
    on_time_share,
    late_share
from curated.counts_by_level
where period = '2023Q3' and basis = 'received'
order by received desc
