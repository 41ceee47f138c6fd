-- The ten largest fields and how they end
-- What is most of the work, and where does it come late?
select
    field,
    sum(received) as received,
    sum(on_time) as on_time,
    sum(late) as late,
    sum(withdrawn) as withdrawn,
    round(100.0 * sum(on_time) / sum(handled), 2) as on_time_share
from curated.counts_by_field
where period = '2023Q3' and basis = 'received'
group by field
order by received desc, field
limit 10
