-- Dossiers in scope of a procedure that the catalogue, if there is one, does not have.
select distinct
    dossiers.dossier_code,
    '«' || coalesce(dossiers.procedure_code || ' ', '') || dossiers.procedure_name || '»' as sample
from dossiers
inner join known_dossiers as known on dossiers.dossier_code = known.dossier_code
where not known.in_catalogue and exists (select 1 from known_procedures)
