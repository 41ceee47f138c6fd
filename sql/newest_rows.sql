-- One row per dossier: that of the newest snapshot. The order is total (snapshot date, then
-- path, sheet and row), so the same files give the same winner on every machine and engine.
select *
from judged_rows
where verdict = 'accepted'
qualify
    row_number() over (
        partition by dossier_code
        order by
            coalesce(snapshot_on, date '1900-01-01') desc,
            source_file desc,
            source_sheet desc,
            source_row desc
    ) = 1
