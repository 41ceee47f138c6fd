-- Columns that the figures rest on and that a file does not have, or has empty from top to bottom.
with filled as (
    select
        source_file,
        count(*) as accepted,
        count(due_at) as due_at,
        count(status) as status
    from judged_rows
    where verdict = 'accepted'
    group by source_file
),

filled_by_column as (
    select
        source_file,
        accepted,
        'due_at' as canonical_column,
        due_at as filled
    from filled
    union all
    select
        source_file,
        accepted,
        'status' as canonical_column,
        status as filled
    from filled
),

offences as (
    select
        source_file,
        canonical_column,
        unknown_headers
    from absent_columns
    where unknown_headers is not null
    union all
    select
        filled_by_column.source_file,
        filled_by_column.canonical_column,
        null as unknown_headers
    from filled_by_column
    inner join needed_columns as needed
        on filled_by_column.canonical_column = needed.canonical_column
    left join absent_columns as absent
        on
            filled_by_column.source_file = absent.source_file
            and filled_by_column.canonical_column = absent.canonical_column
    where
        filled_by_column.filled = 0
        and filled_by_column.accepted >= needed.empty_from
        and absent.source_file is null
)

select
    offences.source_file
    || case when offences.unknown_headers is null then ': cột «' else ': không có cột «' end
    || needed.header
    || case when offences.unknown_headers is null then '» trống ở mọi dòng' else '»' end
    || ', nên ' || needed.without
    || case
        when offences.unknown_headers is null then '; hãy xem lại tệp xuất'
        when offences.unknown_headers = '' then '; hãy xuất lại với cột đó'
        else
            '; nếu một cột chưa biết (' || offences.unknown_headers || ') chính là cột đó, thêm tên cột vào '
            || 'aliases của ' || needed.canonical_column || ' trong schemas/raw/' || needed.contract || '.yml'
    end as sample
from offences
inner join needed_columns as needed on offences.canonical_column = needed.canonical_column
