"""Prove that what is published is whole."""

from __future__ import annotations

import argparse

from rich.console import Console

from pipelines.workspace import Workspace


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add nothing: the data folder is all there is to say."""


def run(options: argparse.Namespace, workspace: Workspace, console: Console) -> int:
    """Return 0 if everything published is as its manifest says, else 1."""
    from pipelines.verify import verify

    return verify(workspace, console)
