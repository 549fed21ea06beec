"""SUN RGB-D as ESANet prepares it: three lists a split, labels as arrays beside the frames."""

from __future__ import annotations

from pathlib import Path

from sgnet_model.types import UserError

from .dataset import SPLIT_NAMES, DataSet, named_apart
from .frames import FramePaths
from .palettes import SUN37
from .reading import Reading, depth_in, labels_in
from .sunrgbd import scene_of
from .text_lists import lines_of

_PARTS = ("rgb", "depth", "label")


def esanet_sun(root: Path) -> DataSet | None:
    """`{train,test}_{rgb,depth,label}.txt` of paths from `root` or from `SUNRGBD` in it.

    Depth is stored as SUN stores it, labels are `FRAME/label/label.npy` of 0 (void) to 37. Raises
    UserError where the three lists of a split are not equally long.
    """
    frames: list[FramePaths] = []
    for split in SPLIT_NAMES:
        lists = [root / f"{split}_{part}.txt" for part in _PARTS]
        if all(file.is_file() for file in lists):
            frames += _frames(root, split, lists)
    if not frames:
        return None
    reading = Reading(depth_in("sun"), labels_in(SUN37), scene=scene_of)
    return DataSet(
        named_apart(frames, lambda frame: frame.rgb.relative_to(root).as_posix()), reading
    )


def _frames(root: Path, split: str, lists: list[Path]) -> list[FramePaths]:
    rgb, depth, label = (lines_of(file) for file in lists)
    if not len(rgb) == len(depth) == len(label):
        raise UserError(
            f"{lists[0].name}, {lists[1].name} and {lists[2].name} have {len(rgb)}, {len(depth)} "
            f"and {len(label)} lines: they belong together, so make them anew."
        )
    if not rgb:
        return []
    pictures, labels = _base(root, rgb[0]), _base(root, label[0])
    return [
        FramePaths(Path(one).parents[1].name, pictures / one, pictures / two, labels / three, split)
        for one, two, three in zip(rgb, depth, label, strict=True)
    ]


def _base(root: Path, listed: str) -> Path:
    """The folder that a list's paths start from; its author's tools unpack pictures and labels to
    different ones."""
    tree = root / "SUNRGBD"
    return tree if (tree / listed).is_file() and not (root / listed).is_file() else root
