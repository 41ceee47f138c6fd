-- Which unit a text names, by date: the one valid when the dossier was received, else the one
-- valid when the export was taken (systems rename the units of old dossiers), else any.
-- Where that leaves more than one unit, none is chosen.
with named as (
    select distinct
        unit,
        unit_context,
        cast(received_at as date) as received_on,
        snapshot_on
    from newest_rows
    where received_at is not null
),

fitting as (
    select
        named.*,
        matches.unit_code,
        matches.valid_from,
        case
            when named.received_on between matches.valid_from and matches.valid_to then 1
            when named.snapshot_on between matches.valid_from and matches.valid_to then 2
            else 3
        end as fit
    from named
    inner join unit_matches as matches
        on
            coalesce(named.unit, '') = matches.unit
            and named.unit_context = matches.unit_context
),

best as (
    select
        *,
        rank() over (
            partition by unit, unit_context, received_on, snapshot_on
            order by fit
        ) as place
    from fitting
)

select
    coalesce(unit, '') as unit,
    unit_context,
    received_on,
    coalesce(snapshot_on, date '1900-01-01') as snapshot_on,
    min(unit_code) as unit_code,
    min(valid_from) as valid_from
from best
where place = 1
group by unit, unit_context, received_on, snapshot_on
having count(*) = 1
