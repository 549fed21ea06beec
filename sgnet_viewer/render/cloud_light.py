"""Light on the surfaces of a cloud: how bright each pixel's point is, from the depth around it.

Classes have flat colours, so that a wall and the floor before it would read as one. Colours that
are quantities (depth, confidence) are not lit: their brightness is their value.
"""

from __future__ import annotations

import cv2
import numpy as np

from sgnet_model.types import FloatArray, Intrinsics, UInt8Array
from sgnet_viewer.contract.cloud import Ground

FROM = (-0.45, -0.75, -0.48)  # towards the light: left, up, back to the sensor; in level axes
SHADOW, GAIN = 0.5, 0.75  # brightness of what faces away; what light adds
WIDTH = 320  # pixels: about that of the picture that light is computed in
SMOOTHING_PX = 9  # of these, a diameter: noise of the sensor is no shape
SAME_SURFACE = 0.008  # 1/m: neighbours whose inverse depth differs more are not averaged
Direction = tuple[float, float, float]
SAME_LIGHT = 0.25  # of brightness


def brightness(depth_m: FloatArray, intrinsics: Intrinsics, towards: Direction) -> FloatArray:
    """(H, W) metres, 0 = missing -> (H, W) float32, about 0.5..1.25, to multiply colours with.

    Half Lambert: `SHADOW` + `GAIN` ((1 + n . l) / 2)^2 for the unit normal n towards the sensor and
    the direction l to the light, `towards`. Normals are those of planes in inverse depth, which is
    linear in pixels on a plane: n_x = fx d(1/z)/du, n_y = fy d(1/z)/dv,
    n_z = 1/z - n_x x/z - n_y y/z.
    """
    step = max(depth_m.shape[1] // WIDTH, 1)
    small = np.ascontiguousarray(depth_m[::step, ::step])
    light = _light(small, intrinsics, towards)
    return np.asarray(cv2.resize(light, depth_m.shape[::-1]), np.float32)


def _light(depth_m: FloatArray, intrinsics: Intrinsics, towards: Direction) -> FloatArray:
    height, width = depth_m.shape
    camera = intrinsics.scaled_to(width, height)
    inverse = np.divide(1.0, depth_m, out=np.zeros_like(depth_m), where=depth_m > 0)
    smooth = cv2.bilateralFilter(inverse, SMOOTHING_PX, SAME_SURFACE, SMOOTHING_PX / 3)
    slope_u = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=1 / 8)
    slope_v = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=1 / 8)
    n_x, n_y = camera.fx * slope_u, camera.fy * slope_v
    across = ((np.arange(width) - camera.cx) / camera.fx).astype(np.float32)
    down = ((np.arange(height) - camera.cy) / camera.fy).astype(np.float32)[:, None]
    n_z = smooth - n_x * across - n_y * down
    length = np.sqrt(n_x * n_x + n_y * n_y + n_z * n_z) + np.float32(1e-6)
    x, y, z = towards
    facing = -(n_x * x + n_y * y + n_z * z) / length  # the normal above points away
    lit = np.float32(SHADOW) + np.float32(GAIN) * np.square((1 + facing) / 2)
    # What noise is left is taken off the light itself, edges apart.
    smoothed = cv2.bilateralFilter(lit, SMOOTHING_PX, SAME_LIGHT, SMOOTHING_PX / 2)
    return np.asarray(smoothed, np.float32)


def lit(colours: UInt8Array, amount: FloatArray) -> UInt8Array:
    """(N, 3) uint8 RGB, brighter and darker by `amount` (N,); no channel is cut off alone."""
    red, green, blue = colours.T
    most = np.maximum(np.maximum(np.maximum(red, green), blue), 1).astype(np.float32)
    bounded = np.minimum(amount, 255 / most)
    bright: UInt8Array = (colours * bounded[:, None] + np.float32(0.5)).astype(np.uint8)
    return bright


def towards_light(ground: Ground | None) -> Direction:
    """Unit vector in the sensor's axes: from its left, from above and from behind it."""
    light = np.asarray(FROM) / np.linalg.norm(FROM)
    if ground is not None:
        vertical = np.asarray(ground.down)
        # `FROM` in level axes; the sensor's x stays across, and what is left is ahead.
        ahead = np.cross(np.array([1.0, 0.0, 0.0]), vertical)
        ahead /= max(float(np.linalg.norm(ahead)), 1e-9)
        light = light @ np.stack((np.cross(vertical, ahead), vertical, ahead))
    x, y, z = (float(value) for value in light)
    return x, y, z
