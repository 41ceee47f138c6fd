-- Every row that could not be placed, with the reason and the value (never a personal one).
select
    source_file,
    source_sheet,
    source_row,
    reject_reason as reason,
    reject_column as "column",
    reject_value as value
from judged_rows
where verdict = 'rejected'
union all
select
    source_file,
    source_sheet,
    source_row,
    reject_reason as reason,
    reject_column as "column",
    reject_value as value
from staged_procedures
where reject_reason is not null
