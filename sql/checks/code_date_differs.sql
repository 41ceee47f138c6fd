-- The date within the code (…-yymmdd-…) is more than a month away from the received date.
with dated as (
    select
        dossier_code,
        received_on,
        try_cast(
            '20' || substr(digits, 1, 2) || '-' || substr(digits, 3, 2) || '-' || substr(digits, 5, 2) as date
        ) as coded_on
    from (
        select
            dossier_code,
            received_on,
            regexp_extract(dossier_code, '-([0-9]{6})-', 1) as digits
        from known_dossiers
    ) as coded
    where digits <> ''
)

select dossier_code || ' (tiếp nhận ' || strftime(received_on, '%d/%m/%Y') || ')' as sample
from dated
where abs(datediff('day', coded_on, received_on)) > 31
