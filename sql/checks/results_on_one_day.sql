-- Units with nearly all results of a period on one day.
with days as (
    select
        period,
        unit_code,
        unit_name,
        closed_on,
        count(*) as results,
        sum(count(*)) over (partition by period, unit_code, unit_name) as results_in_period
    from dossiers
    where outcome in ('early', 'on_due_date', 'late')
    group by period, unit_code, unit_name, closed_on
)

select
    days.period,
    days.period || ', ' || days.unit_name || ': ' || cast(days.results as varchar) || ' trong '
    || cast(days.results_in_period as varchar) || ' kết quả vào ngày ' || strftime(days.closed_on, '%d/%m/%Y')
        as sample
from days
cross join thresholds
where
    days.results_in_period >= thresholds.one_day_results
    and days.results * 100 >= thresholds.one_day_percent * days.results_in_period
