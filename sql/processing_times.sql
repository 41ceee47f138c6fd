-- How many working days the resolved dossiers of a procedure took, from the day of receipt (0) to
-- the closing day. Percentiles by the nearest-rank method: the value at rank ⌈p · n⌉ of n in
-- ascending order, which is exact, a value that occurred, and the same on every engine.
with days_taken as (
    select
        scoped.period,
        scoped.level,
        scoped.procedure_code,
        scoped.procedure_name,
        scoped.field,
        -- Closed before it was received (a finding): 0 days.
        greatest(closed_day.working_index - received_day.working_index, 0) as working_days,
        count(*) as dossiers
    from scoped_dossiers as scoped
    left join calendar as received_day on scoped.received_on = received_day.calendar_day
    left join calendar as closed_day on scoped.closed_on = closed_day.calendar_day
    where scoped.outcome in ('early', 'on_due_date', 'late')
    group by all
),

-- The value at a rank is the least that so many dossiers do not exceed.
ranked as (
    select
        days_taken.*,
        times.working_days as catalogue_working_days,
        sum(days_taken.dossiers) over (
            partition by
                days_taken.period,
                days_taken.level,
                days_taken.procedure_code,
                days_taken.procedure_name,
                days_taken.field
            order by days_taken.working_days nulls last
        ) as up_to_here,
        sum(case when days_taken.working_days is not null then days_taken.dossiers else 0 end) over (
            partition by
                days_taken.period,
                days_taken.level,
                days_taken.procedure_code,
                days_taken.procedure_name,
                days_taken.field
        ) as measured
    from days_taken
    left join promised_times as times
        on
            days_taken.period = times.period
            and days_taken.level = times.level
            and days_taken.procedure_code = times.procedure_code
),

counted as (
    select
        period,
        level,
        procedure_code,
        procedure_name,
        field,
        sum(dossiers) as resolved,
        min(case when up_to_here >= (measured + 1) // 2 then working_days end) as median_working_days,
        min(case when up_to_here >= (9 * measured + 9) // 10 then working_days end)
            as p90_working_days,
        max(working_days) as longest_working_days,
        max(catalogue_working_days) as catalogue_working_days,
        sum(case when working_days <= catalogue_working_days then dossiers else 0 end)
            as within_catalogue
    from ranked
    group by period, level, procedure_code, procedure_name, field
)

select
    period,
    level,
    procedure_code,
    procedure_name,
    field,
    cast(resolved as bigint) as resolved,
    cast(median_working_days as integer) as median_working_days,
    cast(p90_working_days as integer) as p90_working_days,
    cast(longest_working_days as integer) as longest_working_days,
    catalogue_working_days,
    case when catalogue_working_days is not null then cast(within_catalogue as bigint) end
        as within_catalogue,
    case
        when catalogue_working_days is not null
            then cast(
                ((20000 * within_catalogue + resolved) // (2 * resolved)) * 0.01
                as decimal(5, 2)
            )
    end as within_catalogue_share
from counted
