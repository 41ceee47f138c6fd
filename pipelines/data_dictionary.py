"""The data dictionary: every published table and column, from the contracts."""

from __future__ import annotations

from pathlib import Path

from pipelines.published_contract import TableContract, published_contracts

PATH = Path(__file__).resolve().parent.parent / "docs" / "data-dictionary.md"

_HEAD = """# Data dictionary

Generated from `schemas/published/` by `make docs`; a test keeps it current.

Period tables lie in `data/curated/period=<period>/`, quality tables in `data/curated/quality/`, and
all of them in schema `curated` of `data/igate.duckdb`, where period tables have `period` as their
first column. `dossiers` joins to `sources` and `rejected_rows` by `source_file`.
"""


def data_dictionary() -> str:
    """Return the dictionary as Markdown: a section per table, its columns and its rules."""
    return _HEAD + "".join(_section(contract) for contract in published_contracts().values())


def _section(contract: TableContract) -> str:
    lines = ["", f"## {contract.name}", "", _flat(contract.description), ""]
    key = ", ".join(f"`{column}`" for column in contract.primary_key) or "none"
    order = ", ".join(f"`{column}`" for column in contract.sort_order)
    lines += [f"Version {contract.version}. Key: {key}. Order of rows: {order}.", ""]
    lines += ["| column | type | empty | meaning |", "| --- | --- | --- | --- |"]
    for each in contract.properties:
        empty = "no" if each.required else "yes"
        values = f" One of: {', '.join(f'`{v}`' for v in each.valid_values)}." * bool(
            each.valid_values
        )
        lines.append(
            f"| `{each.name}` | {each.type} | {empty} | {_flat(each.description)}{values} |"
        )
    if contract.rules:
        lines += [
            "",
            "Rules that hold in every row (0 offending rows, or nothing is published):",
            "",
        ]
        lines += [f"- `{rule.name}`: {_flat(rule.description)}" for rule in contract.rules]
    return "\n".join(lines) + "\n"


def _flat(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    PATH.parent.mkdir(exist_ok=True)
    PATH.write_text(data_dictionary(), encoding="utf-8")
