-- Status texts of no known group; the group is then inferred from the dates.
select '«' || status || '»' as sample
from newest_rows
where status is not null and stated_group is null
