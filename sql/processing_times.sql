-- How many working days the resolved dossiers of a procedure took, from the day of receipt (0) to
-- the closing day. Percentiles by the nearest-rank method: the value at rank ⌈p · n⌉ of n in
-- ascending order, which is exact, a value that occurred, and the same on every engine.
with timed as (
    select
        dossiers.period,
        dossiers.level,
        dossiers.procedure_code,
        dossiers.procedure_name,
        dossiers.field,
        dossiers.dossier_code,
        times.working_days as catalogue_working_days,
        -- Closed before it was received (a finding): 0 days.
        greatest(closed_day.working_index - received_day.working_index, 0) as working_days
    from dossiers
    left join promised_times as times
        on
            dossiers.period = times.period
            and dossiers.level = times.level
            and dossiers.procedure_code = times.procedure_code
    left join calendar as received_day on dossiers.received_on = received_day.calendar_day
    left join calendar as closed_day on dossiers.closed_on = closed_day.calendar_day
    where dossiers.outcome in ('early', 'on_due_date', 'late')
),

ranked as (
    select
        *,
        row_number() over (
            partition by period, level, procedure_code, procedure_name, field
            order by working_days nulls last, dossier_code
        ) as place,
        count(working_days) over (
            partition by period, level, procedure_code, procedure_name, field
        ) as measured
    from timed
),

counted as (
    select
        period,
        level,
        procedure_code,
        procedure_name,
        field,
        count(*) as resolved,
        min(case when place = (measured + 1) // 2 then working_days end) as median_working_days,
        min(case when place = (9 * measured + 9) // 10 then working_days end) as p90_working_days,
        max(working_days) as longest_working_days,
        max(catalogue_working_days) as catalogue_working_days,
        sum(case when working_days <= catalogue_working_days then 1 else 0 end) as within_catalogue
    from ranked
    group by period, level, procedure_code, procedure_name, field
)

select
    period,
    level,
    procedure_code,
    procedure_name,
    field,
    resolved,
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
