"""pandas: parse, newest row per code, four groupings, Parquet. `with_pandas.py EXPORT FOLDER`."""

import sys
from pathlib import Path

import pandas as pd

EXPORT, FOLDER = sys.argv[1], Path(sys.argv[2])
KEPT = {
    "Mã hồ sơ": "code",
    "Mã TTHC": "procedure",
    "Lĩnh vực": "field",
    "Đơn vị giải quyết": "unit",
    "Hình thức nộp": "channel",
    "Ngày tiếp nhận": "received",
    "Ngày hẹn trả": "due",
    "Ngày có kết quả": "closed",
    "Trạng thái": "status",
}
rows = pd.read_csv(EXPORT, dtype=str, usecols=list(KEPT)).rename(columns=KEPT)
for day in ("received", "due", "closed"):
    rows[day] = pd.to_datetime(rows[day], format="%d/%m/%Y %H:%M:%S").dt.normalize()
rows = rows.drop_duplicates("code", keep="last")
START, END = pd.Timestamp("2023-06-05"), pd.Timestamp("2023-09-01")
rows = rows[rows["received"].between(START, END)]
closed = rows["closed"] <= END
rows["outcome"] = "pending"
rows.loc[closed, "outcome"] = "on_time"
rows.loc[closed & (rows["closed"] > rows["due"]), "outcome"] = "late"
for key in ("unit", "field", "procedure", "received"):
    counted = rows.groupby([key, "outcome", "channel"]).size().reset_index(name="dossiers")
    counted.to_parquet(FOLDER / f"{key}.parquet", compression="zstd")
rows.to_parquet(FOLDER / "dossiers.parquet", compression="zstd")
