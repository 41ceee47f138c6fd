-- Every figure that a report prints, by id: `<measure>.<level>`, counted on basis received, as
-- the report's paragraph counts. Text is in the forms of definitions.md: 10.503, 08, 98,59%.
with figures as (
    select
        counts.period,
        counts.level,
        labels.measure,
        case labels.measure
            when 'received' then counts.received
            when 'received_online' then counts.received_online
            when 'received_in_person' then counts.received_in_person
            when 'received_postal' then counts.received_postal
            when 'received_unknown_channel' then counts.received_unknown_channel
            when 'handled' then counts.handled
            when 'resolved' then counts.resolved
            when 'on_time' then counts.on_time
            when 'early' then counts.early
            when 'on_due_date' then counts.on_due_date
            when 'late' then counts.late
            when 'withdrawn' then counts.withdrawn
            when 'in_progress' then counts.in_progress
            when 'paused' then counts.paused
            when 'pending_in_time' then counts.pending_in_time
            when 'pending_overdue' then counts.pending_overdue
            when 'undetermined' then counts.undetermined
            when 'on_time_rate' then counts.on_time_rate
            when 'on_time_share' then counts.on_time_share
            when 'late_share' then counts.late_share
        end as value
    from counts_by_level as counts
    inner join measure_labels as labels on labels.source_table = 'counts_by_level'
    where counts.basis = 'received'
    union all
    select
        catalogue.period,
        catalogue.level,
        labels.measure,
        case labels.measure
            when 'procedures' then catalogue.procedures
            when 'one_stop' then catalogue.one_stop
            when 'one_stop_share' then catalogue.one_stop_share
            when 'fully_online' then catalogue.fully_online
            when 'partly_online' then catalogue.partly_online
        end as value
    from procedure_catalogue as catalogue
    inner join measure_labels as labels on labels.source_table = 'procedure_catalogue'
),

labelled as (
    select
        levels.position as level_position,
        labels.position,
        labels.unit,
        labels.label_vi || ' – ' || levels.label_vi as label_vi,
        figures.period,
        figures.level,
        figures.measure,
        cast(figures.value as decimal(18, 2)) as value,
        cast(numerators.value as bigint) as numerator,
        cast(denominators.value as bigint) as denominator,
        cast(floor(figures.value) as bigint) as whole
    from figures
    inner join measure_labels as labels on figures.measure = labels.measure
    inner join levels on figures.level = levels.level
    left join figures as numerators
        on
            figures.period = numerators.period
            and figures.level = numerators.level
            and labels.numerator = numerators.measure
    left join figures as denominators
        on
            figures.period = denominators.period
            and figures.level = denominators.level
            and labels.denominator = denominators.measure
)

select
    period,
    measure || '.' || level as figure_id,
    label_vi,
    level,
    value,
    numerator,
    denominator,
    unit,
    case
        when value is null then 'không có'
        when unit = 'percent' and value = whole then cast(whole as varchar) || '%'
        when unit = 'percent' then replace(cast(value as varchar), '.', ',') || '%'
        when whole < 10 then '0' || cast(whole as varchar)
        when whole < 1000 then cast(whole as varchar)
        when whole < 1000000
            then cast(whole // 1000 as varchar) || '.' || lpad(cast(whole % 1000 as varchar), 3, '0')
        else
            cast(whole // 1000000 as varchar)
            || '.' || lpad(cast(whole // 1000 % 1000 as varchar), 3, '0')
            || '.' || lpad(cast(whole % 1000 as varchar), 3, '0')
    end as text_vi
from labelled
