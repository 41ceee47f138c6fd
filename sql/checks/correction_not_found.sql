-- Corrections whose dossier is in no export, or whose error is not there (any more).
select
    'corrections.yml, mục ' || cast(stated.entry as varchar) || ': hồ sơ ' || stated.dossier_code
    || case
        when not stated.is_known then ' không có trong tệp nào'
        else
            ', cột ' || stated."column" || ', chờ thấy «' || stated.expected || '» nhưng đang là «'
            || stated.found || '»'
    end as sample
from stated_values as stated
left join text_keys on stated.found = text_keys.text
where
    not stated.is_known
    or stated.expected_key <> case
        when right(stated."column", 3) = '_on' then stated.found
        else coalesce(text_keys.text_key, stated.found)
    end
