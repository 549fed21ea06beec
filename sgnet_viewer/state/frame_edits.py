"""What was edited of the depth of which frame: an edit belongs to the frame it was drawn on."""

from __future__ import annotations

from dataclasses import dataclass

from sgnet_model.edits import NO_EDITS, Edits


@dataclass(frozen=True, slots=True)
class FrameEdits:
    """`items`: (index of the frame in its set, its edits), by index; none that are empty."""

    items: tuple[tuple[int, Edits], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.items)

    def of(self, index: int) -> Edits:
        """Those of a frame; NO_EDITS where there are none."""
        return dict(self.items).get(index, NO_EDITS)

    def replaced(self, index: int, edits: Edits) -> FrameEdits:
        """With other edits of one frame."""
        kept = dict(self.items) | {index: edits}
        return FrameEdits(tuple(sorted((at, one) for at, one in kept.items() if one)))
