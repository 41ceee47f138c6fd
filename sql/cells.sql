-- How many dossiers share everything that any count asks about: all counts are sums of these.
-- The successor is the unit that has come to hold what a unit held, whenever that was.
with counted as (
    select
        period,
        level,
        unit_code,
        unit_valid_from,
        held_code,
        held_name,
        field,
        procedure_code,
        procedure_name,
        channel,
        outcome,
        received_in_period,
        count(*) as dossiers
    from scoped_dossiers
    group by all
)

select
    counted.period,
    counted.level,
    counted.held_code as unit_code,
    counted.held_name as unit_name,
    successors.held_code as successor_code,
    coalesce(successors.held_name, counted.held_name) as successor_name,
    counted.field,
    counted.procedure_code,
    counted.procedure_name,
    counted.channel,
    counted.outcome,
    counted.received_in_period,
    counted.dossiers
from counted
left join unit_lineage as successors
    on
        counted.unit_code = successors.unit_code
        and counted.unit_valid_from = successors.valid_from
        and successors.held_to = date '9999-12-31'
