"""Sets of frames: what all have in common, and parts of them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from sgnet_model.data import FrameSet, open_frames
from sgnet_model.data.frames import Subset
from sgnet_model.types import Frame, Intrinsics, UserError


class Three(FrameSet):
    """Three grey frames, the least that a set can say; `asked` counts looks at its notes."""

    def __init__(self) -> None:
        super().__init__("three")
        self.asked = 0

    @property
    def notes(self) -> tuple[str, ...]:
        self.asked += 1
        return ("Left out: one.",)

    def __len__(self) -> int:
        return 3

    def frame_name(self, index: int) -> str:
        return str(index)

    def load(self, index: int, strict: bool = True) -> Frame:
        if strict:
            raise UserError("There is no depth.")
        return Frame(
            str(index), np.full((2, 3, 3), index, np.uint8), None, Intrinsics(1, 1, 1, 1, 3, 2)
        )


def make_set(root: Path) -> Path:
    for kind in ("rgb", "depth"):
        (root / kind).mkdir()
        for number in range(3):
            picture = np.full((6, 8, 3), 40 * number, np.uint8)
            depth = np.full((6, 8), 1000 + number, np.uint16)
            cv2.imwrite(str(root / kind / f"{number}.png"), picture if kind == "rgb" else depth)
    return root


def test_what_a_set_does_not_say() -> None:
    frames = Three()
    assert (frames.splits(), frames.scene(0), frames.paths(0)) == ((), "", None)
    assert (frames.picture(2) == 2).all()  # without depth, too
    with pytest.raises(UserError, match="not divided"):
        frames.split("train")


def test_some_of_the_frames(tmp_path: Path) -> None:
    whole = open_frames(make_set(tmp_path))
    some = Subset(whole, (2, 0))
    assert [some.frame_name(k) for k in range(2)] == ["2", "0"]
    assert [frame.name for frame in some] == ["2", "0"]
    assert (some.picture(0) == 80).all()
    paths = some.paths(1)
    assert paths is not None
    assert (paths, paths.rgb) == (whole.paths(0), tmp_path / "rgb" / "0.png")
    assert some.splits() == ()
    for ask in (lambda: some.load(2), lambda: some.paths(-1), lambda: some.split("train")):
        with pytest.raises(UserError):
            ask()


def test_a_part_asks_for_notes_when_it_is_asked() -> None:
    whole = Three()
    part = Subset(whole, (1,), "a third")
    assert (part.name, Subset(whole, (1,)).name, whole.asked) == ("a third", "three", 0)
    assert part.notes == ("Left out: one.",)
