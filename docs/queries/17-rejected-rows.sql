-- Rejected rows by reason
-- What has to be corrected in the exports?
select
    reason,
    count(*) as rejected,
    count(distinct source_file) as files,
    min(source_file) as for_example
from curated.rejected_rows
group by reason
order by rejected desc, reason
