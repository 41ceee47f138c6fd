-- The processing time of a procedure in working days, per period and level: what the catalogue
-- states for the level, else the one time that it states for all others.
with stated as (
    select
        period,
        procedure_code,
        min(working_days) as least_days,
        max(working_days) as most_days
    from known_procedures
    where working_days is not null
    group by period, procedure_code
)

select
    stated.period,
    levels.level,
    stated.procedure_code,
    coalesce(known.working_days, stated.least_days) as working_days
from stated
cross join levels
left join known_procedures as known
    on
        stated.period = known.period
        and stated.procedure_code = known.procedure_code
        and levels.level = known.level
where known.working_days is not null or stated.least_days = stated.most_days
