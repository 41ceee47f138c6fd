-- Received and resolved per level and day of the period, every day present.
-- A dossier counts as resolved on its closing day (on the day it was received, if the export
-- has it closed before that), so that the days sum to the period's counts on basis flow.
with days as (
    select
        periods.period,
        levels.level,
        calendar.calendar_day as day
    from reporting_periods as periods
    inner join calendar on calendar.calendar_day between periods.period_start and periods.period_end
    cross join levels
    where
        levels.level <> 'unknown'
        or exists (
            select 1 from dossiers
            where dossiers.level = 'unknown'
        )
),

events as (
    select
        period,
        level,
        received_on as day,
        1 as received,
        0 as on_time,
        0 as late
    from dossiers
    where received_in_period
    union all
    select
        period,
        level,
        greatest(closed_on, received_on) as day,
        0 as received,
        case when outcome in ('early', 'on_due_date') then 1 else 0 end as on_time,
        case when outcome = 'late' then 1 else 0 end as late
    from dossiers
    where outcome in ('early', 'on_due_date', 'late')
),

counted as (
    select
        period,
        day,
        coalesce(level, 'all') as level,
        sum(received) as received,
        sum(on_time) as on_time,
        sum(late) as late
    from events
    group by grouping sets ((period, day), (period, day, level))
)

select
    days.period,
    days.level,
    days.day,
    cast(coalesce(counted.received, 0) as bigint) as received,
    cast(coalesce(counted.on_time + counted.late, 0) as bigint) as resolved,
    cast(coalesce(counted.on_time, 0) as bigint) as on_time,
    cast(coalesce(counted.late, 0) as bigint) as late
from days
left join counted
    on days.period = counted.period and days.day = counted.day and days.level = counted.level
