-- Status texts of no known group; the group is then inferred from the dates.
select
    newest_rows.dossier_code,
    '«' || newest_rows.status || '»: ' || advice.advice as sample
from newest_rows
inner join text_advice as advice on newest_rows.status = advice.text and advice.kind = 'status'
where newest_rows.stated_group is null
