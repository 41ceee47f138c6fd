-- View: cheap to read again, dear to keep.
-- Every row below the header of every dossier export, with the verdict on it.
-- A row without a received date is still accepted where its status needs none: a dossier that
-- was refused was never received.
select
    staged.*,
    statuses.status_group as stated_group,
    case
        when staged.ignored_as is not null then 'ignored'
        when staged.reject_reason is null then 'accepted'
        when staged.reject_reason = 'received_at_missing' and statuses.status_group = 'refused'
            then 'accepted'
        else 'rejected'
    end as verdict
from staged_dossiers as staged
left join status_matches as statuses on staged.status = statuses.status
