-- The files that a unit's dossiers come from
-- Which exports stand behind the district's figures?
select
    unit_name,
    source_file,
    count(*) as dossiers,
    min(received_on) as first_received,
    max(received_on) as last_received
from curated.dossiers
where period = '2023Q3' and level = 'district'
group by unit_name, source_file
order by unit_name, source_file
