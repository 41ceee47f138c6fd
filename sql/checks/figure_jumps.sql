-- Units with more than five times (thresholds.csv) what is usual for them, or less than a fifth.
-- A period that is not over can have few; few late dossiers are no cause for doubt.
select
    history.period,
    history.period || ', ' || history.unit_name || ' (' || history.unit_code || '): '
    || case history.measure
        when 'received' then 'tiếp nhận '
        when 'resolved' then 'giải quyết '
        else 'trễ hạn '
    end
    || cast(history.dossiers as varchar) || ', thường là ' || cast(history.usual as varchar) as sample
from unit_history as history
inner join reporting_periods as periods on history.period = periods.period
cross join thresholds
where
    history.earlier_periods >= thresholds.earlier_periods
    and (history.usual > 0 or history.measure = 'late')
    and (
        (
            history.dossiers >= thresholds.jump_dossiers
            and history.dossiers > thresholds.jump_times * greatest(history.usual, 1)
        )
        or (
            history.dossiers > 0
            and history.dossiers * thresholds.jump_times < history.usual
            and history.usual >= thresholds.jump_dossiers
            and history.measure <> 'late'
            and not periods.provisional
        )
    )
