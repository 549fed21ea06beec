"""What is installed: the program's own version."""

from __future__ import annotations

from importlib import metadata

DISTRIBUTION = "sgnet-viewer"


def version() -> str:
    """Such as "0.2.0"; "(not installed)" where the sources run without having been installed."""
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "(not installed)"
