-- What each unit received, resolved and closed late in a period, beside the periods of the same
-- kind before it, as far as the data reach back. Counted from the dossiers themselves, whatever was
-- published. What a unit's predecessors did is its own.
with events as (
    select
        coalesce(earlier_unit_code, unit_code) as unit_code,
        coalesce(earlier_unit_valid_from, unit_valid_from) as unit_valid_from,
        received_on as day,
        'received' as measure
    from known_dossiers
    union all
    select
        coalesce(earlier_unit_code, unit_code) as unit_code,
        coalesce(earlier_unit_valid_from, unit_valid_from) as unit_valid_from,
        closed_on as day,
        'resolved' as measure
    from known_dossiers
    where status_group <> 'withdrawn'
    union all
    select
        coalesce(earlier_unit_code, unit_code) as unit_code,
        coalesce(earlier_unit_valid_from, unit_valid_from) as unit_valid_from,
        closed_on as day,
        'late' as measure
    from known_dossiers
    where status_group <> 'withdrawn' and closed_on > effective_due_on
),

days as (
    select
        unit_code,
        unit_valid_from,
        day,
        measure,
        count(*) as dossiers
    from events
    where day is not null
    group by unit_code, unit_valid_from, day, measure
),

-- A period before the data begin has open dossiers that are carried over, but none was closed in
-- it; the one in which they begin may lack its first days.
covered as (
    select
        earlier.period,
        earlier.earlier_period,
        earlier.first_day,
        earlier.last_day
    from earlier_periods as earlier
    inner join days on days.measure = 'resolved'
    group by earlier.period, earlier.earlier_period, earlier.first_day, earlier.last_day
    having
        min(days.day) <= earlier.first_day
        and sum(case when days.day between earlier.first_day and earlier.last_day then 1 else 0 end) > 0
),

windows as (
    select
        period,
        period as counted_period,
        period_start as first_day,
        period_end as last_day,
        period_end
    from reporting_periods
    union all
    select
        covered.period,
        covered.earlier_period as counted_period,
        covered.first_day,
        covered.last_day,
        periods.period_end
    from covered
    inner join reporting_periods as periods on covered.period = periods.period
),

counted as (
    select
        windows.period,
        windows.counted_period,
        units.held_code,
        units.held_name,
        days.measure,
        sum(days.dossiers) as dossiers
    from windows
    inner join days on days.day between windows.first_day and windows.last_day
    inner join unit_lineage as units
        on
            days.unit_code = units.unit_code
            and days.unit_valid_from = units.valid_from
            and windows.period_end between units.held_from and units.held_to
    group by
        windows.period, windows.counted_period, units.held_code, units.held_name, days.measure
),

units_counted as (
    select distinct
        period,
        held_code,
        held_name
    from counted
),

measures_counted as (
    select distinct measure
    from days
),

filled as (
    select
        windows.period,
        windows.counted_period,
        units.held_code,
        units.held_name,
        measures_counted.measure,
        coalesce(counted.dossiers, 0) as dossiers
    from windows
    inner join units_counted as units on windows.period = units.period
    cross join measures_counted
    left join counted
        on
            windows.period = counted.period
            and windows.counted_period = counted.counted_period
            and units.held_code = counted.held_code
            and units.held_name = counted.held_name
            and measures_counted.measure = counted.measure
),

ranked as (
    select
        *,
        row_number() over (
            partition by period, held_code, held_name, measure
            order by
                case when counted_period = period then 1 else 0 end, dossiers, counted_period
        ) as place,
        count(*) over (partition by period, held_code, held_name, measure) - 1 as earlier_periods
    from filled
)

select
    period,
    held_code as unit_code,
    held_name as unit_name,
    measure,
    earlier_periods,
    sum(case when counted_period = period then dossiers else 0 end) as dossiers,
    min(case when counted_period <> period then dossiers end) as least_before,
    -- The median by nearest rank.
    min(case when counted_period <> period and place = (earlier_periods + 1) // 2 then dossiers end)
        as usual
from ranked
group by period, held_code, held_name, measure, earlier_periods
