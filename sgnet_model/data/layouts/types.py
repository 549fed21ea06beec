"""What a layout is: a function from a folder and the names in it to frames."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sgnet_model.data.dataset import DataSet


@dataclass(frozen=True, slots=True)
class Names:
    """What lies in a folder, by kind; hidden entries left out."""

    files: frozenset[str]
    folders: frozenset[str]

    def has_folders(self, *names: str) -> bool:
        """All of them."""
        return self.folders.issuperset(names)


Layout = Callable[[Path, Names], DataSet | None]  # None: not this layout
