-- View: a choice of columns.
-- Every dossier in scope of a period (basis flow), with its one outcome as of the period's end.
select
    period,
    dossier_code,
    level,
    held_code as unit_code,
    held_name as unit_name,
    field,
    procedure_code,
    procedure_name,
    channel,
    received_on,
    due_on,
    effective_due_on,
    closed_on,
    status,
    status_group,
    outcome,
    received_in_period,
    days_late,
    working_days_late,
    source_file,
    source_sheet,
    source_row
from scoped_dossiers
