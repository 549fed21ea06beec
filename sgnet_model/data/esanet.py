"""The layout that ESANet and the nicr tools write: a folder for each split, lists of bare ids."""

from __future__ import annotations

from pathlib import Path

from .dataset import SPLIT_NAMES, DataSet, named_apart, pictures_by_stem
from .frames import FramePaths
from .intrinsics import NYUV2_CAMERA
from .palettes import NYU13, NYU40, SUN37
from .reading import PLAIN, Reading, depth_in, fixed_camera, labels_in, read_any_labels
from .text_lists import lines_of

_LABELS = {"40": labels_in(NYU40), "894": read_any_labels, "13": labels_in(NYU13)}
_SUN = Reading(labels=labels_in(SUN37))
_COUNTS = ("40", "894", "13", "37")  # in the order of preference


def esanet(root: Path) -> DataSet | None:
    """`{train,test}/{rgb,depth,depth_raw,labels_40,...}/ID.png` with `train.txt`, `test.txt`.

    Filled depth is preferred to raw, 40 classes to 894 and 13. NYU's depth is in millimetres; other
    data sets in this layout have theirs guessed. Without a list a split is what lies in its folder.
    """
    splits = [name for name in SPLIT_NAMES if (root / name / "rgb").is_dir()]
    count = _count(root, splits)
    has_lists = any((root / f"{name}.txt").is_file() for name in splits)
    if not splits or not (has_lists or count):
        return None
    frames = [frame for split in splits for frame in _frames(root, split, count)]
    if not frames or all(frame.depth is None for frame in frames):
        return None
    return DataSet(named_apart(frames), _reading(count))


def _count(root: Path, splits: list[str]) -> str:
    """The number of classes in the names of the label folders; empty where there are none."""
    for count in _COUNTS:
        if any(_label_folder(root / split, count) for split in splits):
            return count
    return ""


def _label_folder(folder: Path, count: str) -> Path | None:
    places = [folder / f"{kind}_{count}" for kind in ("labels", "semantic")] if count else []
    return next((place for place in places if place.is_dir()), None)


def _reading(count: str) -> Reading:
    if count in _LABELS:
        return Reading(depth_in("mm"), _LABELS[count], fixed_camera(NYUV2_CAMERA))
    return _SUN if count else PLAIN


def _frames(root: Path, split: str, count: str) -> list[FramePaths]:
    """A file that a list names and nobody has stays in: its frame says so when it is loaded."""
    folder, listed = root / split, root / f"{split}.txt"
    depths = next((folder / n for n in ("depth", "depth_raw") if (folder / n).is_dir()), None)
    labels = _label_folder(folder, count)
    known = {place: pictures_by_stem(place) for place in (folder / "rgb", depths, labels)}
    names = lines_of(listed) if listed.is_file() else list(known[folder / "rgb"])

    def place(where: Path | None, name: str) -> Path | None:
        return None if where is None else known[where].get(name, where / f"{name}.png")

    return [
        FramePaths(
            name,
            known[folder / "rgb"].get(name, folder / "rgb" / f"{name}.png"),
            place(depths, name),
            place(labels, name),
            split,
        )
        for name in names
    ]
