-- Dossiers in scope of a procedure that the catalogue, if there is one, does not have.
select
    dossier_code,
    '«' || coalesce(procedure_code || ' ', '') || procedure_name || '»' as sample
from scoped_dossiers
where not in_catalogue and exists (select 1 from known_procedures)
group by dossier_code, procedure_code, procedure_name
