"""From a picture and its depth to the network's input: the only definition of it.

Training, evaluation and the viewer all pass through here.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from .config import SGNetConfig
from .geometry import depth_to_points, refuse_millimetres
from .hha import hha
from .holes import fill_holes
from .resize import resize_nearest, resize_rgb
from .sizes import SMALLEST_SIDE
from .types import FloatArray, Intrinsics, UInt8Array, UserError

MEAN_RGB = (122.675, 116.669, 104.008)  # of 0..255; the authors divide by nothing
HHA_MIDDLE = 128.0  # of 0..255: a wall's angle
SMOOTH_PIXELS = 7  # diameter of the filter, in pixels of what the network is fed
SMOOTH_RANGE = 0.05  # of the median depth


def rgb_tensor(rgb: UInt8Array, size: tuple[int, int]) -> Tensor:
    """(H, W, 3) uint8 RGB -> (1, 3, *size) float32: bilinear, minus the mean, channels reversed."""
    centred = resize_rgb(rgb, size).astype(np.float32) - np.array(MEAN_RGB, np.float32)
    bgr = np.ascontiguousarray(centred[..., ::-1].transpose(2, 0, 1))
    return torch.from_numpy(bgr)[None]


def spatial_tensor(
    depth_m: FloatArray, intrinsics: Intrinsics, size: tuple[int, int], config: SGNetConfig
) -> Tensor | None:
    """(H, W) metres, 0 = missing -> (1, c', *size) float32; None where features guide themselves.

    Holes stay 0, or take the nearest valid depth where the configuration says so; where it says so
    noise is then smoothed, edges kept: taps and traces are inferred from that smoothed depth. HHA
    (0..255 less 128) is always made from filled depth, as its authors do: holes would tear its
    planes apart.
    """
    if config.spatial == "feature":
        return None
    if config.fill_holes or config.spatial == "hha":
        depth_m = fill_holes(depth_m)
    depth_m = resize_nearest(depth_m, size)
    if config.smooth_depth:
        depth_m = smooth_depth(depth_m)
    if config.spatial == "depth":
        return torch.from_numpy(np.ascontiguousarray(depth_m, np.float32))[None, None]
    if config.spatial == "hha":
        return hha_tensor(hha(depth_m, intrinsics))
    points = np.nan_to_num(depth_to_points(depth_m, intrinsics))  # (h, w, 3)
    return torch.from_numpy(np.ascontiguousarray(points.transpose(2, 0, 1)))[None]


def hha_tensor(picture: UInt8Array) -> Tensor:
    """(h, w, 3) uint8 HHA -> (1, 3, h, w) float32, less 128."""
    centred = np.ascontiguousarray((picture.astype(np.float32) - HHA_MIDDLE).transpose(2, 0, 1))
    return torch.from_numpy(centred)[None]


def zoomed(tensor: Tensor, size: tuple[int, int]) -> Tensor:
    """A network's input (1, c, H, W) at another size: bilinear, from corner to corner.

    As the authors' multi-scale test zooms the finished input, holes of depth included: values
    between 0 and a surface arise around them.
    """
    return F.interpolate(tensor, size, mode="bilinear", align_corners=True)


def smooth_depth(depth_m: FloatArray) -> FloatArray:
    """(H, W) metres, 0 = missing, to the same in float32 by a bilateral filter over SMOOTH_PIXELS.

    Edges are kept: a step of SMOOTH_RANGE of the median depth weighs exp(-1/2). Missing pixels
    stay missing; a surface nearer than a few such steps to 0 does not exist in front of a camera.
    """
    import cv2  # here: not for every help text

    missing = depth_m <= 0
    if missing.all():
        return depth_m
    smooth = cv2.bilateralFilter(
        np.ascontiguousarray(depth_m, np.float32),
        SMOOTH_PIXELS,
        smoothing_step(depth_m),
        SMOOTH_PIXELS / 2,
    )
    return np.where(missing, np.float32(0), np.asarray(smooth, np.float32))


def smoothing_step(depth_m: FloatArray) -> float:
    """The step, in metres, of which `smooth_depth` keeps edges; some pixel must be valid."""
    some = depth_m[::4, ::4]  # a median of all is as long as the filter
    some = some if (some > 0).any() else depth_m
    return SMOOTH_RANGE * float(np.median(some[some > 0]))


def check_picture(rgb: UInt8Array, depth_m: FloatArray) -> None:
    """Refuse what the network cannot take, in one sentence."""
    _check_array("picture", rgb, "uint8 of shape (H, W, 3)")
    _check_array("depth", depth_m, "floating metres of shape (H, W), 0 = missing,")
    if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3:
        raise UserError(
            f"The picture is {rgb.dtype} of shape {rgb.shape}; uint8 (H, W, 3) is expected."
        )
    if not np.issubdtype(depth_m.dtype, np.floating) or depth_m.shape != rgb.shape[:2]:
        raise UserError(
            f"The depth is {depth_m.dtype} of shape {depth_m.shape}; floating metres of shape "
            f"{rgb.shape[:2]} are expected."
        )
    if min(rgb.shape[:2]) < SMALLEST_SIDE:
        raise UserError(
            f"The picture is {rgb.shape[1]}x{rgb.shape[0]}; the network needs at least "
            f"{SMALLEST_SIDE} pixels a side: give a larger one."
        )
    if not np.isfinite(depth_m).all() or (depth_m < 0).any():
        raise UserError("The depth has NaN, infinite or negative values: mark missing pixels by 0.")
    if not (depth_m > 0).any():
        raise UserError("The depth has no valid pixel: is this the right file and unit?")
    refuse_millimetres(depth_m)


def _check_array(what: str, given: object, wanted: str) -> None:
    if not isinstance(given, np.ndarray):
        raise UserError(
            f"The {what} is of type {type(given).__name__}: a NumPy array, {wanted} is expected."
        )
