-- How many dossiers share everything that any count asks about: all counts are sums of these.
-- The successor is the unit that has come to hold what a unit held, whenever that was.
select
    dossiers.period,
    dossiers.level,
    dossiers.unit_code,
    dossiers.unit_name,
    successors.held_code as successor_code,
    coalesce(successors.held_name, dossiers.unit_name) as successor_name,
    dossiers.field,
    dossiers.procedure_code,
    dossiers.procedure_name,
    dossiers.channel,
    dossiers.outcome,
    dossiers.received_in_period,
    count(*) as dossiers
from dossiers
inner join known_dossiers as known on dossiers.dossier_code = known.dossier_code
left join unit_lineage as successors
    on
        known.unit_code = successors.unit_code
        and known.unit_valid_from = successors.valid_from
        and successors.held_to = date '9999-12-31'
group by
    dossiers.period,
    dossiers.level,
    dossiers.unit_code,
    dossiers.unit_name,
    successors.held_code,
    successors.held_name,
    dossiers.field,
    dossiers.procedure_code,
    dossiers.procedure_name,
    dossiers.channel,
    dossiers.outcome,
    dossiers.received_in_period
