-- Files that could not be read as an export; the figures are without them.
select source_file || ': ' || unreadable as sample
from source_files
where unreadable is not null
