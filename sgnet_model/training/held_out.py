"""A part of a training split kept apart: the best weights are chosen on it, not on the test split.

Frames of one place follow each other in most sets, and sensors do too. So the split is cut into
stretches, and the end of each is held out: all of the set is represented, and few frames have a
neighbour of their own place on the other side.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sgnet_model.data.frames import FrameSet, check_index, check_split
from sgnet_model.data.indexed import Indexed
from sgnet_model.types import Frame

STRETCHES = 10


def held_out(count: int, share: float) -> list[int]:
    """The indices that are held out of `count` frames: share x count of them, rounded down."""
    wanted = int(share * count + 1e-9)
    bounds = [count * place // STRETCHES for place in range(STRETCHES + 1)]
    quotas = [wanted * place // STRETCHES for place in range(STRETCHES + 1)]
    return [
        index
        for place in range(STRETCHES)
        for index in range(
            bounds[place + 1] - (quotas[place + 1] - quotas[place]), bounds[place + 1]
        )
    ]


def left_in(count: int, share: float) -> list[int]:
    """The indices that `held_out` leaves."""
    out = set(held_out(count, share))
    return [index for index in range(count) if index not in out]


class Part(Indexed):
    """Some frames of a set, as a `FrameSet` of its own."""

    def __init__(self, whole: FrameSet, indices: Sequence[int], name: str) -> None:
        self.name = name
        self.whole = whole
        self.indices = tuple(indices)

    @property
    def notes(self) -> tuple[str, ...]:
        """See `FrameSet`."""
        return self.whole.notes

    def __len__(self) -> int:
        return len(self.indices)

    def frame_name(self, index: int) -> str:
        """See `FrameSet`."""
        return self.whole.frame_name(self.at(index))

    def load(self, index: int, strict: bool = True) -> Frame:
        """See `FrameSet`."""
        return self.whole.load(self.at(index), strict)

    def splits(self) -> tuple[str, ...]:
        """None: it is a part itself."""
        return ()

    def split(self, name: str) -> FrameSet:
        """There is none."""
        check_split(name, (), self.name)
        raise AssertionError

    def scene(self, index: int) -> str:
        """See `FrameSet`."""
        return self.whole.scene(self.at(index))

    def hha_path(self, index: int) -> Path | None:
        """See `PairSet`; None where the set knows none."""
        path_of = getattr(self.whole, "hha_path", None)
        found: Path | None = path_of(self.at(index)) if path_of else None
        return found

    def at(self, index: int) -> int:
        """The frame's index in the whole set; UserError outside."""
        check_index(index, len(self.indices), self.name)
        return self.indices[index]
