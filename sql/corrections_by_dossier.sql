-- One row per dossier that is corrected, with the right value of each corrected column: an empty
-- text where the cell should be empty, NULL where nothing is corrected.
select
    dossier_code,
    max(case when "column" = 'received_on' then value end) as received_on,
    max(case when "column" = 'due_on' then value end) as due_on,
    max(case when "column" = 'extended_due_on' then value end) as extended_due_on,
    max(case when "column" = 'finished_on' then value end) as finished_on,
    max(case when "column" = 'returned_on' then value end) as returned_on,
    max(case when "column" = 'status' then value end) as status,
    max(case when "column" = 'channel' then value end) as channel,
    max(case when "column" = 'procedure_code' then value end) as procedure_code,
    max(case when "column" = 'unit' then value end) as unit,
    max(case when "column" = 'field' then value end) as field
from corrections
group by dossier_code
