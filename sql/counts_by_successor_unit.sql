-- The same measures per unit of today: what a unit counted in the period stands under the one that
-- has succeeded it since, so that periods before and after a change of units can be compared.
-- The level is that of the period's own unit.
select
    period,
    period_start,
    period_end,
    basis,
    level,
    successor_code as unit_code,
    successor_name as unit_name,
    received,
    received_online,
    received_in_person,
    received_postal,
    received_unknown_channel,
    carried_over,
    in_scope,
    early,
    on_due_date,
    on_time,
    late,
    resolved,
    withdrawn,
    paused,
    pending_in_time,
    pending_overdue,
    in_progress,
    undetermined,
    handled,
    on_time_rate,
    on_time_share,
    late_share,
    provisional
from measures
where grain = 'successor'
