"""What clerks and leaders read instead of the names of tables, columns and values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.files import read_yaml
from pipelines.numbers import count_text, date_text, percent_text
from pipelines.reference import read_csv
from pipelines.workspace import SCHEMAS


@dataclass(frozen=True)
class Labels:
    """Vietnamese labels; what has none is shown by its own name."""

    tables: dict[str, str]
    columns: dict[str, str]
    values: dict[str, dict[str, str]]

    def table(self, name: str) -> str:
        """Return what a table is called."""
        return self.tables.get(name, name)

    def column(self, name: str) -> str:
        """Return what a column is called."""
        return self.columns.get(name, name)

    def value(self, column: str, value: object) -> str:
        """Return a cell as it is shown: as a report has it, nothing as a dash."""
        if value is None or value == "":
            return "–"
        if isinstance(value, bool):
            return "có" if value else "không"
        if isinstance(value, date):
            return date_text(value)
        if isinstance(value, int):
            return count_text(value)
        if isinstance(value, Decimal):
            return percent_text(value)
        return self.values.get(column, {}).get(str(value), str(value))


def table_label(name: str) -> str:
    """Return what a table is called."""
    return str(_content()["tables"].get(name, name))


def explained(column: str, value: str, levels: dict[str, str] | None = None) -> str:
    """Return a value that has to be typed as it is, with what it means: `paused (tạm dừng)`."""
    label = {**_content()["values"].get(column, {}), **(levels or {})}.get(value)
    return f"{value} ({label})" if label else value


@cache
def _content() -> dict[str, Any]:
    content: dict[str, Any] = read_yaml(SCHEMAS / "labels.yml")
    return content


def load_labels(reference: Path) -> Labels:
    """Return the labels of `schemas/labels.yml`, and of measures and levels in `reference`."""
    content = _content()
    measures = {row["measure"]: row["label_vi"] for row in read_csv(reference, "measures")}
    levels = {row["level"]: row["label_vi"] for row in read_csv(reference, "levels")}
    return Labels(
        content["tables"],
        measures | content["columns"],
        content["values"] | {"level": levels},
    )
