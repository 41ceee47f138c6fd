"""What a run may be told besides its periods."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """The largest share of rejected rows, and whether rows of unknown units may be left out."""

    max_rejected: float = 0.01
    allow_unknown_units: bool = False
