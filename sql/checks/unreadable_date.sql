-- Dates other than the received date that no known form explains; they count as absent.
select
    dossier_code,
    dossier_code || ' (' || unreadable_dates || '; ' || source_file || ', dòng '
    || cast(source_row as varchar) || ')' as sample
from newest_rows
where unreadable_dates is not null
