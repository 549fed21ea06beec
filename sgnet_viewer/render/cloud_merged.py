"""Several frames of a sequence in one cloud, in the frame of the camera that is shown."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sgnet_model.prediction import Prediction
from sgnet_model.types import FloatArray, Frame
from sgnet_viewer.contract.cloud import Ground
from sgnet_viewer.render.cloud import CloudArrays, seen_cloud
from sgnet_viewer.render.cloud_light import Direction, towards_light
from sgnet_viewer.render.depth import depth_limits
from sgnet_viewer.state.view_settings import ViewSettings

MOST_MERGED = 700_000  # points of the other frames on the screen
PIXELS = 1 << 32  # more than a picture has
FIRST = 2  # -1 is no point at all


@dataclass(frozen=True, slots=True, eq=False)
class MergedFrame:
    """A frame with depth and a pose, and its index in the set; `prediction`: its classes, where
    they were asked for.
    """

    frame: Frame
    index: int = 0
    prediction: Prediction | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Merged:
    """Frames of one sequence, as chosen."""

    frames: tuple[MergedFrame, ...]

    @property
    def has_classes(self) -> bool:
        """The network has seen all of them."""
        return all(one.prediction is not None for one in self.frames)

    def pixel_of(self, index: int, place: int) -> tuple[int, int] | None:
        """(u, v) of `place`, v W + u, in the frame of that index; None where it is not merged."""
        widths = (one.frame.size[1] for one in self.frames if one.index == index)
        width = next(widths, None)
        return None if width is None else (place % width, place // width)

    def beside(self, frame: Frame) -> Iterator[MergedFrame]:
        """All but `frame` itself, where `frame` has a pose of the same sequence."""
        if frame.pose is not None:
            yield from (one for one in self.frames if one.frame.path != frame.path)


def merged_cloud(
    merged: Merged,
    frame: Frame,
    own: CloudArrays,
    settings: ViewSettings,
    ground: Ground | None,
    most: int = MOST_MERGED,
) -> CloudArrays:
    """`own`, the points of `frame`, and before them those of the other frames, thinned to `most`.

    All in the camera frame of `frame`; the others' source index is negative, see `place_of`. They
    are lit from where `own` is.
    """
    others, settings = tuple(merged.beside(frame)), one_scale(frame, settings)
    pixels = sum(one.frame.rgb.shape[0] * one.frame.rgb.shape[1] for one in others)
    stride = max(math.ceil(math.sqrt(pixels / most)), 1)
    light = towards_light(ground)
    clouds = [_seen_from(frame, one, settings, stride, light) for one in others]
    points, colours, source = (np.concatenate(parts) for parts in zip(*clouds, own, strict=True))
    return points, colours, source


def one_scale(frame: Frame, settings: ViewSettings) -> ViewSettings:
    """One colour is one distance in all frames: within the range of the one that is shown."""
    if frame.depth_m is None:
        return settings
    return settings.within(depth_limits(frame.depth_m, settings))


def _seen_from(
    frame: Frame, other: MergedFrame, settings: ViewSettings, stride: int, light: Direction
) -> CloudArrays:
    motion = motion_between(frame, other.frame)
    turned = np.asarray(light) @ motion[:3, :3]  # into the axes of the other camera
    towards = float(turned[0]), float(turned[1]), float(turned[2])
    points, colours, source = seen_cloud(
        other.frame, other.prediction, settings, stride, towards=towards
    )
    elsewhere = -(FIRST + other.index * PIXELS + source)
    return moved(points, motion), colours, elsewhere


def place_of(source_index: int) -> tuple[int, int] | None:
    """Of a point of another frame: the frame's index in the set, and v W + u of its pixel there."""
    return divmod(-source_index - FIRST, PIXELS) if source_index <= -FIRST else None


def motion_between(frame: Frame, other: Frame) -> FloatArray:
    """(4, 4) float32: from the camera frame of `other` to that of `frame`; both have poses."""
    assert frame.pose is not None
    assert other.pose is not None
    motion: FloatArray = (np.linalg.inv(frame.pose) @ other.pose).astype(np.float32)
    return motion


def moved(points: FloatArray, motion: FloatArray) -> FloatArray:
    """(N, 3) float32 by a rigid motion (4, 4)."""
    return np.ascontiguousarray(points @ motion[:3, :3].T + motion[:3, 3])
