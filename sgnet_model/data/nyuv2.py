"""NYUv2 as published: `nyu_depth_v2_labeled.mat`, 1449 labelled frames in one HDF5 file.

Layout, seen from HDF5 (MATLAB stores columns first, so every axis is reversed): `images`
(1449, 3, 640, 480) uint8, `depths` (holes filled) and `rawDepths` (1449, 640, 480) float32 metres,
`labels` (1449, 640, 480) uint16 in 0..894, `scenes` references to strings.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from sgnet_model.types import (
    FloatArray,
    Frame,
    Intrinsics,
    Origin,
    UInt8Array,
    UserError,
)
from sgnet_model.untrusted import reading

from .depth import known_depth, to_metres
from .frames import FrameSet, check_index, check_split
from .intrinsics import NYUV2_CAMERA, resolve_intrinsics
from .nyuv2_facts import MAP_894_TO_40, TEST, TRAIN
from .palettes import NYU40

OFFICIAL_NAME = "nyu_depth_v2_labeled.mat"
OFFICIAL_BYTES = 2_972_037_809

MAX_SIDE = 8000  # of a picture: a few bytes of HDF5 may speak of any shape
MAX_NAME = 1000
_HDF5_AT = (0, 512, 1024, 2048)  # where the format allows its signature; MATLAB uses 512
_HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_SPLITS = {"test": TEST, "train": TRAIN}


def is_mat(path: Path) -> bool:
    """By name, or by content for a renamed file."""
    if path.suffix.lower() == ".mat":
        return True
    if not path.is_file():
        return False
    with reading(path, f"{path} cannot be read."), path.open("rb") as file:
        head = file.read(_HDF5_AT[-1] + 8)
    return any(head[at : at + 8] == _HDF5_SIGNATURE for at in _HDF5_AT)


class NYUv2Mat(FrameSet):
    """The frames of the official file, read one at a time; the file is open only meanwhile.

    `split`: "all", "train" (795 frames) or "test" (654). `raw_depth`: `rawDepths` instead of the
    filled `depths`. Ground truth is the 40-class mapping of the file's 894 labels.
    """

    def __init__(
        self,
        path: Path,
        *,
        split: str = "all",
        raw_depth: bool = False,
        intrinsics: Intrinsics | Path | str | None = None,
    ) -> None:
        self.path = Path(path)
        super().__init__(self.path.name)
        self._raw_depth = raw_depth
        self._depths = "rawDepths" if raw_depth else "depths"
        self._intrinsics = intrinsics
        with _opened(self.path) as file:
            count = _frame_count(file, self._depths, self.path)
            self._scenes = _scene_names(file, count)
        self._split = split
        self._numbers = _numbers(split, count, self.path)

    def __len__(self) -> int:
        return len(self._numbers)

    def frame_name(self, index: int) -> str:
        """The 1-based number the data set counts with, and the scene: "0433 dining_room_0012"."""
        return f"{self._number(index):04d} {self.scene(index)}".strip()

    def splits(self) -> tuple[str, ...]:
        """Those of the official split that the file has frames of; none of a part."""
        if self._split != "all":
            return ()
        last = len(self)
        return tuple(name for name, numbers in _SPLITS.items() if numbers[0] <= last)

    def split(self, name: str) -> NYUv2Mat:
        """See `FrameSet`."""
        check_split(name, self.splits(), self.name)
        return NYUv2Mat(
            self.path, split=name, raw_depth=self._raw_depth, intrinsics=self._intrinsics
        )

    def scene(self, index: int) -> str:
        """See `FrameSet`."""
        return self._scenes[self._number(index) - 1] if self._scenes else ""

    def load(self, index: int, strict: bool = True) -> Frame:
        """See `FrameSet`. Raises UserError where the file is damaged."""
        rgb, metres, labels = self._arrays(self._number(index) - 1)
        notes: tuple[str, ...] = ()
        info = None
        try:
            _, info = known_depth(metres, "m", Origin.DATASET, self.name)
        except UserError as error:
            if strict:
                raise
            notes = (str(error),)
        return Frame(
            name=self.frame_name(index),
            rgb=rgb,
            depth_m=metres if info else None,
            intrinsics=self._camera(rgb.shape[1], rgb.shape[0]),
            depth_info=info,
            labels=labels,
            label_scheme=None if labels is None else NYU40,
            notes=notes,
            path=str(self.path),
        )

    def _arrays(self, row: int) -> tuple[UInt8Array, FloatArray, UInt8Array | None]:
        with _opened(self.path) as file:
            rgb = file["images"][row].transpose(2, 1, 0)  # (3, W, H) -> (H, W, 3)
            depth = file[self._depths][row].T  # (W, H) -> (H, W)
            labels = file["labels"][row].T if "labels" in file else None
        if labels is not None and labels.max(initial=0) >= MAP_894_TO_40.size:
            raise UserError(f"{self.name} has a label above 894: it is not the official file.")
        return (
            np.ascontiguousarray(rgb, np.uint8),
            np.ascontiguousarray(to_metres(depth, "m")),
            None if labels is None else np.ascontiguousarray(MAP_894_TO_40[labels]),
        )

    def _number(self, index: int) -> int:
        check_index(index, len(self), self.name)
        return self._numbers[index]

    def _camera(self, width: int, height: int) -> Intrinsics:
        if self._intrinsics is None:
            return NYUV2_CAMERA.scaled_to(width, height)
        return resolve_intrinsics(self._intrinsics, self.path, width, height)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """The file as h5py sees it; whatever goes wrong inside becomes one sentence."""
    import h5py  # late: a tenth of a second, and only this data set needs it

    sentence = (
        f"{path.name} cannot be read as {OFFICIAL_NAME}: it is truncated, damaged or another kind "
        f"of .mat file (the official one has {OFFICIAL_BYTES:,} bytes), so download it again."
    )
    with reading(path, sentence), h5py.File(path, "r") as file:
        yield file


def _frame_count(file: Any, depths: str, path: Path) -> int:
    missing = [name for name in ("images", depths) if name not in file]
    if missing:
        raise UserError(
            f"{path.name} has no {' and no '.join(missing)}: {OFFICIAL_NAME} was expected."
        )
    images, depth = file["images"].shape, file[depths].shape
    if max((*images[1:], *depth[1:]), default=0) > MAX_SIDE:
        raise UserError(
            f"{path.name} has pictures of {images[1:]}: {OFFICIAL_NAME} was expected, with "
            "640 x 480 pixels."
        )
    if len(images) != 4 or images[1] != 3 or depth != (images[0], *images[2:]) or not images[0]:
        raise UserError(
            f"{path.name} has images of shape {images} and {depths} of shape {depth}: "
            f"(1449, 3, 640, 480) and (1449, 640, 480) were expected, as in {OFFICIAL_NAME}."
        )
    _check_values(file, depths, path)
    return int(images[0])


def _check_values(file: Any, depths: str, path: Path) -> None:
    """Of the types that the official file holds; a label for each depth."""
    fits = {
        "images": file["images"].dtype == np.uint8,
        depths: file[depths].dtype.kind == "f",
    }
    if "labels" in file:
        labels = file["labels"]
        fits["labels"] = labels.dtype.kind in "ui" and labels.shape == file[depths].shape
    wrong = [name for name, fit in fits.items() if not fit]
    if wrong:
        found = file[wrong[0]]
        raise UserError(
            f"{path.name} has {wrong[0]} of {found.dtype} {found.shape}: 8-bit images, floating "
            f"metres and whole-number labels of one size were expected, as in {OFFICIAL_NAME}."
        )


def _scene_names(file: Any, count: int) -> tuple[str, ...]:
    """Each frame's scene; MATLAB keeps a cell of strings as references to UTF-16 arrays."""
    if "scenes" not in file:
        return ()
    references = file["scenes"][()].ravel()[:count]
    if len(references) != count:
        return ()
    return tuple(_text(file[reference]) for reference in references)


def _text(characters: Any) -> str:
    if characters.size > MAX_NAME:
        raise ValueError("a scene's name of millions of characters")
    return "".join(map(chr, characters[()].ravel()))


def _numbers(split: str, count: int, path: Path) -> tuple[int, ...]:
    """1-based frame numbers of a split, as far as the file has them."""
    if split == "all":
        return tuple(range(1, count + 1))
    if split not in _SPLITS:
        raise UserError(f"NYUv2 has no split {split!r}: use all, {' or '.join(_SPLITS)}.")
    numbers = tuple(number for number in _SPLITS[split] if number <= count)
    if not numbers:
        raise UserError(f"{path.name} has {count} frames, none of them in the split {split}.")
    return numbers
