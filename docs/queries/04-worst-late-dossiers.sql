-- The ten dossiers that were or are late by most working days
-- For which dossiers is an apology letter due?
select
    dossier_code,
    unit_name,
    field,
    outcome,
    days_late,
    working_days_late
from curated.late_dossiers
where period = '2023Q3'
order by working_days_late desc, dossier_code
limit 10
