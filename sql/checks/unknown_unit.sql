-- Dossiers in scope whose unit is not, or not clearly, one of the reference list.
select distinct
    dossiers.dossier_code,
    '«' || coalesce(nullif(known.unit_text, ''), nullif(known.unit_context, ''), 'không ghi đơn vị')
    || '» (' || min(known.source_file) over (partition by known.unit_text, known.unit_context) || '): '
    || coalesce(advice.advice, '') as sample
from dossiers
inner join known_dossiers as known on dossiers.dossier_code = known.dossier_code
left join unit_advice as advice
    on coalesce(known.unit_text, '') = advice.unit and known.unit_context = advice.unit_context
where dossiers.level = 'unknown'
