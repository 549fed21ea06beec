"""The network's input as a linear function of the picture, and the way back for gradients."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from sgnet_model.config import SGNetConfig
from sgnet_model.holes import nearest_valid
from sgnet_model.preprocess import rgb_tensor, spatial_tensor
from sgnet_model.resize import resize_nearest
from sgnet_model.types import FloatArray, Frame

from .receptive_field.grids import Size
from .smoothing import before_smoothing
from .subject import depth_of

Gradient = NDArray[np.float64]
NO_DEPTH = {
    "hha": "HHA is fitted to planes and has no derivative by depth here: gradient_depth is left "
    "out.",
    "feature": "This network guides itself by its features and sees no depth: gradient_depth is "
    "left out.",
}


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """What a network of `config` is fed for a frame at `size`. `spatial` None: it reads none."""

    frame: Frame
    size: Size
    config: SGNetConfig
    rgb: Tensor  # (1, 3, h, w) float32, BGR minus mean
    spatial: Tensor | None  # (1, c', h, w)

    @classmethod
    def of(cls, frame: Frame, size: Size, config: SGNetConfig) -> Inputs:
        """Made as predictions make them."""
        spatial = spatial_tensor(depth_of(frame), frame.intrinsics, size, config)
        return cls(frame, size, config, rgb_tensor(frame.rgb, size), spatial)

    @property
    def sees_depth(self) -> bool:
        """Whether its spatial information has a derivative by depth."""
        return self.config.spatial not in NO_DEPTH

    def to_picture(self, gradient: Tensor) -> Gradient:
        """(1, 3, h, w) by the input -> (H, W, 3) by the picture's RGB."""
        by_rgb: Gradient = gradient[0].double().cpu().numpy()[::-1].transpose(1, 2, 0)  # (h, w, 3)
        if self.size == self.frame.size:
            return by_rgb
        shrinks = _shrinks(self.frame.size, self.size)
        rows, columns = (
            _resizing(old, new, shrinks)
            for old, new in zip(self.frame.size, self.size, strict=True)
        )
        back: Gradient = np.einsum("hH,hwc,wW->HWc", rows, by_rgb, columns, optimize=True)
        return back

    def to_depth(self, gradient: Tensor) -> Gradient:
        """(1, c', h, w) by the spatial input -> (H, W) by the picture's depth in metres.

        The share of a hole that was filled is returned to the pixel it was filled from; a hole that
        was not has none. Where the network is fed smoothed depth, a pixel has its share of all that
        it was smoothed into.
        """
        by_depth = gradient[0].double().cpu().numpy()
        depth_m = depth_of(self.frame)
        if self.config.spatial == "xyz":
            by_depth = self._through_points(by_depth)
        flat = np.arange(depth_m.size).reshape(depth_m.shape)
        source = nearest_valid(depth_m) if self.config.fill_holes else None
        if source is not None:
            flat = source
        read = resize_nearest(flat, self.size)  # which pixel each cell of the input shows
        if self.config.smooth_depth:
            by_depth = before_smoothing(by_depth.reshape(self.size), depth_m.ravel()[read])
        back = np.bincount(read.ravel(), by_depth.reshape(-1), depth_m.size)
        return np.where(depth_m > 0, back.reshape(depth_m.shape), 0.0)

    def _through_points(self, by_points: Gradient) -> Gradient:
        """x = (u - cx) z / fx and y = (v - cy) z / fy: (3, h, w) -> (h, w)."""
        height, width = self.size
        camera = self.frame.intrinsics.scaled_to(width, height)
        u, v = np.arange(width), np.arange(height)[:, None]
        by_x, by_y, by_z = by_points
        along: Gradient = (
            by_x * (u - camera.cx) / camera.fx + by_y * (v - camera.cy) / camera.fy + by_z
        )
        return along


def _shrinks(old: Size, new: Size) -> bool:
    return old[0] > new[0] and old[1] > new[1]


def _resizing(old: int, new: int, shrinking: bool) -> FloatArray:
    """(new, old): `resize_rgb` along one axis, by OpenCV itself; rounding to bytes left out."""
    identity = np.eye(old, dtype=np.float32)
    if old == new:
        return identity
    method = cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(identity, (old, new), interpolation=method), np.float32)
