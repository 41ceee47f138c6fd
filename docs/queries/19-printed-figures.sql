-- Every figure as a report prints it
-- What exactly is to be written, and of what is each rate taken?
select
    figure_id,
    text_vi,
    numerator,
    denominator
from curated.report_figures
where period = '2023Q3' and level = 'district' and value > 0
order by figure_id
