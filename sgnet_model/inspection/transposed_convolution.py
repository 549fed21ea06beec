"""The transpose of a convolution of one channel: mass of its outputs handed to its inputs."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from sgnet_model.plan import Size

Measure = NDArray[np.float64]
DIRECT = 50  # elements of a kernel; OpenCV multiplies larger ones by Fourier's transform, inexactly


def transposed_convolution(
    measure: Measure, weights: Measure, stride: int, dilation: int, padding: int, size: Size
) -> Measure:
    """The transpose of a convolution with a square kernel, (k k,): from its outputs to its inputs.

    Only the box with mass is looked at; what falls beyond the map is dropped.
    """
    box = box_of(measure)
    part, reach = measure[box], dilation * (math.isqrt(len(weights)) - 1)
    out = np.zeros(size)
    if not part.size:
        return out
    apart = [(length - 1) * stride + 1 for length in part.shape]
    stuffed = np.zeros([length + reach for length in apart])
    stuffed[: apart[0] : stride, : apart[1] : stride] = part
    local = _convolved(stuffed, weights.reshape(math.isqrt(len(weights)), -1), dilation)
    inside, of_local = zip(
        *(
            _overlap(some.start * stride - padding, found, length)
            for some, found, length in zip(box, local.shape, size, strict=True)
        ),
        strict=True,
    )
    out[inside] = local[of_local]
    return out


def _convolved(cells: Measure, kernel: Measure, dilation: int) -> Measure:
    """Each cell's mass to those at and after it, which are there to take it."""
    k = len(kernel)
    wide = np.zeros([dilation * (k - 1) + 1] * 2)
    wide[::dilation, ::dilation] = kernel
    if wide.size < DIRECT:
        turned, last = np.ascontiguousarray(wide[::-1, ::-1]), (len(wide) - 1,) * 2
        return np.asarray(
            cv2.filter2D(cells, cv2.CV_64F, turned, anchor=last, borderType=cv2.BORDER_CONSTANT),
            np.float64,
        )
    out, (rows, columns) = np.zeros_like(cells), (length - len(wide) + 1 for length in cells.shape)
    for row, column in np.ndindex(k, k):
        y, x = row * dilation, column * dilation
        out[y : y + rows, x : x + columns] += kernel[row, column] * cells[:rows, :columns]
    return out


def _overlap(first: int, found: int, length: int) -> tuple[slice, slice]:
    """Along one axis, of `found` cells from `first` on, those on a map of `length`: there, here."""
    low, high = max(first, 0), max(min(first + found, length), max(first, 0))
    return slice(low, high), slice(low - first, high - first)


def box_of(measure: Measure) -> tuple[slice, slice]:
    """The rows and the columns from the first to the last that have some mass."""
    found = (np.flatnonzero(measure.any(axis)) for axis in (1, 0))
    rows, columns = (slice(at[0], at[-1] + 1) if at.size else slice(0, 0) for at in found)
    return rows, columns
