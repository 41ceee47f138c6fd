-- Files that state nowhere up to what day they tell; they count as older than any other.
select source_file as sample
from source_files
where snapshot_on is null and kind = 'dossiers'
