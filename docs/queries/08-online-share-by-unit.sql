-- Share of dossiers handed in online, by commune
-- Who is behind on online services, and whose exports do not say how a dossier came?
select
    unit_name,
    received,
    received_online,
    received_unknown_channel,
    round(100.0 * received_online / (received - received_unknown_channel), 1) as online_percent
from curated.counts_by_unit
where
    period = '2023Q3' and basis = 'received' and level = 'commune'
    and received > received_unknown_channel
order by online_percent, unit_code
