-- The procedures of the catalogue in force in each period, one row per period, procedure and level
-- that handles it. In force is, for each level, the newest catalogue taken on or before the end of
-- the period, else the oldest one after it, whole: a procedure that it leaves out is gone, and a
-- later catalogue moves no figure of an earlier period.
with listed as (
    select
        staged.*,
        levels.level as handled_at,
        coalesce(staged.snapshot_on, date '1900-01-01') as listed_on
    from staged_procedures as staged
    inner join level_matches as levels on staged.level = levels.level_text
    where staged.ignored_as is null and staged.reject_reason is null
),

catalogues as (
    select distinct
        handled_at,
        listed_on
    from listed
),

in_force as (
    select
        periods.period,
        catalogues.handled_at,
        catalogues.listed_on
    from reporting_periods as periods
    cross join catalogues
    qualify
        row_number() over (
            partition by periods.period, catalogues.handled_at
            order by
                case when catalogues.listed_on <= periods.period_end then 0 else 1 end,
                abs(datediff('day', catalogues.listed_on, periods.period_end))
        ) = 1
)

select
    in_force.period,
    listed.procedure_code,
    listed.procedure_name,
    listed.field,
    listed.handled_at as level,
    listed.working_days,
    services.service,
    coalesce(one_stop_matches.one_stop, false) as one_stop,
    listed.source_file,
    listed.source_sheet,
    listed.source_row
from in_force
inner join listed
    on in_force.handled_at = listed.handled_at and in_force.listed_on = listed.listed_on
left join service_matches as services on listed.online_service = services.service_text
left join one_stop_matches on listed.one_stop = one_stop_matches.one_stop_text
qualify
    row_number() over (
        partition by in_force.period, listed.procedure_code, listed.handled_at
        order by
            listed.source_file desc,
            listed.source_sheet desc,
            listed.source_row desc
    ) = 1
