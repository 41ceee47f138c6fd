-- What a period's figures would be under the other definitions in use, one at a time, so that a
-- figure of another system can be understood. The definitions: data/reference/definitions.csv.
-- All but `flow` count what was received in the window, as `ours` does.
with spans as (
    select
        period,
        newest_snapshot_on,
        false as is_calendar,
        period_start as first_day,
        period_end as last_day
    from reporting_periods
    union all
    select
        period,
        newest_snapshot_on,
        true as is_calendar,
        calendar_start as first_day,
        calendar_end as last_day
    from reporting_periods
),

windows as (
    select
        definitions.definition,
        spans.*
    from definitions
    inner join spans on (definitions.definition = 'calendar_period') = spans.is_calendar
),

dated as (
    select
        spans.period,
        spans.is_calendar,
        spans.last_day,
        known.dossier_code,
        known.unit_code,
        known.unit_valid_from,
        coalesce(known.earlier_unit_code, known.unit_code) as earlier_unit_code,
        coalesce(known.earlier_unit_valid_from, known.unit_valid_from) as earlier_unit_valid_from,
        known.received_on,
        known.status_group,
        known.closed_on,
        known.closed_at,
        known.due_on as first_due_on,
        known.effective_due_on,
        known.effective_due_at,
        case when known.returned_on <= spans.last_day then known.returned_on else known.closed_on end
            as handed_over_on,
        -- A due date without a time of day lasts until midnight.
        coalesce(known.effective_due_at > cast(known.effective_due_on as timestamp), false) as is_timed
    from known_dossiers as known
    inner join spans on known.received_on between spans.first_day and spans.last_day
),

-- The day that tells which unit held the dossier, as in scoped_dossiers.sql.
held as (
    select
        *,
        case when closed_on <= last_day then greatest(closed_on, received_on) else last_day end
            as held_on,
        case when handed_over_on <= last_day then greatest(handed_over_on, received_on) else last_day end
            as held_until_handed_over
    from dated
),

-- How many dossiers are alike in all that any definition asks: few rows, whatever the exports hold.
alike as (
    select
        held.period,
        held.is_calendar,
        units.level,
        handing_units.level as level_handed_over,
        held.status_group,
        held.closed_on is null as is_open,
        held.effective_due_on is not null as has_due_date,
        held.closed_on <= held.last_day as is_closed,
        held.handed_over_on <= held.last_day as is_closed_handed_over,
        held.closed_on > held.effective_due_on as is_late,
        held.handed_over_on > held.effective_due_on as is_late_handed_over,
        held.closed_on > held.first_due_on as is_late_first_due_date,
        held.closed_on > coalesce(held.effective_due_on, computed.computed_due_on)
            as is_late_computed_due_date,
        case
            when held.is_timed then held.closed_at > held.effective_due_at
            else held.closed_on > held.effective_due_on
        end as is_late_by_time,
        held.effective_due_on < held.last_day as is_overdue,
        held.first_due_on < held.last_day as is_overdue_first_due_date,
        coalesce(held.effective_due_on, computed.computed_due_on) < held.last_day
            as is_overdue_computed_due_date,
        held.effective_due_on < held.last_day
        or (held.is_timed and held.effective_due_on = held.last_day) as is_overdue_by_time,
        count(*) as dossiers
    from held
    left join unit_lineage as units
        on
            case when held.held_on < held.unit_valid_from then held.earlier_unit_code else held.unit_code end
            = units.unit_code
            and case
                when held.held_on < held.unit_valid_from then held.earlier_unit_valid_from
                else held.unit_valid_from
            end = units.valid_from
            and held.held_on between units.held_from and units.held_to
    left join unit_lineage as handing_units
        on
            case
                when held.held_until_handed_over < held.unit_valid_from then held.earlier_unit_code
                else held.unit_code
            end = handing_units.unit_code
            and case
                when held.held_until_handed_over < held.unit_valid_from then held.earlier_unit_valid_from
                else held.unit_valid_from
            end = handing_units.valid_from
            and held.held_until_handed_over between handing_units.held_from and handing_units.held_to
    -- The last to be joined: it is often empty, and DuckDB takes what follows an empty table for empty.
    left join computed_due_dates as computed
        on held.period = computed.period and held.dossier_code = computed.dossier_code
    group by all
),

asked as (
    select
        windows.period,
        windows.definition,
        alike.status_group,
        alike.is_open,
        alike.dossiers,
        case windows.definition
            when 'handed_over' then alike.level_handed_over
            else alike.level
        end as level,
        case windows.definition
            when 'handed_over' then alike.is_closed_handed_over
            else alike.is_closed
        end as is_closed,
        case windows.definition
            when 'handed_over' then alike.is_late_handed_over
            when 'first_due_date' then alike.is_late_first_due_date
            when 'computed_due_date' then alike.is_late_computed_due_date
            when 'by_time' then alike.is_late_by_time
            else alike.is_late
        end as is_late,
        case windows.definition
            when 'first_due_date' then alike.is_overdue_first_due_date
            when 'computed_due_date' then alike.is_overdue_computed_due_date
            when 'by_time' then alike.is_overdue_by_time
            else alike.is_overdue
        end as is_overdue
    from windows
    inner join alike on windows.period = alike.period and windows.is_calendar = alike.is_calendar
    where
        windows.definition <> 'flow'
        and (windows.definition <> 'with_due_date_only' or alike.has_due_date)
),

outcomes as (
    select
        period,
        definition,
        coalesce(level, 'unknown') as level,
        case
            when is_open and status_group in ('resolved', 'declined', 'withdrawn')
                then 'undetermined'
            when is_closed and status_group = 'withdrawn' and definition = 'withdrawn_on_time'
                then 'on_time'
            when is_closed and status_group = 'withdrawn' then 'withdrawn'
            when is_closed and is_late then 'late'
            when is_closed then 'on_time'
            when is_open and status_group = 'paused' then 'paused'
            when is_overdue then 'pending_overdue'
            else 'pending_in_time'
        end as outcome,
        dossiers
    from asked
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
