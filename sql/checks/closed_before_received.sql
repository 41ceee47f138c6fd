-- Closed on a day before the dossier was received.
select
    dossier_code,
    dossier_code || ' (tiếp nhận ' || strftime(received_on, '%d/%m/%Y')
    || ', kết thúc ' || strftime(closed_on, '%d/%m/%Y') || ')' as sample
from known_dossiers
where closed_on < received_on
