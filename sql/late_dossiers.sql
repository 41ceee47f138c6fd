-- View: a choice of rows.
-- The dossiers that are late or overdue, worst first.
select *
from dossiers
where outcome in ('late', 'pending_overdue')
