"""HHA for training: of the whole frame, once.

A crop has lost the floor, its padding is no geometry, and HHA takes seconds a picture. So it is
made before the picture is cropped, and kept on disk; where a data set lists ready pictures, those
are read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np

from sgnet_model.data.images import read_rgb
from sgnet_model.files import make_folder, write_atomically
from sgnet_model.hha import hha
from sgnet_model.holes import fill_holes
from sgnet_model.resize import resize_rgb
from sgnet_model.types import FloatArray, Frame, Intrinsics, UInt8Array, UserError

# (H, W, 3) uint8 HHA of a frame and its number in the set that is trained on.
HhaAt = Callable[[int, Frame], UInt8Array]


def made_hha(_index: int, frame: Frame) -> UInt8Array:
    """From the frame's depth, its holes filled: see `hha.hha`. A `HhaAt`."""
    assert frame.depth_m is not None  # training takes no other frames
    return hha(fill_holes(frame.depth_m), frame.intrinsics)


@dataclass(frozen=True, slots=True)
class KeptHha:
    """As `made_hha`, kept as PNG files in `folder`, which any number of processes may share.

    A file is named after the depth and the camera it was made of, so that it is never stale.
    """

    folder: Path

    def __call__(self, index: int, frame: Frame) -> UInt8Array:
        """See `HhaAt`. Raises UserError where the folder cannot be written."""
        assert frame.depth_m is not None
        file = self.folder / f"{_digest(frame.depth_m, frame.intrinsics)}.png"
        kept = _read(file)
        if kept is not None and kept.shape[:2] == frame.depth_m.shape:
            return kept
        picture = made_hha(index, frame)
        make_folder(self.folder)
        write_atomically(file, cv2.imencode(".png", picture[..., ::-1])[1].tobytes())
        return picture


def ready_hha(path: Path, frame: Frame) -> UInt8Array:
    """A data set's own HHA picture, at the frame's size. UserError where it has another shape."""
    picture, _ = read_rgb(path)
    (height, width), (own_height, own_width) = frame.rgb.shape[:2], picture.shape[:2]
    if abs(own_width * height - own_height * width) > own_height:
        raise UserError(
            f"{path.name} is {own_width} x {own_height} and its frame {width} x {height}: HHA of "
            "the frame's shape was expected."
        )
    return resize_rgb(picture, (height, width))


def _read(file: Path) -> UInt8Array | None:
    try:
        return read_rgb(file)[0] if file.is_file() else None
    except UserError:  # damaged: made anew
        return None


def _digest(depth_m: FloatArray, camera: Intrinsics) -> str:
    numbers = (camera.fx, camera.fy, camera.cx, camera.cy, *depth_m.shape)
    content = np.ascontiguousarray(depth_m).tobytes() + np.array(numbers, np.float64).tobytes()
    return sha256(content).hexdigest()[:32]
