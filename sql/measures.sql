-- The measures of definitions.md on both bases, at every grain that is published: `all`, `level`,
-- `unit`, `successor`, `field`, `procedure`. One place for every formula, so that the tables cannot disagree.
with bases as (
    select 'received' as basis
    union all
    select 'flow' as basis
),

in_basis as (
    select
        bases.basis,
        cells.*
    from cells
    inner join bases on bases.basis = 'flow' or cells.received_in_period
    union all
    -- A level without dossiers is present with zeros.
    select
        bases.basis,
        periods.period,
        levels.level,
        null as unit_code,
        null as unit_name,
        null as successor_code,
        null as successor_name,
        null as field,
        null as procedure_code,
        null as procedure_name,
        null as channel,
        null as outcome,
        false as received_in_period,
        0 as dossiers
    from bases
    cross join reporting_periods as periods
    cross join levels
    where levels.level not in ('unknown', 'all')
),

counted as (
    select
        period,
        basis,
        level,
        unit_code,
        unit_name,
        successor_code,
        successor_name,
        field,
        procedure_code,
        procedure_name,
        case
            when grouping(unit_name) = 0 then 'unit'
            when grouping(successor_name) = 0 then 'successor'
            when grouping(procedure_name) = 0 then 'procedure'
            when grouping(field) = 0 then 'field'
            when grouping(level) = 0 then 'level'
            else 'all'
        end as grain,
        cast(sum(dossiers) as bigint) as in_scope,
        cast(sum(case when received_in_period then dossiers else 0 end) as bigint) as received,
        cast(sum(case when received_in_period and channel = 'online' then dossiers else 0 end) as bigint)
            as received_online,
        cast(sum(case when received_in_period and channel = 'in_person' then dossiers else 0 end) as bigint)
            as received_in_person,
        cast(sum(case when received_in_period and channel = 'postal' then dossiers else 0 end) as bigint)
            as received_postal,
        cast(sum(case when received_in_period and channel = 'unknown' then dossiers else 0 end) as bigint)
            as received_unknown_channel,
        cast(sum(case when outcome = 'early' then dossiers else 0 end) as bigint) as early,
        cast(sum(case when outcome = 'on_due_date' then dossiers else 0 end) as bigint) as on_due_date,
        cast(sum(case when outcome = 'late' then dossiers else 0 end) as bigint) as late,
        cast(sum(case when outcome = 'withdrawn' then dossiers else 0 end) as bigint) as withdrawn,
        cast(sum(case when outcome = 'paused' then dossiers else 0 end) as bigint) as paused,
        cast(sum(case when outcome = 'pending_in_time' then dossiers else 0 end) as bigint)
            as pending_in_time,
        cast(sum(case when outcome = 'pending_overdue' then dossiers else 0 end) as bigint)
            as pending_overdue,
        cast(sum(case when outcome = 'undetermined' then dossiers else 0 end) as bigint)
            as undetermined
    from in_basis
    group by
        grouping sets (
            (period, basis),
            (period, basis, level),
            (period, basis, level, unit_code, unit_name),
            (period, basis, level, successor_code, successor_name),
            (period, basis, level, field),
            (period, basis, level, procedure_code, procedure_name, field)
        )
),

derived as (
    select
        *,
        early + on_due_date as on_time,
        early + on_due_date + late as resolved,
        paused + pending_in_time + pending_overdue as in_progress,
        in_scope - withdrawn as handled
    from counted
)

select
    derived.grain,
    derived.period,
    periods.period_start,
    periods.period_end,
    derived.basis,
    coalesce(derived.level, 'all') as level,
    derived.unit_code,
    derived.unit_name,
    derived.successor_code,
    derived.successor_name,
    derived.field,
    derived.procedure_code,
    derived.procedure_name,
    derived.received,
    derived.received_online,
    derived.received_in_person,
    derived.received_postal,
    derived.received_unknown_channel,
    derived.in_scope - derived.received as carried_over,
    derived.in_scope,
    derived.early,
    derived.on_due_date,
    derived.on_time,
    derived.late,
    derived.resolved,
    derived.withdrawn,
    derived.paused,
    derived.pending_in_time,
    derived.pending_overdue,
    derived.in_progress,
    derived.undetermined,
    derived.handled,
    -- Per cent, rounded half away from zero from the exact fraction: (2·10000·n + d) div 2·d
    -- is that rounding in whole numbers; no binary fraction comes near it.
    case
        when derived.resolved > 0
            then cast(
                ((20000 * derived.on_time + derived.resolved) // (2 * derived.resolved)) * 0.01
                as decimal(5, 2)
            )
    end as on_time_rate,
    case
        when derived.handled > 0
            then cast(
                ((20000 * derived.on_time + derived.handled) // (2 * derived.handled)) * 0.01
                as decimal(5, 2)
            )
    end as on_time_share,
    case
        when derived.handled > 0
            then cast(
                ((20000 * derived.late + derived.handled) // (2 * derived.handled)) * 0.01
                as decimal(5, 2)
            )
    end as late_share,
    periods.provisional
from derived
inner join reporting_periods as periods on derived.period = periods.period
where derived.grain in ('all', 'level') or derived.in_scope > 0
