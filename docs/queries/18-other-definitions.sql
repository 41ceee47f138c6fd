-- The district's figures under other definitions
-- Another system shows another rate: which definition does it use?
select
    definition,
    received,
    resolved,
    on_time,
    late,
    on_time_rate,
    on_time_share
from curated.sensitivity
where period = '2023Q3' and level = 'district'
order by position
