"""polars: parse, newest row per code, four groupings, Parquet. `with_polars.py EXPORT FOLDER`."""

import sys
from pathlib import Path

import polars as pl
from export import DAYS, END, KEPT, MOMENT, START

EXPORT, FOLDER = sys.argv[1], Path(sys.argv[2])
days = [pl.col(day).str.to_datetime(MOMENT).dt.date() for day in DAYS]
rows = (
    pl.scan_csv(EXPORT, infer_schema=False)
    .select(pl.col(header).alias(name) for header, name in KEPT.items())
    .with_columns(days)
    .unique("code", keep="last", maintain_order=True)
    .filter(pl.col("received").is_between(START, END))
    .with_columns(
        pl.when(pl.col("closed") <= END)
        .then(
            pl.when(pl.col("closed") > pl.col("due"))
            .then(pl.lit("late"))
            .otherwise(pl.lit("on_time"))
        )
        .otherwise(pl.lit("pending"))
        .alias("outcome")
    )
    .collect()
)
for key in ("unit", "field", "procedure", "received"):
    counted = rows.group_by(key, "outcome", "channel").len("dossiers")
    counted.write_parquet(FOLDER / f"{key}.parquet", compression="zstd")
rows.write_parquet(FOLDER / "dossiers.parquet", compression="zstd")
