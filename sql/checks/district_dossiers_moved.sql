-- Dossiers that a district held until the districts ended, and that since then stand with its
-- successor by units.csv, since no export says who took them over.
select
    dossiers.period,
    dossiers.dossier_code || ' (' || origins.held_name || ' → ' || dossiers.held_name || ')' as sample
from scoped_dossiers as dossiers
inner join unit_lineage as origins
    on
        dossiers.unit_code = origins.unit_code
        and dossiers.unit_valid_from = origins.valid_from
        and dossiers.received_on between origins.held_from and origins.held_to
where origins.level = 'district' and dossiers.level in ('province', 'commune')
