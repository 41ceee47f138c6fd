-- The date within the code (…-yymmdd-…) is far away from the received date.
select
    known.dossier_code,
    known.dossier_code || ' (tiếp nhận ' || strftime(known.received_on, '%d/%m/%Y') || ')' as sample
from known_dossiers as known
cross join thresholds
where abs(datediff('day', known.coded_on, known.received_on)) > thresholds.code_days_apart
