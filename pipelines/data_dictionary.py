"""The data dictionary `docs/data-dictionary.md`, written from the published contracts.

`python -m pipelines.data_dictionary` writes the file again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pipelines.files import write_atomically
from pipelines.published_contract import (
    TableContract,
    contract_documents,
    custom_properties,
    published_contracts,
)
from pipelines.workspace import SCHEMAS

PATH = SCHEMAS.parent / "docs" / "data-dictionary.md"

_HEAD = """\
# Data dictionary

<!-- Written from schemas/published/ by `make docs`. Do not edit. -->

What every published table holds and promises. The tables are Parquet files below `data/curated`,
and stand under the same names in schema `curated` of `data/igate.duckdb`, where each table and
column carries its description as a comment. The contracts themselves, in the form of the Open
Data Contract Standard v3.1, are in `schemas/published/`.

## How to join

Tables of a period hold one period per file, `data/curated/period=<name>/<table>.parquet`. In
DuckDB all periods stand side by side, and every such table has `period` as its first column: join
on it besides the columns given under each table. Columns of a key that are not required can be
NULL: compare them with `is not distinct from`. Tables of the quality folder describe the last
run, whatever the period.

From a figure to its dossiers and on to the cells of the exports:

```sql
select dossier_code, days_late, source_file, source_sheet, source_row
from curated.dossiers
where period = '2023Q3' and level = 'district' and outcome = 'late' and received_in_period
```

Without `received_in_period` the same statement gives the dossiers of basis `flow`.
"""


def data_dictionary() -> str:
    """Return the dictionary of all published tables, as Markdown."""
    documents = contract_documents()
    contracts = published_contracts()
    overview = _table(
        ["table", "folder", "one row is", "what it holds"],
        (
            [
                f"[`{name}`](#{name})",
                contract.folder,
                documents[name]["schema"][0]["dataGranularityDescription"],
                contract.description,
            ]
            for name, contract in contracts.items()
        ),
    )
    sections = [_section(contracts[name], documents[name]) for name in contracts]
    return "\n".join([_HEAD, "## Tables\n", overview, *sections])


def _section(contract: TableContract, document: dict[str, Any]) -> str:
    about = document["description"]
    entries = document["schema"][0]["properties"]
    facts = [
        f"- File: `{document['servers'][0]['path']}`",
        f"- Key: {_names(contract.primary_key)}",
        f"- Order of rows: {_names(contract.sort_order)}",
        f"- Classification: {', '.join(sorted({entry['classification'] for entry in entries}))}",
        f"- Version of the contract: {contract.version}",
        *(
            f"- Joins `{join['to']}` on {_names(join['columns'])}"
            for join in custom_properties(document).get("joins", ())
        ),
        *(f"- See: {text}" for text in _authorities(document["schema"][0])),
    ]
    columns = _table(
        ["column", "type", "required", "meaning", "made from"],
        (
            [
                f"`{entry['name']}`",
                entry["physicalType"],
                "yes" if entry["required"] else "no",
                " ".join([entry["description"], *(f"See: {x}" for x in _authorities(entry))]),
                _origin(entry),
            ]
            for entry in entries
        ),
    )
    parts = [
        f"\n## {contract.name}\n",
        f"{about['purpose']}\n",
        f"*Use.* {about['usage']}\n",
        f"*Limits.* {about['limitations']}\n",
        *facts,
        f"\n{columns}",
    ]
    listed = [each for each in contract.properties if each.valid_values]
    if listed:
        parts.append("Allowed values:\n")
        parts += [f"- `{each.name}`: {_names(each.valid_values)}" for each in listed]
        parts.append("")
    if contract.rules:
        rules = _table(
            ["rule", "severity", "what is wrong where it fails"],
            ([f"`{rule.name}`", rule.severity, rule.description] for rule in contract.rules),
        )
        parts.append(f"Rules, each a SELECT of offending rows in the contract:\n\n{rules}")
    return "\n".join(parts).rstrip("\n") + "\n"


def _authorities(element: dict[str, Any]) -> list[str]:
    return [entry["description"] for entry in element.get("authoritativeDefinitions", ())]


def _origin(entry: dict[str, Any]) -> str:
    tables = _names(entry.get("transformSourceObjects", ()))
    return ": ".join(part for part in (tables, entry.get("transformLogic", "")) if part)


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head)]
    lines += [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    write_atomically(PATH, data_dictionary().encode())
