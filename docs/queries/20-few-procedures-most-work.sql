-- The few procedures that make most of the work
-- Of which procedures come half of all dossiers?
with procedures as (
    select
        procedure_code,
        procedure_name,
        sum(received) as received
    from curated.counts_by_procedure
    where period = '2023Q3' and basis = 'received'
    group by procedure_code, procedure_name
),

shares as (
    select
        procedure_name,
        received,
        sum(received) over (order by received desc, procedure_code, procedure_name) as running,
        sum(received) over () as total
    from procedures
)

select
    procedure_name,
    received,
    round(100.0 * running / total, 1) as running_percent
from shares
where running - received < 0.5 * total
order by running
