"""Texts of our own contracts as SQL; never a text of an export."""

from __future__ import annotations


def literal(text: str) -> str:
    """Return `text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"
