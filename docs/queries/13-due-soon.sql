-- Dossiers due within three working days, by unit
-- What must be done now so that it does not become late?
select
    unit_name,
    count(*) as due,
    min(effective_due_on) as first_due_on,
    sum(case when working_days_left = 0 then 1 else 0 end) as due_today
from curated.due_soon
group by unit_name
order by due desc, unit_name
