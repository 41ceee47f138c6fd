-- One row if more of the dossier rows are rejected than the run allows.
with rows_judged as (
    select
        sum(case when verdict = 'rejected' then 1 else 0 end) as rejected,
        sum(case when verdict in ('accepted', 'rejected') then 1 else 0 end) as dossier_rows
    from judged_rows
)

select
    cast(rows_judged.rejected as varchar) || ' trong ' || cast(rows_judged.dossier_rows as varchar)
    || ' dòng hồ sơ' as sample
from rows_judged
cross join run_options
where rows_judged.rejected > rows_judged.dossier_rows * run_options.max_rejected
