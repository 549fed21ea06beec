"""Qt signals under the type the contract names."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal as QtSignal


def intent(*types: type) -> Any:
    """A class attribute that Qt turns into a signal carrying `types`.

    PySide's own annotation changes between class and instance, which no protocol can follow; the
    attribute is annotated with `contract.signal.Signal` instead.
    """
    return QtSignal(*types)
