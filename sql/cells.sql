-- How many dossiers share everything that any count asks about: all counts are sums of these.
select
    period,
    level,
    unit_code,
    unit_name,
    field,
    procedure_code,
    procedure_name,
    channel,
    outcome,
    received_in_period,
    count(*) as dossiers
from dossiers
group by
    period,
    level,
    unit_code,
    unit_name,
    field,
    procedure_code,
    procedure_name,
    channel,
    outcome,
    received_in_period
