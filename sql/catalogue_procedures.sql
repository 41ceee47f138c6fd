-- The procedures behind the counts of procedure_catalogue, each with its place in the catalogue.
select
    period,
    level,
    procedure_code,
    procedure_name,
    field,
    one_stop,
    service,
    working_days,
    source_file,
    source_sheet,
    source_row
from known_procedures
