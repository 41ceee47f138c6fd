-- Which files a period's figures may rest on, and so whose rejected rows concern it: those with a
-- dossier received within it, and those that tell of no dossier, since nothing says that their
-- rows belong elsewhere.
with received as (
    select distinct
        source_file,
        cast(received_at as date) as received_on
    from judged_rows
    where verdict = 'accepted' and received_at is not null
)

select
    periods.period,
    files.source_file
from source_files as files
cross join periods
left join received on files.source_file = received.source_file
group by periods.period, files.source_file
having
    count(received.received_on) = 0
    or sum(
        case when received.received_on between periods.period_start and periods.period_end then 1 else 0 end
    ) > 0
