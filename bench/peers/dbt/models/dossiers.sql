with typed as (
    select
        "Mã hồ sơ" as code,
        "Mã TTHC" as procedure_code,
        "Lĩnh vực" as field,
        "Đơn vị giải quyết" as unit,
        "Hình thức nộp" as channel,
        "Trạng thái" as status,
        cast(strptime("Ngày tiếp nhận", '%d/%m/%Y %H:%M:%S') as date) as received,
        cast(strptime("Ngày hẹn trả", '%d/%m/%Y %H:%M:%S') as date) as due,
        cast(strptime("Ngày có kết quả", '%d/%m/%Y %H:%M:%S') as date) as closed,
        cast("STT" as bigint) as place
    from read_csv('{{ env_var("PEER_EXPORT") }}', all_varchar = true)
),

newest as (
    select * from typed
    qualify row_number() over (partition by code order by place desc) = 1
)

select
    *,
    case
        when closed <= date '2023-09-01' and closed > due then 'late'
        when closed <= date '2023-09-01' then 'on_time'
        else 'pending'
    end as outcome
from newest
where received between date '2023-06-05' and date '2023-09-01'
