select field, outcome, channel, count(*) as dossiers
from {{ ref('dossiers') }}
group by all
