-- Procedures that take longer than the catalogue says
-- Which promised times cannot be kept?
select
    procedure_name,
    level,
    resolved,
    median_working_days,
    p90_working_days,
    catalogue_working_days,
    within_catalogue_share
from curated.processing_times
where period = '2023Q3' and resolved >= 20 and catalogue_working_days is not null
order by within_catalogue_share, procedure_code, level
limit 10
