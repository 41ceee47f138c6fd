-- The days of the calendar that are worked; their working_index counts up by one.
select
    calendar_day,
    working_index
from calendar
qualify working_index > lag(working_index, 1, 0) over (order by calendar_day)
