-- Values that were corrected as an office confirmed.
select
    dossier_code || ' (' || "column" || ': ' || coalesce(value_before, 'trống') || ' → '
    || coalesce(value_after, 'trống') || ')' as sample
from corrected_dossiers
