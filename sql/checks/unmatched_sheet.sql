-- Sheets without a header that any contract knows; their rows are ignored.
select source_file || ', trang tính ' || unmatched_sheets as sample
from source_files
where unmatched_sheets <> ''
