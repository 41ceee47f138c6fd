-- Communes by their on-time share
-- Which communes need help first?
select
    unit_name,
    received,
    on_time,
    late,
    on_time_share
from curated.counts_by_unit
where period = '2023Q3' and basis = 'received' and level = 'commune'
order by on_time_share, unit_code
