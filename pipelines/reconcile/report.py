"""A report held against the computed figures and itself: document in, verdicts out."""

from __future__ import annotations

from pathlib import Path

from pipelines.periods import Period
from pipelines.reconcile.arithmetic import report_alone
from pipelines.reconcile.computed import load_facts, report_against, unit_names
from pipelines.reconcile.dates import period_lines
from pipelines.reconcile.document import Document, read_document
from pipelines.reconcile.figures import Figure, read_figures
from pipelines.reconcile.grids import grid_figures
from pipelines.reconcile.phrases import load_phrases
from pipelines.reconcile.readings import levelled, read_groups
from pipelines.reconcile.verdicts import Line
from pipelines.workspace import Workspace


def reconcile(workspace: Workspace, path: Path, period: Period | None) -> list[Line]:
    """Return the verdicts on the report `path`; none if it has no figures of dossiers.

    With a `period` it is held against what is published for it, else against itself alone.
    Raises `CommandError` and `UnreadableFile` as `read_document` does.
    """
    return document_lines(workspace, read_document(path), period)


def document_lines(workspace: Workspace, document: Document, period: Period | None) -> list[Line]:
    """Return the verdicts on a report that is read already, as `reconcile` does."""
    units = unit_names(workspace, period.name) if period else []
    phrases = load_phrases(workspace.reference, units)
    figures: list[Figure] = read_figures(document.paragraphs, phrases)
    for rows, where in document.tables:
        figures += grid_figures(rows, where, phrases, len(figures))
    if not figures:
        return []
    figures = levelled(figures)
    groups = read_groups(figures)
    places = {figure.where for figure in figures}
    lines = period_lines(document.paragraphs, places, period)
    if period is None:
        return lines + report_alone(groups, figures)
    return lines + report_against(load_facts(workspace, period.name), groups, figures)
