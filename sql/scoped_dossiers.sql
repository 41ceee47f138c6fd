-- Every dossier in scope of a period (basis flow), with its one outcome as of the period's end, the
-- unit that holds it and everything else that is known of it.
-- Rules: definitions.md, "Outcome of a dossier in a period" and "Basis".
with in_scope as (
    select
        periods.period,
        periods.period_end,
        known.*,
        known.received_on >= periods.period_start as received_in_period,
        coalesce(known.closed_on <= periods.period_end, false) as is_closed,
        -- The status says closed and no date does: it cannot be placed in a later period.
        known.closed_on is null
        and known.status_group in ('resolved', 'declined', 'withdrawn') as is_undetermined
    from known_dossiers as known
    inner join reporting_periods as periods
        on
            known.received_on <= periods.period_end
            and (
                known.received_on >= periods.period_start
                or known.closed_on >= periods.period_start
                or (
                    known.closed_on is null
                    and known.status_group not in ('resolved', 'declined', 'withdrawn')
                )
            )
),

judged as (
    select
        *,
        case
            when is_undetermined then 'undetermined'
            when is_closed and status_group = 'withdrawn' then 'withdrawn'
            when is_closed and closed_on < effective_due_on then 'early'
            when is_closed and closed_on > effective_due_on then 'late'
            when is_closed then 'on_due_date'
            -- Closed later on: what its status then was says nothing of a pause at period_end.
            when closed_on is null and status_group = 'paused' then 'paused'
            when effective_due_on < period_end then 'pending_overdue'
            else 'pending_in_time'
        end as outcome,
        -- The unit that holds a dossier at the end of the period, or held it when it was closed.
        case when is_closed then greatest(closed_on, received_on) else period_end end as held_on
    from in_scope
),

held as (
    select
        *,
        earlier_unit_code is not null and held_on < unit_valid_from as is_held_by_earlier
    from judged
),

lateness as (
    select
        *,
        case when is_held_by_earlier then earlier_unit_code else unit_code end as holder_code,
        case when is_held_by_earlier then earlier_unit_valid_from else unit_valid_from end
            as holder_valid_from,
        case
            when outcome = 'late' then closed_on
            when outcome = 'pending_overdue' then period_end
        end as late_until
    from held
)

select
    lateness.period,
    lateness.dossier_code,
    coalesce(units.level, 'unknown') as level,
    units.held_code,
    coalesce(units.held_name, lateness.unit_text, 'Chưa rõ đơn vị') as held_name,
    lateness.unit_code,
    lateness.unit_valid_from,
    lateness.field,
    lateness.procedure_code,
    lateness.procedure_name,
    lateness.in_catalogue,
    lateness.channel,
    lateness.received_on,
    lateness.received_in_period,
    lateness.coded_on,
    lateness.due_on,
    lateness.effective_due_on,
    lateness.finished_on,
    lateness.returned_on,
    lateness.closed_on,
    lateness.closed_at,
    lateness.is_closed,
    lateness.status,
    lateness.stated_group,
    lateness.status_group,
    lateness.outcome,
    cast(datediff('day', lateness.effective_due_on, lateness.late_until) as integer) as days_late,
    cast(until_day.working_index - due_day.working_index as integer) as working_days_late,
    lateness.source_file,
    lateness.source_sheet,
    lateness.source_row
from lateness
left join unit_lineage as units
    on
        lateness.holder_code = units.unit_code
        and lateness.holder_valid_from = units.valid_from
        and lateness.held_on between units.held_from and units.held_to
left join calendar as until_day on lateness.late_until = until_day.calendar_day
left join calendar as due_day on lateness.effective_due_on = due_day.calendar_day
