-- One row if no catalogue of procedures was among the exports.
select 'data/raw' as sample
where not exists (select 1 from known_procedures)
