-- Dossiers to act on now: not closed as of the newest export, and due on its day or within the
-- three working days that follow. Each stands with the unit that holds it on that day.
with newest as (
    select max(snapshot_on) as as_of
    from source_files
    where kind = 'dossiers'
)

select
    newest.as_of,
    known.dossier_code,
    coalesce(units.level, 'unknown') as level,
    units.held_code as unit_code,
    coalesce(units.held_name, known.unit_text, 'Chưa rõ đơn vị') as unit_name,
    known.field,
    known.procedure_name,
    known.status,
    known.effective_due_on,
    cast(due_day.working_index - today.working_index as integer) as working_days_left,
    known.source_file,
    known.source_sheet,
    known.source_row
from known_dossiers as known
inner join newest on known.effective_due_on >= newest.as_of
inner join calendar as today on newest.as_of = today.calendar_day
inner join calendar as due_day on known.effective_due_on = due_day.calendar_day
left join unit_lineage as units
    on
        known.unit_code = units.unit_code
        and known.unit_valid_from = units.valid_from
        and newest.as_of between units.held_from and units.held_to
where
    due_day.working_index - today.working_index <= 3
    and known.received_on <= newest.as_of
    and (
        known.closed_on > newest.as_of
        or (
            known.closed_on is null
            and known.status_group not in ('resolved', 'declined', 'withdrawn')
        )
    )
