-- Columns whose header is unknown but resembles that of a column which the file lacks.
select
    'cột «' || header || '» của ' || min(source_file)
    || case when count(*) > 1 then ' và ' || cast(count(*) - 1 as varchar) || ' tệp khác' else '' end
    || ' gần giống «' || alias || '»: nếu đúng, thêm «' || header || '» vào aliases của cột '
    || canonical_column || ' trong schemas/raw/' || contract || '.yml; nếu không, thêm vào '
    || 'not_needed ở đó' as sample
from header_drift
group by contract, header, canonical_column, alias
