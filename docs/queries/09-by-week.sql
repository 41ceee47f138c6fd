-- Received and resolved week by week
-- Did the desks keep up?
select
    cast(date_trunc('week', day) as date) as week,
    sum(received) as received,
    sum(resolved) as resolved,
    sum(late) as late
from curated.counts_by_day
where period = '2023Q3' and level = 'all'
group by week
order by week
