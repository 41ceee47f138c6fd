-- View: cheap to read again, dear to keep.
-- One row per dossier: that of the newest snapshot, its confirmed errors corrected.
with newest as (
    select judged.*
    from judged_rows as judged
    left join repeated_dossiers as repeated on judged.dossier_code = repeated.dossier_code
    where
        judged.verdict = 'accepted'
        and (
            repeated.dossier_code is null
            or (
                judged.source_file = repeated.source_file
                and judged.source_sheet = repeated.source_sheet
                and judged.source_row = repeated.source_row
            )
        )
)

select
    newest.source_file,
    newest.source_sheet,
    newest.source_row,
    newest.snapshot_on,
    newest.dossier_code,
    case when wanted.unit is null then newest.unit else nullif(wanted.unit, '') end as unit,
    newest.unit_context,
    case when wanted.field is null then newest.field else nullif(wanted.field, '') end as field,
    case
        when wanted.procedure_code is null then newest.procedure_code
        else nullif(wanted.procedure_code, '')
    end as procedure_code,
    -- The name belongs to the code that was wrong.
    case when wanted.procedure_code is null then newest.procedure_name end as procedure_name,
    case when wanted.channel is null then newest.channel else nullif(wanted.channel, '') end as channel,
    case
        when wanted.received_on is null then newest.received_at
        else cast(nullif(wanted.received_on, '') as timestamp)
    end as received_at,
    case
        when wanted.due_on is null then newest.due_at
        else cast(nullif(wanted.due_on, '') as timestamp)
    end as due_at,
    case
        when wanted.extended_due_on is null then newest.extended_due_at
        else cast(nullif(wanted.extended_due_on, '') as timestamp)
    end as extended_due_at,
    case
        when wanted.finished_on is null then newest.finished_at
        else cast(nullif(wanted.finished_on, '') as timestamp)
    end as finished_at,
    case
        when wanted.returned_on is null then newest.returned_at
        else cast(nullif(wanted.returned_on, '') as timestamp)
    end as returned_at,
    case when wanted.status is null then newest.status else nullif(wanted.status, '') end as status,
    case when wanted.status is null then newest.stated_group else statuses.status_group end
        as stated_group,
    case
        when wanted.dossier_code is null then newest.unreadable_dates
        else
            nullif(
                concat_ws(
                    ' ',
                    case
                        when wanted.due_on is null and ' ' || newest.unreadable_dates || ' ' like '% due_at %'
                            then 'due_at'
                    end,
                    case
                        when
                            wanted.extended_due_on is null
                            and newest.unreadable_dates like '%extended_due_at%'
                            then 'extended_due_at'
                    end,
                    case
                        when wanted.finished_on is null and newest.unreadable_dates like '%finished_at%'
                            then 'finished_at'
                    end,
                    case
                        when wanted.returned_on is null and newest.unreadable_dates like '%returned_at%'
                            then 'returned_at'
                    end
                ),
                ''
            )
    end as unreadable_dates
from newest
left join corrections_by_dossier as wanted on newest.dossier_code = wanted.dossier_code
left join status_matches as statuses on wanted.status = statuses.status
