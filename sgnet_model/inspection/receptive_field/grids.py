"""The frames of pixels and cells that meet in one network, and the ways between them.

- picture: the user's image, W wide;
- network: what the network was fed, w wide. Both share their outer edges, so a network pixel x
  lies at (x + 0.5) W/w - 0.5 of the picture;
- input grid: an S-Conv's input feature map. Index i lies at network pixel `stride_in` i, because
  every strided operation is 3x3 with padding 1;
- output grid: the same with `stride_out`; another grid only where the S-Conv itself strides.

The spatial information S does not follow its strides: it is resized corner to corner
(align_corners=True) to the input grid, so the depth that guided an index lies elsewhere.

Every function takes one axis at a time, and any number of positions.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sgnet_model.types import LayerTrace

Positions = NDArray[np.float64]
Size = tuple[int, int]  # (height, width)
Coordinate = TypeVar("Coordinate", float, Positions)

# The taps of a 3x3 kernel in row-major order, relative to its centre, in input-grid units.
TAP_ROWS: Positions = np.repeat([-1.0, 0.0, 1.0], 3)
TAP_COLUMNS: Positions = np.tile([-1.0, 0.0, 1.0], 3)


def picture_from_network(position: Coordinate, network: int, picture: int) -> Coordinate:
    """Pixels of a picture axis of length `picture` from pixels of the network's input axis."""
    return (position + 0.5) * (picture / network) - 0.5


def network_from_picture(position: Coordinate, network: int, picture: int) -> Coordinate:
    """The inverse of `picture_from_network`."""
    return (position + 0.5) * (network / picture) - 0.5


def nearest_index(position: float, stride: int, length: int) -> int:
    """floor(p / s + 0.5), clamped to a map of `length` cells. `position`: p, network pixels."""
    return int(np.clip(np.floor(position / stride + 0.5), 0, length - 1))


def guiding_position(index: int, length: int, network: int) -> float:
    """Network pixel whose value of S an input index of a map of `length` cells received.

    i (H - 1) / (h - 1): the corners of S and of the map coincide. A map of one cell receives the
    first pixel.
    """
    return index * (network - 1) / (length - 1) if length > 1 else 0.0


def output_index(
    trace: LayerTrace, u: float, v: float, network_size: Size, picture_size: Size
) -> tuple[int, int]:
    """(row, column) of the output index that a click on the picture's pixel (u, v) picks."""
    height, width = trace.output_size
    y = network_from_picture(float(v), network_size[0], picture_size[0])
    x = network_from_picture(float(u), network_size[1], picture_size[1])
    stride = trace.stride_out
    return nearest_index(y, stride, height), nearest_index(x, stride, width)


def beyond(y: Positions, x: Positions, size: Size) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which positions on a map of `size` are outside, and which of the others partly outside.

    A sample counts only if y > -1, x > -1, y < h, x < w. It is partly outside where a corner that
    bears weight lies beyond the map and contributes 0: y in (-1, 0) or (h - 1, h), or the same for
    x. A position that is not a number is outside.
    """
    height, width = size
    counts = (y > -1) & (y < height) & (x > -1) & (x < width)
    whole = (y >= 0) & (y <= height - 1) & (x >= 0) & (x <= width - 1)
    return ~counts, counts & ~whole
