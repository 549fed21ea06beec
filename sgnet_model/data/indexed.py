"""A set of frames as a sequence: one definition for all sets."""

from __future__ import annotations

import operator
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import SupportsIndex

from sgnet_model.types import Frame


class Indexed(ABC):
    """What makes a sequence of a set that can `load`."""

    @abstractmethod
    def __len__(self) -> int: ...

    @abstractmethod
    def load(self, index: int, strict: bool = True) -> Frame:
        """See `FrameSet`."""

    def __getitem__(self, index: SupportsIndex) -> Frame:
        """See `FrameSet`."""
        at = operator.index(index)
        return self.load(at + len(self) if at < 0 else at)

    def __iter__(self) -> Iterator[Frame]:
        """See `FrameSet`."""
        return map(self.load, range(len(self)))
