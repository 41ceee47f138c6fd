-- What the newest row of a corrected dossier states in the column that is corrected.
select
    corrections.entry,
    corrections.dossier_code,
    corrections."column",
    corrections.expected,
    corrections.expected_key,
    corrections.value,
    corrections.reason,
    corrections.confirmed_by,
    corrections.confirmed_on,
    newest.dossier_code is not null as is_known,
    coalesce(
        case corrections."column"
            when 'received_on' then cast(cast(stated.received_at as date) as varchar)
            when 'due_on' then cast(cast(stated.due_at as date) as varchar)
            when 'extended_due_on' then cast(cast(stated.extended_due_at as date) as varchar)
            when 'finished_on' then cast(cast(stated.finished_at as date) as varchar)
            when 'returned_on' then cast(cast(stated.returned_at as date) as varchar)
            when 'status' then stated.status
            when 'channel' then stated.channel
            when 'procedure_code' then stated.procedure_code
            when 'unit' then stated.unit
            when 'field' then stated.field
        end,
        ''
    ) as found,
    newest.source_file,
    newest.source_sheet,
    newest.source_row
from corrections
left join newest_rows as newest on corrections.dossier_code = newest.dossier_code
left join judged_rows as stated
    on
        newest.dossier_code = stated.dossier_code
        and newest.source_file = stated.source_file
        and newest.source_sheet = stated.source_sheet
        and newest.source_row = stated.source_row
