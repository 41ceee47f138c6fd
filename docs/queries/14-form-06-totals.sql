-- The sections of Form 06
-- Do the form's columns add up (3 = 7 + 11)?
select
    section,
    sum(c3) as c3,
    sum(c6) as c6,
    sum(c7) as c7,
    sum(c10) as c10,
    sum(c11) as c11,
    sum(c3 - c7 - c11) as difference
from curated.form_06
where period = '2023Q3' and field is not null and section is not null
group by section
order by c3 desc
