-- How late the late ones are
-- A day, a week or a month?
select
    case
        when working_days_late <= 1 then '1 up to 1 working day'
        when working_days_late <= 5 then '2 up to 5'
        when working_days_late <= 20 then '3 up to 20'
        else '4 more than 20'
    end as lateness,
    count(*) as dossiers,
    sum(case when outcome = 'late' then 1 else 0 end) as closed_late,
    sum(case when outcome = 'pending_overdue' then 1 else 0 end) as still_open
from curated.late_dossiers
where period = '2023Q3'
group by lateness
order by lateness
