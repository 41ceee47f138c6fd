-- Per unit of today: what is carried over into a period, plus what it receives, minus what it
-- closes, is what is carried over into the next one. What is open on the first and after the last
-- day of each period is counted here from the dossiers themselves, by no formula of the published
-- tables: so the sum also holds towards the periods before and after, published or not.
with days as (
    select
        period,
        period_start as day
    from reporting_periods
    union
    select
        period,
        cast(period_end + interval 1 day as date) as day
    from reporting_periods
),

stocks as (
    select
        days.period,
        days.day,
        units.held_code as unit_code,
        coalesce(units.held_name, known.unit_text, 'Chưa rõ đơn vị') as unit_name,
        count(*) as dossiers
    from days
    inner join known_dossiers as known
        on
            days.day > known.received_on
            and (
                days.day <= known.closed_on
                or (
                    known.closed_on is null
                    and known.status_group not in ('resolved', 'declined', 'withdrawn')
                )
            )
    left join unit_lineage as units
        on
            known.unit_code = units.unit_code
            and known.unit_valid_from = units.valid_from
            and units.held_to = date '9999-12-31'
    group by
        days.period,
        days.day,
        units.held_code,
        coalesce(units.held_name, known.unit_text, 'Chưa rõ đơn vị')
),

moved as (
    select
        period,
        period_start,
        cast(period_end + interval 1 day as date) as next_start,
        unit_code,
        unit_name,
        carried_over as opening,
        carried_over + received - resolved - withdrawn - undetermined as closing
    from counts_by_successor_unit
    where basis = 'flow'
),

claims as (
    select
        period,
        period_start as day,
        unit_code,
        unit_name,
        opening as claimed,
        0 as counted
    from moved
    union all
    select
        period,
        next_start as day,
        unit_code,
        unit_name,
        closing as claimed,
        0 as counted
    from moved
    union all
    select
        period,
        day,
        unit_code,
        unit_name,
        0 as claimed,
        dossiers as counted
    from stocks
)

select
    period,
    period || ', ' || coalesce(unit_code || ' ', '') || unit_name || ': ' || cast(sum(claimed) as varchar)
    || ' theo số liệu, ' || cast(sum(counted) as varchar) || ' theo hồ sơ vào ngày '
    || strftime(day, '%d/%m/%Y') as sample
from claims
group by period, day, unit_code, unit_name
having sum(claimed) <> sum(counted)
