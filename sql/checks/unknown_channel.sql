-- Texts of the way of submission that stand for no known channel.
select
    known_dossiers.dossier_code,
    '«' || known_dossiers.channel_text || '»: ' || advice.advice as sample
from known_dossiers
inner join text_advice as advice on known_dossiers.channel_text = advice.text and advice.kind = 'channel'
