"""The contracts are whole, and promise what interfaces.md lists."""

from __future__ import annotations

import pyarrow as pa
import pytest
import yaml

from pipelines.published_contract import arrow_schema, published_contracts
from pipelines.workspace import SCHEMAS

FILES = sorted((SCHEMAS / "published").glob("*.odcs.yaml"))
MEASURES = (
    "received received_online received_in_person received_postal received_unknown_channel "
    "carried_over in_scope early on_due_date on_time late resolved withdrawn paused "
    "pending_in_time pending_overdue in_progress undetermined handled "
    "on_time_rate on_time_share late_share provisional"
)
HEAD = "period period_start period_end basis level"
DOSSIER = (
    "period dossier_code level unit_code unit_name field procedure_code procedure_name channel "
    "received_on due_on effective_due_on closed_on status status_group outcome "
    "received_in_period days_late working_days_late source_file source_sheet source_row"
)
COLUMNS = {
    "computed_due_dates": "period dossier_code level unit_code unit_name procedure_code "
    "procedure_name received_on working_days computed_due_on closed_on outcome computed_outcome "
    "source_file source_sheet source_row",
    "sensitivity": "period level position definition label_vi explanation_vi source first_day "
    "last_day received carried_over resolved on_time late withdrawn paused pending_in_time "
    "pending_overdue undetermined on_time_rate on_time_share late_share provisional",
    "processing_times": "period level procedure_code procedure_name field resolved "
    "median_working_days p90_working_days longest_working_days catalogue_working_days "
    "within_catalogue within_catalogue_share",
    "late_on_paper": "period dossier_code reason reason_vi level unit_code unit_name field "
    "procedure_name status outcome days_late received_on coded_on effective_due_on finished_on "
    "returned_on closed_time finished_on_before results_together source_file source_sheet source_row",
    "due_soon": "as_of dossier_code level unit_code unit_name field procedure_name status "
    "effective_due_on working_days_left source_file source_sheet source_row",
    "catalogue_procedures": "level procedure_code procedure_name field one_stop service "
    "working_days source_file source_sheet source_row",
    "corrected_dossiers": "dossier_code column value_before value_after reason confirmed_by "
    "confirmed_on source_file source_sheet source_row",
    "counts_by_level": f"{HEAD} {MEASURES}",
    "counts_by_unit": f"{HEAD} unit_code unit_name {MEASURES}",
    "counts_by_successor_unit": f"{HEAD} unit_code unit_name {MEASURES}",
    "counts_by_field": f"{HEAD} field {MEASURES}",
    "counts_by_procedure": f"{HEAD} procedure_code procedure_name field {MEASURES}",
    "counts_by_day": "period level day received resolved on_time late",
    "dossiers": DOSSIER,
    "late_dossiers": DOSSIER,
    "form_06": "line section field c3 c4 c5 c6 c7 c8 c9 c10 c11 c12 c13",
    "procedure_catalogue": "level procedures one_stop one_stop_share fully_online partly_online",
    "report_figures": "figure_id label_vi level value numerator denominator unit text_vi",
    "sources": "source_file sha256 format encoding layout sheets snapshot_on rows_read accepted "
    "rejected ignored dropped_columns",
    "rejected_rows": "source_file source_sheet source_row reason column value",
    "period_findings": "check_id severity message_vi count sample",
    "findings": "check_id severity message_vi count sample",
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_the_standard_requires_is_there(path: object) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))  # type: ignore[attr-defined]
    assert content["kind"] == "DataContract"
    assert content["apiVersion"].startswith("v3.")
    assert all(content[name] for name in ("id", "version", "status", "schema"))
    assert all(server["server"] and server["type"] for server in content["servers"])
    for each in content["schema"]:
        assert each["name"]
        assert all(column["name"] and column["description"] for column in each["properties"])


def test_tables_and_columns_are_those_of_the_interface() -> None:
    found = {
        name: " ".join(each.name for each in contract.properties)
        for name, contract in published_contracts().items()
    }
    assert found == COLUMNS


def test_types_are_those_of_the_interface() -> None:
    schema = arrow_schema(published_contracts()["counts_by_level"])
    assert schema.field("received").type == pa.int64()
    assert schema.field("on_time_rate").type == pa.decimal128(5, 2)
    assert schema.field("provisional").type == pa.bool_()
    assert schema.field("period_start").type == pa.date32()
    dossier = arrow_schema(published_contracts()["dossiers"])
    assert dossier.field("days_late").type == pa.int32()
    assert dossier.field("source_row").type == pa.int64()
    assert arrow_schema(published_contracts()["report_figures"]).field("value").type == (
        pa.decimal128(18, 2)
    )
