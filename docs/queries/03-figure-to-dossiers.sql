-- From a figure to its dossiers and their cells
-- The report says 8 late at district level: which are they, and where do they stand in the exports?
select
    dossier_code,
    unit_name,
    due_on,
    closed_on,
    days_late,
    source_file,
    source_row
from curated.dossiers
where period = '2023Q3' and level = 'district' and outcome = 'late' and received_in_period
order by days_late desc, dossier_code
