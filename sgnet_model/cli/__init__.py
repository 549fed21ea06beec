"""The command `sgnet-model`: one file for each subcommand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .entry import main

__all__ = ["main"]


def __getattr__(name: str) -> Any:
    """Late: `__main__` says what a signal does before anything that takes long is imported."""
    if name != "main":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .entry import main

    return main
