-- The procedures of the newest catalogue, one row per procedure and level that handles it.
with listed as (
    select
        staged.*,
        levels.level as handled_at
    from staged_procedures as staged
    inner join level_matches as levels on staged.level = levels.level_text
    where staged.ignored_as is null and staged.reject_reason is null
)

select
    listed.procedure_code,
    listed.procedure_name,
    listed.field,
    listed.handled_at as level,
    listed.working_days,
    services.service,
    coalesce(one_stop_matches.one_stop, false) as one_stop
from listed
left join service_matches as services on listed.online_service = services.service_text
left join one_stop_matches on listed.one_stop = one_stop_matches.one_stop_text
qualify
    row_number() over (
        partition by listed.procedure_code, listed.handled_at
        order by
            coalesce(listed.snapshot_on, date '1900-01-01') desc,
            listed.source_file desc,
            listed.source_sheet desc,
            listed.source_row desc
    ) = 1
