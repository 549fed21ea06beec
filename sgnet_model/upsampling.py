"""From the head's grid to the picture: one linear map for each axis.

Two conventions meet. The head's logits span the network's input corner to corner
(align_corners=True, as the authors' network does); the network's input and the user's picture share
their outer edges (pixel x of w lies at (x + 0.5) W / w - 0.5 of W). Both interpolations are linear,
so their product is a matrix, and an upsampled map is rows @ map @ columns^T.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from .types import FloatArray

Size = tuple[int, int]  # (height, width)


@lru_cache(maxsize=64)
def interpolation_matrix(head: int, network: int, picture: int) -> FloatArray:
    """(picture, head) float32, read-only; rows sum to 1."""
    corners = np.arange(network) * ((head - 1) / max(network - 1, 1))
    matrix = _linear(corners, head)  # (network, head)
    if picture != network:
        edges = (np.arange(picture) + 0.5) * (network / picture) - 0.5
        matrix = _linear(np.clip(edges, 0, network - 1), network) @ matrix
    result = matrix.astype(np.float32)
    result.setflags(write=False)
    return result


def enlarged(maps: FloatArray, network: Size, picture: Size) -> FloatArray:
    """(C, h, w) float32 of a network fed at size `network` -> (C, H, W) at size `picture`: rows @
    maps @ columns^T, of which only what is not zero is multiplied."""
    (classes, h, w), (height, width) = maps.shape, picture
    rows, of_rows = _bands(h, network[0], height)
    columns, of_columns = _bands(w, network[1], width)
    out = np.empty((classes, height, width), np.float32)
    for into, one in zip(out, maps, strict=True):  # a class at a time: it stays in the cache
        wide = one[:, columns[0]] * of_columns[0]
        for at, weights in zip(columns[1:], of_columns[1:], strict=True):
            wide += one[:, at] * weights
        np.multiply(wide[rows[0]], of_rows[0][:, None], out=into)
        for at, weights in zip(rows[1:], of_rows[1:], strict=True):
            into += wide[at] * weights[:, None]
    return out


@lru_cache(maxsize=64)
def _bands(head: int, network: int, picture: int) -> tuple[np.ndarray, FloatArray]:
    """Columns of the entries of each row that are not zero, and those entries, (n, picture) both:
    two or three neighbours. Where a row has fewer, some weigh 0."""
    matrix = interpolation_matrix(head, network, picture)
    used = matrix != 0
    first = used.argmax(1)
    count = int((head - used[:, ::-1].argmax(1) - first).max())
    index = np.minimum(first + np.arange(count)[:, None], head - 1)
    inside = first + np.arange(count)[:, None] < head
    weights = np.take_along_axis(matrix, index.T, 1).T * inside
    return index, np.ascontiguousarray(weights, np.float32)


def _linear(positions: np.ndarray, length: int) -> np.ndarray:
    """(len(positions), length) float64: linear interpolation at positions in 0..length - 1."""
    low = np.minimum(np.floor(positions).astype(int), length - 1)
    high = np.minimum(low + 1, length - 1)
    upper = positions - low
    matrix = np.zeros((len(positions), length))
    rows = np.arange(len(positions))
    matrix[rows, low] += 1 - upper
    matrix[rows, high] += upper
    return matrix
