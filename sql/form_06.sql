-- Biểu 06/VPCP/KSTT (Thông tư 01/2020/TT-VPCP), on basis flow: per level a section line and a line
-- for each field, then the total line. Foldings of columns 5, 9 and 12: definitions.md, "Form 06".
-- A level that had ended before the period, as the district's did on 2025-06-30, has no section.
with counts as (
    select
        period,
        period_start,
        level,
        cast(null as varchar) as field,
        received,
        received_online,
        carried_over,
        in_scope,
        early,
        on_due_date,
        late,
        resolved,
        withdrawn,
        undetermined,
        in_progress,
        pending_in_time,
        paused,
        pending_overdue
    from counts_by_level
    where basis = 'flow'
    union all
    select
        period,
        period_start,
        level,
        field,
        received,
        received_online,
        carried_over,
        in_scope,
        early,
        on_due_date,
        late,
        resolved,
        withdrawn,
        undetermined,
        in_progress,
        pending_in_time,
        paused,
        pending_overdue
    from counts_by_field
    where basis = 'flow'
)

select
    counts.period,
    cast(
        row_number() over (
            partition by counts.period
            order by levels.position, case when counts.field is null then 0 else 1 end, counts.field
        ) as bigint
    ) as line,
    levels.section_vi as section,
    counts.field,
    counts.in_scope as c3,
    counts.received_online as c4,
    counts.received - counts.received_online as c5,
    counts.carried_over as c6,
    counts.resolved + counts.withdrawn + counts.undetermined as c7,
    counts.early as c8,
    counts.on_due_date + counts.withdrawn + counts.undetermined as c9,
    counts.late as c10,
    counts.in_progress as c11,
    counts.pending_in_time + counts.paused as c12,
    counts.pending_overdue as c13
from counts
inner join levels on counts.level = levels.level
left join level_ends on counts.level = level_ends.level
where counts.in_scope > 0 or coalesce(level_ends.valid_to >= counts.period_start, true)
