-- Dossiers whose lateness is probably bookkeeping: one row for each reason to think so, to be
-- looked at before they are reported. What is compared with what: data/reference/thresholds.csv.
-- Besides late and overdue ones those that look overdue because their closing date is missing.
with results as (
    select
        period,
        level,
        held_code as unit_code,
        held_name as unit_name,
        closed_on,
        date_trunc('minute', closed_at) as closed_minute
    from scoped_dossiers
    where outcome in ('early', 'on_due_date', 'late')
),

-- A moment at midnight is a date without a time of day.
minutes as (
    select
        period,
        level,
        unit_code,
        unit_name,
        closed_minute,
        count(*) as results
    from results
    where closed_minute > cast(closed_on as timestamp)
    group by period, level, unit_code, unit_name, closed_minute
),

days as (
    select
        period,
        level,
        unit_code,
        unit_name,
        closed_on,
        count(*) as results,
        row_number() over (
            partition by period, level, unit_code, unit_name order by count(*), closed_on
        ) as place,
        count(*) over (partition by period, level, unit_code, unit_name) as days_with_results
    from results
    group by period, level, unit_code, unit_name, closed_on
),

usual as (
    select
        period,
        level,
        unit_code,
        unit_name,
        results as results_per_day
    from days
    where place = (days_with_results + 1) // 2
),

suspects as (
    select
        scoped.*,
        date_trunc('minute', scoped.closed_at) as closed_minute,
        scoped.closed_at > cast(scoped.closed_on as timestamp) as is_timed
    from scoped_dossiers as scoped
    inner join reporting_periods as periods on scoped.period = periods.period
    where
        scoped.outcome in ('late', 'pending_overdue')
        or (scoped.outcome = 'undetermined' and scoped.effective_due_on < periods.period_end)
),

results_before as (
    select
        suspects.period,
        suspects.dossier_code,
        max(cast(judged.finished_at as date)) as finished_on
    from suspects
    inner join judged_rows as judged
        on
            suspects.dossier_code = judged.dossier_code
            and cast(judged.finished_at as date) <= suspects.effective_due_on
    where judged.verdict = 'accepted' and suspects.is_closed
    group by suspects.period, suspects.dossier_code
),

evidence as (
    select
        suspects.*,
        minutes.results as minute_results,
        days.results as day_results,
        usual.results_per_day,
        workdays.calendar_day is null as is_day_off,
        results_before.finished_on as finished_on_before
    from suspects
    left join minutes
        on
            suspects.period = minutes.period
            and suspects.level = minutes.level
            and suspects.held_code is not distinct from minutes.unit_code
            and suspects.held_name = minutes.unit_name
            and suspects.closed_minute = minutes.closed_minute
    left join days
        on
            suspects.period = days.period
            and suspects.level = days.level
            and suspects.held_code is not distinct from days.unit_code
            and suspects.held_name = days.unit_name
            and suspects.closed_on = days.closed_on
    left join usual
        on
            suspects.period = usual.period
            and suspects.level = usual.level
            and suspects.held_code is not distinct from usual.unit_code
            and suspects.held_name = usual.unit_name
    left join workdays on suspects.closed_on = workdays.calendar_day
    left join results_before
        on
            suspects.period = results_before.period
            and suspects.dossier_code = results_before.dossier_code
)

select
    evidence.period,
    evidence.dossier_code,
    reasons.reason,
    reasons.reason_vi,
    evidence.level,
    evidence.held_code as unit_code,
    evidence.held_name as unit_name,
    evidence.field,
    evidence.procedure_name,
    evidence.status,
    evidence.outcome,
    evidence.days_late,
    evidence.received_on,
    evidence.coded_on,
    evidence.effective_due_on,
    evidence.finished_on,
    evidence.returned_on,
    case when evidence.is_timed then strftime(evidence.closed_at, '%H:%M') end as closed_time,
    evidence.finished_on_before,
    case reasons.reason
        when 'closed_same_minute' then evidence.minute_results
        when 'closed_same_day' then evidence.day_results
    end as results_together,
    evidence.source_file,
    evidence.source_sheet,
    evidence.source_row
from evidence
cross join paper_reasons as reasons
cross join thresholds
where
    case reasons.reason
        when 'closed_same_minute'
            then evidence.is_closed and evidence.minute_results >= thresholds.same_minute_results
        when 'closed_same_day'
            then
                evidence.is_closed
                and evidence.day_results >= thresholds.same_day_results
                and evidence.day_results >= thresholds.same_day_times * evidence.results_per_day
        when 'closed_at_night'
            then
                evidence.is_closed
                and evidence.is_timed
                and (
                    hour(evidence.closed_at) >= thresholds.night_from_hour
                    or hour(evidence.closed_at) < thresholds.night_to_hour
                )
        when 'closed_on_day_off' then evidence.is_closed and evidence.is_day_off
        when 'handed_over_in_time'
            then evidence.is_closed and evidence.returned_on <= evidence.effective_due_on
        when 'result_in_time_before' then evidence.finished_on_before is not null
        when 'no_result_date' then evidence.is_closed and evidence.finished_on is null
        when 'code_date_differs'
            then
                abs(datediff('day', evidence.coded_on, evidence.received_on))
                > thresholds.code_days_apart
        when 'status_lags'
            then evidence.is_closed and evidence.stated_group in ('processing', 'paused')
        when 'closed_without_date' then evidence.outcome = 'undetermined'
    end
