-- Units that received nothing in a period, though they did in every one before it.
select
    history.period,
    history.period || ', ' || history.unit_name || ' (' || history.unit_code || '): các kỳ trước ít nhất '
    || cast(history.least_before as varchar) || ' hồ sơ' as sample
from unit_history as history
cross join thresholds
where
    history.measure = 'received'
    and history.dossiers = 0
    and history.earlier_periods >= thresholds.earlier_periods
    and history.least_before > 0
