"""A set whose depth is edited before the network sees it."""

from __future__ import annotations

from sgnet_model.data.frames import FrameSet, Subset
from sgnet_model.edits import Edits
from sgnet_model.types import Frame


class EditedSet(Subset):
    """Every frame of a set with the same edits."""

    def __init__(self, whole: FrameSet, edits: Edits) -> None:
        super().__init__(whole, range(len(whole)))
        self._edits = edits

    def load(self, index: int, strict: bool = True) -> Frame:
        """See `FrameSet`; UserError where the edits do not fit the frame."""
        return self._edits.applied(super().load(index, strict))
