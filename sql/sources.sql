-- One row per raw file: what it is, and where each of its rows went (the tie-out).
with verdicts as (
    select
        source_file,
        sum(case when verdict = 'accepted' then 1 else 0 end) as accepted,
        sum(case when verdict = 'rejected' then 1 else 0 end) as rejected,
        sum(case when verdict = 'ignored' then 1 else 0 end) as ignored
    from judged_rows
    group by source_file
    union all
    select
        source_file,
        sum(case when ignored_as is null and reject_reason is null then 1 else 0 end) as accepted,
        sum(case when reject_reason is not null then 1 else 0 end) as rejected,
        sum(case when ignored_as is not null then 1 else 0 end) as ignored
    from staged_procedures
    group by source_file
),

per_file as (
    select
        source_file,
        sum(accepted) as accepted,
        sum(rejected) as rejected,
        sum(ignored) as ignored
    from verdicts
    group by source_file
),

-- Rows of a copy are counted with the file it repeats; here they are ignored.
files as (
    select
        source_files.*,
        coalesce(per_file.accepted, 0) as accepted,
        coalesce(per_file.rejected, 0) as rejected,
        coalesce(per_file.ignored, 0) as ignored
    from source_files
    left join per_file on coalesce(source_files.copy_of, source_files.source_file) = per_file.source_file
)

select
    source_file,
    sha256,
    format,
    encoding,
    layout,
    sheets,
    snapshot_on,
    cast(accepted + rejected + ignored + rows_above as bigint) as rows_read,
    cast(case when copy_of is null then accepted else 0 end as bigint) as accepted,
    cast(case when copy_of is null then rejected else 0 end as bigint) as rejected,
    cast(
        case
            when copy_of is null then ignored + rows_above
            else accepted + rejected + ignored + rows_above
        end as bigint
    ) as ignored,
    dropped_columns
from files
