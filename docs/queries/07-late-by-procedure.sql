-- Procedures with most late dossiers
-- Which procedures are worth a look at their steps?
select
    procedure_code,
    procedure_name,
    level,
    resolved,
    late,
    late_share
from curated.counts_by_procedure
where period = '2023Q3' and basis = 'flow' and late > 0
order by late desc, procedure_code, level
limit 10
