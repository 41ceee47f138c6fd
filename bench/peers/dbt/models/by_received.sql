select received, outcome, channel, count(*) as dossiers
from {{ ref('dossiers') }}
group by all
