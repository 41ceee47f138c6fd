-- What a period's figures would be under the other definitions in use, one at a time, so that a
-- figure of another system can be understood. The definitions: data/reference/definitions.csv.
-- All but `flow` count what was received in the window, as `ours` does.
with windows as (
    select
        definitions.definition,
        periods.period,
        periods.newest_snapshot_on,
        case
            when definitions.definition = 'calendar_period' then periods.calendar_start
            else periods.period_start
        end as first_day,
        case
            when definitions.definition = 'calendar_period' then periods.calendar_end
            else periods.period_end
        end as last_day
    from reporting_periods as periods
    cross join definitions
),

judged_by as (
    select
        windows.*,
        known.unit_code,
        known.unit_valid_from,
        known.earlier_unit_code,
        known.earlier_unit_valid_from,
        known.received_on,
        known.status_group,
        known.closed_at,
        known.effective_due_at,
        case
            when windows.definition = 'handed_over' and known.returned_on <= windows.last_day
                then known.returned_on
            else known.closed_on
        end as closed_on,
        case windows.definition
            when 'first_due_date' then known.due_on
            when 'computed_due_date' then coalesce(known.effective_due_on, computed.computed_due_on)
            else known.effective_due_on
        end as due_on,
        -- A due date without a time of day lasts until midnight.
        windows.definition = 'by_time'
        and coalesce(known.effective_due_at > cast(known.effective_due_on as timestamp), false)
            as is_timed
    from known_dossiers as known
    inner join windows on known.received_on between windows.first_day and windows.last_day
    left join computed_due_dates as computed
        on windows.period = computed.period and known.dossier_code = computed.dossier_code
    where
        windows.definition <> 'flow'
        and (windows.definition <> 'with_due_date_only' or known.effective_due_on is not null)
),

closed as (
    select
        *,
        coalesce(closed_on <= last_day, false) as is_closed
    from judged_by
),

judged as (
    select
        *,
        case
            when closed_on is null and status_group in ('resolved', 'declined', 'withdrawn')
                then 'undetermined'
            when is_closed and status_group = 'withdrawn' and definition = 'withdrawn_on_time'
                then 'on_time'
            when is_closed and status_group = 'withdrawn' then 'withdrawn'
            when is_closed and is_timed and closed_at > effective_due_at then 'late'
            when is_closed and not is_timed and closed_on > due_on then 'late'
            when is_closed then 'on_time'
            when closed_on is null and status_group = 'paused' then 'paused'
            when due_on < last_day or (is_timed and due_on = last_day) then 'pending_overdue'
            else 'pending_in_time'
        end as outcome,
        case when is_closed then greatest(closed_on, received_on) else last_day end as held_on
    from closed
),

-- The unit that held the dossier, as in dossiers.sql.
held as (
    select
        *,
        earlier_unit_code is not null and held_on < unit_valid_from as is_held_by_earlier
    from judged
),

outcomes as (
    select
        held.period,
        held.definition,
        coalesce(units.level, 'unknown') as level,
        held.outcome,
        1 as dossiers
    from held
    left join unit_lineage as units
        on
            case when held.is_held_by_earlier then held.earlier_unit_code else held.unit_code end
            = units.unit_code
            and case
                when held.is_held_by_earlier then held.earlier_unit_valid_from
                else held.unit_valid_from
            end = units.valid_from
            and held.held_on between units.held_from and units.held_to
    union all
    -- A level without dossiers is present with zeros.
    select
        windows.period,
        windows.definition,
        levels.level,
        null as outcome,
        0 as dossiers
    from windows
    cross join levels
    where levels.level not in ('unknown', 'all') and windows.definition <> 'flow'
),

counted as (
    select
        period,
        definition,
        coalesce(level, 'all') as level,
        sum(dossiers) as received,
        0 as carried_over,
        sum(case when outcome = 'on_time' then dossiers else 0 end) as on_time,
        sum(case when outcome = 'late' then dossiers else 0 end) as late,
        sum(case when outcome = 'withdrawn' then dossiers else 0 end) as withdrawn,
        sum(case when outcome = 'paused' then dossiers else 0 end) as paused,
        sum(case when outcome = 'pending_in_time' then dossiers else 0 end) as pending_in_time,
        sum(case when outcome = 'pending_overdue' then dossiers else 0 end) as pending_overdue,
        sum(case when outcome = 'undetermined' then dossiers else 0 end) as undetermined
    from outcomes
    group by grouping sets ((period, definition), (period, definition, level))
    union all
    select
        period,
        basis as definition,
        level,
        received,
        carried_over,
        on_time,
        late,
        withdrawn,
        paused,
        pending_in_time,
        pending_overdue,
        undetermined
    from counts_by_level
    where basis = 'flow'
),

rated as (
    select
        *,
        on_time + late as resolved,
        received + carried_over - withdrawn as handled,
        case when definition = 'decision_766' then on_time + pending_in_time else on_time end
            as rated_on_time,
        case when definition = 'decision_766' then received else on_time + late end as rated
    from counted
)

select
    rated.period,
    rated.level,
    cast(definitions.position as integer) as position,
    rated.definition,
    definitions.label_vi,
    definitions.explanation_vi,
    definitions.source,
    windows.first_day,
    windows.last_day,
    cast(rated.received as bigint) as received,
    cast(rated.carried_over as bigint) as carried_over,
    cast(rated.resolved as bigint) as resolved,
    cast(rated.on_time as bigint) as on_time,
    cast(rated.late as bigint) as late,
    cast(rated.withdrawn as bigint) as withdrawn,
    cast(rated.paused as bigint) as paused,
    cast(rated.pending_in_time as bigint) as pending_in_time,
    cast(rated.pending_overdue as bigint) as pending_overdue,
    cast(rated.undetermined as bigint) as undetermined,
    -- Rounded as in measures.sql.
    case
        when rated.rated > 0
            then cast(
                ((20000 * rated.rated_on_time + rated.rated) // (2 * rated.rated)) * 0.01
                as decimal(5, 2)
            )
    end as on_time_rate,
    case
        when rated.handled > 0
            then cast(
                ((20000 * rated.on_time + rated.handled) // (2 * rated.handled)) * 0.01
                as decimal(5, 2)
            )
    end as on_time_share,
    case
        when rated.handled > 0
            then cast(
                ((20000 * rated.late + rated.handled) // (2 * rated.handled)) * 0.01
                as decimal(5, 2)
            )
    end as late_share,
    coalesce(windows.newest_snapshot_on < windows.last_day, false) as provisional
from rated
inner join definitions on rated.definition = definitions.definition
inner join windows on rated.period = windows.period and rated.definition = windows.definition
