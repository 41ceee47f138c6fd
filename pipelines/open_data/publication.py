"""Writing the open set of a period: `data/open/<period>/`, from the curated Parquet alone."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.errors import DataError
from pipelines.files import swap_folder
from pipelines.numbers import date_text
from pipelines.open_data.relations import KEYS, MEASURES, RATES, Cell, cells_of, equations_of
from pipelines.open_data.suppression import THRESHOLD, Suppression
from pipelines.published_contract import TableContract, arrow_schema, published_contracts
from pipelines.workspace import Workspace

BASIS = "flow"
PACKAGE = "datapackage.json"
_METHOD = (
    f"Ô trống là số liệu được giữ lại: mọi số đếm từ 1 đến {THRESHOLD - 1}, và những ô mà nếu công "
    "bố thì có thể suy ra các số đó. Số 0 được công bố. Tỷ lệ chỉ được công bố khi cả tử số và mẫu "
    "số được công bố. Cách đếm: cả hồ sơ tiếp nhận trong kỳ và từ kỳ trước chuyển qua."
)


def publish_open(workspace: Workspace, period: str, target: Path) -> tuple[int, int]:
    """Write the open set of `period` below `target`; return cells published and withheld.

    Per table `counts_by_level`, `counts_by_unit`, `counts_by_field` a CSV and a Parquet with the
    measures of definitions.md on basis `flow`, withheld cells empty, and `datapackage.json`
    (Frictionless Data Package) that describes them.

    Raises `DataError` if the period is not published, or if its dates overlap those of another
    period in `target`: differences of overlapping sums would give withheld cells away.
    """
    tables = {name: _rows(workspace, period, name) for name in KEYS}
    start, end = (tables["level"][0][name] for name in ("period_start", "period_end"))
    _refuse_overlap(target, period, start, end)
    cells = cells_of(tables)
    withheld = Suppression(cells, equations_of(cells)).withheld
    contracts = {name: published_contracts()[f"counts_by_{name}"] for name in KEYS}
    new = target / f".new-{os.getpid()}"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    for name, rows in tables.items():
        opened = [_opened(name, row, withheld) for row in rows]
        _write(new, contracts[name], opened)
    package = _package(period, start, end, contracts)
    (new / PACKAGE).write_text(
        json.dumps(package, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    swap_folder(new, target / period)
    return len(cells) - len(withheld), len(withheld)


def _rows(workspace: Workspace, period: str, name: str) -> list[dict[str, Any]]:
    path = workspace.curated / f"period={period}" / f"counts_by_{name}.parquet"
    if not path.is_file():
        raise DataError(f"Kỳ {period} chưa được công bố: hãy chạy make quarter Q={period} trước.")
    rows: list[dict[str, Any]] = pq.read_table(path, partitioning=None).to_pylist()
    return [row for row in rows if row["basis"] == BASIS]


def _refuse_overlap(target: Path, period: str, start: date, end: date) -> None:
    for path in sorted(target.glob(f"[!.]*/{PACKAGE}")):
        other = json.loads(path.read_text(encoding="utf-8"))
        first, last = (date.fromisoformat(day) for day in other["temporal"].split("/"))
        if other["name"] != period.lower() and first <= end and start <= last:
            raise DataError(
                f"Kỳ {period} ({date_text(start)} – {date_text(end)}) trùng ngày với kỳ "
                f"{path.parent.name} đã mở ({date_text(first)} – {date_text(last)}): lấy hiệu hai "
                f"kỳ có thể suy ra số nhỏ. Hãy chọn kỳ khác, hoặc gỡ thư mục {path.parent.name}."
            )


def _opened(name: str, row: Mapping[str, Any], withheld: frozenset[Cell]) -> dict[str, Any]:
    key = tuple(row[column] for column in KEYS[name])
    opened = dict(row)
    for measure in MEASURES:
        if Cell(name, key, measure) in withheld:
            opened[measure] = None
    for rate, parts in RATES.items():
        if any(opened[part] is None for part in parts):
            opened[rate] = None
    return opened


def _columns(contract: TableContract) -> list[str]:
    return [each.name for each in contract.properties]


def _write(folder: Path, contract: TableContract, rows: list[dict[str, Any]]) -> None:
    schema = arrow_schema(contract)
    schema = pa.schema([field.with_nullable(True) for field in schema])
    table = pa.Table.from_pylist(rows, schema=schema)
    pq.write_table(table, folder / f"{contract.name}.parquet", compression="zstd")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_columns(contract))
    writer.writerows([_shown(row[name]) for name in _columns(contract)] for row in rows)
    (folder / f"{contract.name}.csv").write_text(text.getvalue(), encoding="utf-8")


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _package(
    period: str, start: date, end: date, contracts: Mapping[str, TableContract]
) -> dict[str, Any]:
    types = {"VARCHAR": "string", "DATE": "date", "BIGINT": "integer", "BOOLEAN": "boolean"}
    return {
        "name": period.lower(),
        "title": f"Tình hình giải quyết thủ tục hành chính, kỳ {period}",
        "description": _METHOD,
        "temporal": f"{start.isoformat()}/{end.isoformat()}",
        "resources": [
            {
                "name": contract.name,
                "path": [f"{contract.name}.csv"],
                "description": contract.description,
                "schema": {
                    "fields": [
                        {
                            "name": each.name,
                            "type": types.get(each.type, "number"),
                            "description": each.description,
                        }
                        for each in contract.properties
                    ],
                    "missingValues": [""],
                },
            }
            for contract in contracts.values()
        ],
    }
