-- Dossiers that a district held until the districts ended, and that since then stand with its
-- successor by units.csv, since no export says who took them over.
select
    dossiers.period,
    dossiers.dossier_code || ' (' || origins.held_name || ' → ' || dossiers.unit_name || ')' as sample
from dossiers
inner join known_dossiers as known on dossiers.dossier_code = known.dossier_code
inner join unit_lineage as origins
    on
        known.unit_code = origins.unit_code
        and known.unit_valid_from = origins.valid_from
        and known.received_on between origins.held_from and origins.held_to
where origins.level = 'district' and dossiers.level in ('province', 'commune')
