-- Texts of the way of submission that stand for no known channel.
select
    known_dossiers.dossier_code,
    '«' || known_dossiers.unknown_channel || '»: ' || advice.advice as sample
from known_dossiers
inner join text_advice as advice on known_dossiers.unknown_channel = advice.text and advice.kind = 'channel'
