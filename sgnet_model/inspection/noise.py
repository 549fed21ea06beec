"""Noise of depth sensors: the same still scene as it would be measured again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sgnet_model.holes import fill_holes
from sgnet_model.resize import resize_nearest
from sgnet_model.sensor_noise import (
    KINECT,
    MEASURED,
    MOST_M,
    STEREO,
    deviation_m,
    kinect_sigma_m,
)
from sgnet_model.types import FloatArray, Frame, UserError

MOST_FRAMES = 60  # of a recording
FEWEST_FRAMES = 5
HOLE_BORDER_PX = 1.0  # how far the border of a hole wanders from one frame to the next
STEREO_BASELINE_M, STEREO_DISPARITY_PX = 0.05, 0.08
NEAREST_M = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Noise:
    """`sigma_m`: (H, W) metres. `valid`: (H, W) the chance that a pixel is measured; None: holes
    keep their places but for their borders, `wander` pixels wide (0: they stay)."""

    sigma_m: FloatArray
    valid: FloatArray | None = None
    wander: float = HOLE_BORDER_PX

    def copy_of(self, depth_m: FloatArray, random: np.random.Generator) -> FloatArray:
        """(H, W) metres measured again, 0 = missing."""
        filled = fill_holes(depth_m)
        moved = filled + random.standard_normal(depth_m.shape, np.float32) * self.sigma_m
        seen = self._seen(depth_m > 0, random)
        result: FloatArray = np.where(seen, np.maximum(moved, np.float32(NEAREST_M)), 0)
        return result.astype(np.float32)

    def _seen(self, valid: NDArray[np.bool_], random: np.random.Generator) -> NDArray[np.bool_]:
        if self.valid is not None:
            again: NDArray[np.bool_] = random.random(valid.shape, np.float32) < self.valid
            return again
        if self.wander <= 0 or valid.all():
            return valid
        from scipy.ndimage import distance_transform_edt

        # Above 0 inside valid depth, below in holes; a smooth random field moves the border.
        signed = distance_transform_edt(valid) - distance_transform_edt(~valid)
        field = random.standard_normal(valid.shape, np.float32)
        wandering: NDArray[np.bool_] = signed + self.wander * field > 0
        return wandering


def noise_for(text: str, frame: Frame, depth_m: FloatArray) -> Noise:
    """From one of the words of `sensor_noise`.

    `depth_m`: (H, W) metres of the frame, 0 = missing. Raises UserError.
    """
    if text == KINECT:
        return Noise(kinect_sigma(depth_m))
    if text == STEREO:
        focal = frame.intrinsics.scaled_to(*frame.size[::-1]).fx
        return Noise(stereo_sigma(depth_m, focal))
    if text.startswith(MEASURED):
        return _measured(Path(text.removeprefix(MEASURED)), frame.size)
    try:
        sigma = deviation_m(text)
    except ValueError:
        raise UserError(
            f"The noise {text!r} is not known: give {KINECT}, {STEREO}, a deviation in metres from "
            f"0 to {MOST_M:g}, or {MEASURED}RECORDING."
        ) from None
    return Noise(np.full(depth_m.shape, sigma, np.float32), wander=HOLE_BORDER_PX * (sigma > 0))


def kinect_sigma(depth_m: FloatArray) -> FloatArray:
    """Axial deviation of structured light, `sensor_noise.kinect_sigma_m`, (H, W) float32 metres.
    `depth_m`: (H, W) metres; a hole counts as its nearest valid depth."""
    return kinect_sigma_m(fill_holes(depth_m)).astype(np.float32)


def stereo_sigma(depth_m: FloatArray, focal_px: float) -> FloatArray:
    """z^2 / (f B) times the deviation of the disparity, (H, W) float32 metres. `depth_m`: (H, W)
    metres; a hole counts as its nearest valid depth."""
    per = STEREO_DISPARITY_PX / (focal_px * STEREO_BASELINE_M)
    sigma: FloatArray = (fill_holes(depth_m) ** 2 * per).astype(np.float32)
    return sigma


def _measured(folder: Path, size: tuple[int, int]) -> Noise:
    """The deviation over the frames of a recording of a still scene, pixel by pixel."""
    from sgnet_model.data.open import open_frames

    frames = open_frames(folder)
    count = min(len(frames), MOST_FRAMES)
    if count < FEWEST_FRAMES:
        raise UserError(
            f"{folder} has {len(frames)} frames: the noise of a still scene needs at least "
            f"{FEWEST_FRAMES}."
        )
    total, squares, seen = (np.zeros(size) for _ in range(3))
    for index in range(count):
        depth_m = frames.load(index, strict=False).depth_m
        if depth_m is not None:
            depth = resize_nearest(depth_m, size).astype(np.float64)
            total += depth
            squares += depth**2
            seen += depth > 0
    if not (seen >= 2).any():
        raise UserError(f"{folder} has no pixel with depth in two frames: its noise is not known.")
    times = np.maximum(seen, 1)
    spread = np.maximum(squares - total**2 / times, 0)
    variance = spread / np.maximum(times - 1, 1)
    sigma = np.where(seen >= 2, np.sqrt(variance), np.median(np.sqrt(variance[seen >= 2])))
    return Noise(sigma.astype(np.float32), (seen / count).astype(np.float32))
