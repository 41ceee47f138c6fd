-- Over all files, accepted = dossiers + superseded (the tie-out of definitions.md).
select
    cast(accepted as varchar) || ' dòng nhận; ' || cast(dossiers as varchar) || ' hồ sơ; '
    || cast(superseded as varchar) || ' dòng bị thay' as sample
from tie_out
where accepted <> dossiers + superseded
