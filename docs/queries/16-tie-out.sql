-- Where every row of every file went
-- Was anything lost on the way?
select
    source_file,
    rows_read,
    accepted,
    rejected,
    ignored,
    rows_read - accepted - rejected - ignored as lost
from curated.sources
order by source_file
