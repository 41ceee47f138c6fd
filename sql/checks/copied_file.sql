-- Files with the same content as another; they count once. None of what cannot be read counts.
select source_file || ' = ' || copy_of as sample
from source_files
where copy_of is not null and unreadable is null
