"""The files a prediction becomes: labels, overlay and labelled cloud, each written atomically."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from .colour import blend, label_image
from .files import write_atomically
from .geometry import depth_to_points
from .prediction import Prediction
from .types import FloatArray, Frame, UInt8Array, UserError

OVERLAY_OPACITY = 0.55

_PLY_HEADER = """ply
format binary_little_endian 1.0
comment metres, camera frame: x right, y down, z forward
element vertex {count}
property float x
property float y
property float z
property uchar red
property uchar green
property uchar blue
end_header
"""
_PLY_VERTEX = np.dtype([("xyz", "<f4", 3), ("rgb", "u1", 3)])  # packed: 15 bytes


def write_labels(path: Path, labels: UInt8Array) -> None:
    """(H, W) class indices 0..C-1 -> an 8-bit PNG of the data set's own ids: 0 = void, 1..C."""
    write_png(path, labels + np.uint8(1))


def write_overlay(
    path: Path, frame: Frame, prediction: Prediction, opacity: float = OVERLAY_OPACITY
) -> None:
    """The picture under the colours of the predicted classes, as PNG."""
    colours = label_image(prediction.labels, prediction.scheme.palette)
    write_png(path, blend(frame.rgb, colours, opacity))


def write_cloud(path: Path, frame: Frame, colours: UInt8Array) -> int:
    """The frame's points in `colours` ((H, W, 3) RGB) as PLY; returns their number.

    Only pixels with valid depth become points: nothing is invented where depth is missing.
    """
    if frame.depth_m is None:
        raise UserError(f"{frame.name} has no usable depth, so there is no cloud to write.")
    points = depth_to_points(frame.depth_m, frame.intrinsics)  # (H, W, 3)
    valid = frame.depth_m > 0
    write_ply(path, points[valid], colours[valid])
    return int(valid.sum())


def write_ply(path: Path, points: FloatArray, colours: UInt8Array) -> None:
    """(N, 3) float32 metres and (N, 3) uint8 RGB -> a binary PLY point cloud."""
    vertices = np.empty(len(points), _PLY_VERTEX)
    vertices["xyz"], vertices["rgb"] = points, colours
    header = _PLY_HEADER.format(count=len(points)).encode("ascii")
    write_atomically(path, header + vertices.tobytes())


def write_png(path: Path, image: NDArray[np.uint8]) -> None:
    """(H, W) grey or (H, W, 3) RGB, uint8, as PNG."""
    stored = image[..., ::-1] if image.ndim == 3 else image
    encoded, data = cv2.imencode(".png", np.ascontiguousarray(stored))
    if not encoded:
        raise UserError(f"{path.name} could not be encoded: the picture is {image.shape}.")
    write_atomically(path, data.tobytes())
