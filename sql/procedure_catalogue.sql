-- Procedures per level: how many, how many at the one-stop desk, how many online.
with counted as (
    select
        period,
        coalesce(level, 'all') as level,
        count(*) as procedures,
        sum(case when one_stop then 1 else 0 end) as one_stop,
        sum(case when service = 'full' then 1 else 0 end) as fully_online,
        sum(case when service = 'partial' then 1 else 0 end) as partly_online
    from known_procedures
    group by grouping sets ((period), (period, level))
)

select
    periods.period,
    levels.level,
    cast(coalesce(counted.procedures, 0) as bigint) as procedures,
    cast(coalesce(counted.one_stop, 0) as bigint) as one_stop,
    case
        when counted.procedures > 0
            then cast(
                ((20000 * counted.one_stop + counted.procedures) // (2 * counted.procedures)) * 0.01
                as decimal(5, 2)
            )
    end as one_stop_share,
    cast(coalesce(counted.fully_online, 0) as bigint) as fully_online,
    cast(coalesce(counted.partly_online, 0) as bigint) as partly_online
from levels
cross join reporting_periods as periods
left join counted on periods.period = counted.period and levels.level = counted.level
where levels.level <> 'unknown'
