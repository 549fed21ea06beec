"""From the head's grid to the picture: one linear map for each axis.

Two conventions meet. The head's logits span the network's input corner to corner
(align_corners=True, as the authors' network does); the network's input and the user's picture share
their outer edges (pixel x of w lies at (x + 0.5) W / w - 0.5 of W). Both interpolations are linear,
so their product is a matrix, and an upsampled map is rows @ map @ columns^T.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

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
    out = np.empty((len(maps), *picture), np.float32)
    for _ in planes(maps, network, picture, out):
        pass
    return out


def planes(
    maps: FloatArray, network: Size, picture: Size, out: FloatArray | None = None
) -> Iterator[FloatArray]:
    """The same class by class, (H, W): each is gone when the next is asked for, unless there is
    `out` for all."""
    rows, of_rows = _bands(maps.shape[1], network[0], picture[0])
    columns, of_columns = _bands(maps.shape[2], network[1], picture[1])
    room, lower = np.empty(picture, np.float32), np.empty(picture, np.float32)
    for index, one in enumerate(maps):
        wide = one[:, columns[0]] * of_columns[0]
        for at, weights in zip(columns[1:], of_columns[1:], strict=True):
            wide += one[:, at] * weights
        into = room if out is None else out[index]
        np.multiply(wide[rows[0]], of_rows[0][:, None], out=into)
        for at, weights in zip(rows[1:], of_rows[1:], strict=True):
            np.take(wide, at, 0, lower)
            lower *= weights[:, None]
            into += lower
        yield into


def enlarged_at(maps: FloatArray, of: NDArray[np.intp], network: Size) -> FloatArray:
    """(C, h, w, M) float32, M numbers of every class -> (H, W, M): at each pixel those of its
    class `of`, (H, W), as `enlarged` has them."""
    classes, h, w, count = maps.shape
    rows, of_rows = _bands(h, network[0], of.shape[0])
    columns, of_columns = _bands(w, network[1], of.shape[1])
    flat, first = maps.reshape(classes * h * w, count), of * (h * w)
    out = np.zeros((*of.shape, count), np.float32)
    for row, of_row in zip(rows, of_rows, strict=True):
        start = first + (row * w)[:, None]
        for column, of_column in zip(columns, of_columns, strict=True):
            weights = of_row[:, None] * of_column
            out += flat[start + column] * weights[..., None]
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
