"""From the dossier exports of Vietnam's one-stop systems to the figures officials sign."""

__version__ = "0.1.0"
