-- Every value that was corrected, what stood there and who confirmed what is right.
select
    dossier_code,
    "column",
    nullif(found, '') as value_before,
    nullif(value, '') as value_after,
    reason,
    confirmed_by,
    confirmed_on,
    source_file,
    source_sheet,
    source_row
from stated_values
where is_known
