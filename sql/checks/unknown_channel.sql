-- Texts of the way of submission that stand for no known channel.
select '«' || channel_text || '»' as sample
from known_dossiers
where channel_text is not null and channel = 'unknown'
