"""pandas: parse, newest row per code, four groupings, Parquet. `with_pandas.py EXPORT FOLDER`."""

import sys
from pathlib import Path

import pandas as pd
from export import DAYS, END, KEPT, MOMENT, START

EXPORT, FOLDER = sys.argv[1], Path(sys.argv[2])
rows = pd.read_csv(EXPORT, dtype=str, usecols=list(KEPT)).rename(columns=KEPT)
for day in DAYS:
    rows[day] = pd.to_datetime(rows[day], format=MOMENT).dt.normalize()
rows = rows.drop_duplicates("code", keep="last")
rows = rows[rows["received"].between(pd.Timestamp(START), pd.Timestamp(END))]
closed = rows["closed"] <= pd.Timestamp(END)
rows["outcome"] = "pending"
rows.loc[closed, "outcome"] = "on_time"
rows.loc[closed & (rows["closed"] > rows["due"]), "outcome"] = "late"
for key in ("unit", "field", "procedure", "received"):
    counted = rows.groupby([key, "outcome", "channel"]).size().reset_index(name="dossiers")
    counted.to_parquet(FOLDER / f"{key}.parquet", compression="zstd")
rows.to_parquet(FOLDER / "dossiers.parquet", compression="zstd")
