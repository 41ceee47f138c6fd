-- Received or closed after the export itself was taken.
select
    dossier_code,
    dossier_code || ' (' || source_file || ')' as sample
from known_dossiers
where greatest(received_on, coalesce(closed_on, received_on)) > snapshot_on
