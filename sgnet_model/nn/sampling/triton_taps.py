"""Where one tap of a block of output pixels reads, inside Triton kernels.

The border rule of every implementation: a corner outside the map contributes 0. Positions that do
not count (-1 is one) are moved to two elements outside first: no slope is left there, and they fit
an integer; NaN stays NaN.
"""

# Arguments of kernels have no Python types:
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls, allow-untyped-decorators

from __future__ import annotations

import triton
import triton.language as tl

from .triton_tuning import INTERPRETED

# The interpreter multiplies bfloat16's bit patterns; float32 holds the same values.
_WIDEN = tl.constexpr(INTERPRETED)


@triton.jit
def corners(y_ptr, x_ptr, pixels, inside, tap, strides, cells, map_size, STEP: tl.constexpr):
    """Row of the upper left neighbour in the (N H W, C) table, and the two neighbours' share on
    each axis: weights, then whether they are on the map; low and high, y then x. All (block,).

    `cells`: of all output maps, of one, of one of its rows. `map_size`: the input's height and
    width. STEP 0: positions are read. Else offsets, from the taps of a 3x3 kernel of that stride
    with padding 1.
    """
    row, column = pixels % cells[1] // cells[2], pixels % cells[2]
    at = _address(pixels, tap, strides, cells)
    y = tl.load(y_ptr + at, mask=inside, other=0.0)
    x = tl.load(x_ptr + at, mask=inside, other=0.0)
    if STEP > 0:
        y += (row * STEP - 1 + tap // 3).to(tl.float32)
        x += (column * STEP - 1 + tap % 3).to(tl.float32)
    y = tl.where(inside, y, -2.0)
    top, y_low, y_high, on_y_low, on_y_high = _axis(y, map_size[0])
    left, x_low, x_high, on_x_low, on_x_high = _axis(x, map_size[1])
    first = (pixels // cells[1] * map_size[0] + top) * map_size[1] + left
    return first, y_low, y_high, on_y_low, on_y_high, x_low, x_high, on_x_low, on_x_high


@triton.jit
def rows(x_ptr, first, on_map, channels, count):
    """One corner's features, (block, channels) float32; 0 where it is outside."""
    mask = on_map[:, None] & (channels < count)[None, :]
    at = first[:, None] * count + channels[None, :]
    return tl.load(x_ptr + at, mask=mask, other=0.0).to(tl.float32)


@triton.jit
def weighted(x_ptr, share, scale, width, channels, count):
    """Features between the four corners of `corners` times `scale`, (block, channels) float32."""
    first, y0, y1, on_y0, on_y1, x0, x1, on_x0, on_x1 = share
    y0, y1 = y0 * scale, y1 * scale
    between = (y0 * x0)[:, None] * rows(x_ptr, first, on_y0 & on_x0, channels, count)
    between += (y0 * x1)[:, None] * rows(x_ptr, first + 1, on_y0 & on_x1, channels, count)
    below = first + width
    between += (y1 * x0)[:, None] * rows(x_ptr, below, on_y1 & on_x0, channels, count)
    between += (y1 * x1)[:, None] * rows(x_ptr, below + 1, on_y1 & on_x1, channels, count)
    return between


@triton.jit
def modulation_at(ptr, pixels, inside, tap, strides, cells, MODULATED: tl.constexpr):
    """(N, K, h, w) for one tap, float32: 0 beyond the last pixel; 1 where nothing modulates."""
    scale = tl.full(pixels.shape, 1.0, tl.float32)
    if MODULATED:
        at = _address(pixels, tap, strides, cells)
        scale = tl.load(ptr + at, mask=inside, other=0.0).to(tl.float32)
    return scale


@triton.jit
def block(ptr, rows_at, row_count, columns_at, column_count):
    """A block of a matrix whose rows are contiguous; 0 outside. `rows_at`: (rows, 1)."""
    mask = (rows_at < row_count) & (columns_at < column_count)
    return tl.load(ptr + rows_at * column_count + columns_at, mask=mask, other=0.0)


@triton.jit
def add_product(total, left, right, PRECISION: tl.constexpr):
    """total + left @ right, summed in float32. `left` is rounded to right's type."""
    left = left.to(right.dtype)
    if _WIDEN:
        left, right = left.to(tl.float32), right.to(tl.float32)
    return tl.dot(left, right, total, input_precision=PRECISION)


@triton.jit
def _address(pixels, tap, strides, cells):
    at = tap * strides[1] + pixels // cells[1] * strides[0]
    return at + pixels % cells[1] // cells[2] * strides[2] + pixels % cells[2] * strides[3]


@triton.jit
def _axis(position, length):
    """Lower neighbour, weights of the lower and upper one, and whether each is on the axis."""
    position = tl.where(position <= -1.0, -2.0, position)
    position = tl.where(position > length + 1.0, length + 1.0, position)
    low = tl.floor(position)
    on_low = (low >= 0) & (low < length)  # false for NaN: nothing is read ...
    on_high = (low >= -1) & (low < length - 1)
    upper = position - low
    weight_low = (1 - upper) * on_low.to(tl.float32)  # ... and the weight stays NaN
    weight_high = upper * on_high.to(tl.float32)
    index = tl.where(low == low, low, 0.0).to(tl.int32)
    return index, weight_low, weight_high, on_low, on_high
