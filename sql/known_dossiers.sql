-- One row per dossier that was ever received, with everything that does not depend on a period.
-- Dates decide, times of day do not (definitions.md, "Dates of a dossier"); they are here to be
-- compared with (sensitivity) and to tell bookkeeping from work (late_on_paper).
with dated as (
    select
        *,
        cast(received_at as date) as received_on,
        cast(due_at as date) as due_on,
        cast(coalesce(extended_due_at, due_at) as date) as effective_due_on,
        -- The date within a code …-yymmdd-….
        try_cast(
            '20' || substr(coded, 1, 2) || '-' || substr(coded, 3, 2) || '-' || substr(coded, 5, 2)
            as date
        ) as coded_on,
        cast(finished_at as date) as finished_on,
        cast(returned_at as date) as returned_on,
        coalesce(extended_due_at, due_at) as effective_due_at,
        coalesce(finished_at, returned_at) as closed_at,
        cast(coalesce(finished_at, returned_at) as date) as closed_on
    from (
        select
            *,
            regexp_extract(dossier_code, '-([0-9]{6})-', 1) as coded
        from newest_rows
    ) as newest
    where coalesce(stated_group, '') <> 'refused'
)

select
    dated.dossier_code,
    -- A name that was used again means, of two units, the one that an earlier export tells.
    case
        when units.valid_from <= dated.received_on then coalesce(earlier_units.unit_code, units.unit_code)
        else units.unit_code
    end as unit_code,
    case
        when units.valid_from <= dated.received_on then coalesce(earlier_units.valid_from, units.valid_from)
        else units.valid_from
    end as unit_valid_from,
    earlier_units.unit_code as earlier_unit_code,
    earlier_units.valid_from as earlier_unit_valid_from,
    dated.unit as unit_text,
    dated.unit_context,
    coalesce(fields.field, procedures.field, 'Chưa rõ lĩnh vực') as field,
    procedures.procedure_code,
    coalesce(procedures.procedure_name, 'Chưa rõ thủ tục') as procedure_name,
    coalesce(procedures.in_catalogue, false) as in_catalogue,
    coalesce(channels.channel, 'unknown') as channel,
    case when channels.channel is null then dated.channel end as unknown_channel,
    dated.received_on,
    dated.coded_on,
    dated.due_on,
    dated.effective_due_on,
    dated.effective_due_at,
    dated.finished_on,
    dated.returned_on,
    dated.closed_on,
    dated.closed_at,
    statuses.status_clean as status,
    dated.stated_group,
    coalesce(
        dated.stated_group,
        case when dated.closed_on is null then 'processing' else 'resolved' end
    ) as status_group,
    dated.snapshot_on,
    dated.source_file,
    dated.source_sheet,
    dated.source_row
from dated
left join unit_choices as units
    on
        coalesce(dated.unit, '') = units.unit
        and dated.unit_context = units.unit_context
        and dated.received_on = units.received_on
        and coalesce(dated.snapshot_on, date '1900-01-01') = units.snapshot_on
left join earlier_units on dated.dossier_code = earlier_units.dossier_code
left join field_matches as fields on dated.field = fields.field_text
left join procedure_matches as procedures
    on
        coalesce(dated.procedure_code, '') = procedures.code_text
        and coalesce(dated.procedure_name, '') = procedures.name_text
left join channel_matches as channels on dated.channel = channels.channel_text
left join status_matches as statuses on dated.status = statuses.status
