-- For dossiers without any due date: the one that follows from the processing time in the
-- catalogue, and what the outcome would be by it. The day of receipt does not count (Bộ luật Dân
-- sự 2015, Điều 147 khoản 2), and no term ends on a day off (Điều 148 khoản 5); parts of a day
-- count as a whole one. It stands in this table alone: `dossiers` holds promised dates only.
with computed as (
    select
        dossiers.*,
        periods.period_end,
        times.working_days,
        due_day.calendar_day as computed_due_on
    from dossiers
    inner join reporting_periods as periods on dossiers.period = periods.period
    inner join promised_times as times
        on
            dossiers.period = times.period
            and dossiers.level = times.level
            and dossiers.procedure_code = times.procedure_code
    inner join calendar as received_day on dossiers.received_on = received_day.calendar_day
    left join workdays as worked_day on dossiers.received_on = worked_day.calendar_day
    inner join workdays as due_day
        on due_day.working_index = received_day.working_index
        -- Due at once, but received on a day off: due on the next day that is worked.
        + case when times.working_days = 0 and worked_day.calendar_day is null then 1 else 0 end
        + cast(ceil(times.working_days) as bigint)
    where dossiers.effective_due_on is null
)

select
    period,
    dossier_code,
    level,
    unit_code,
    unit_name,
    procedure_code,
    procedure_name,
    received_on,
    working_days,
    computed_due_on,
    closed_on,
    outcome,
    case
        when outcome = 'on_due_date' and closed_on < computed_due_on then 'early'
        when outcome = 'on_due_date' and closed_on > computed_due_on then 'late'
        when outcome = 'pending_in_time' and computed_due_on < period_end then 'pending_overdue'
        else outcome
    end as computed_outcome,
    source_file,
    source_sheet,
    source_row
from computed
