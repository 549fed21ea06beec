"""The backward kernels: gradients of features, positions, modulation and kernel.

Neither materialises the columns. The gradient of the features is added up by atomics in float32,
so its last digits depend on the order; all others are the same in every run.
"""

# Arguments of kernels have no Python types:
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls, allow-untyped-decorators

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from .shapes import MOST_SPLITS
from .triton_taps import add_product, block, corners, modulation_at, rows, weighted
from .triton_tuning import bucket, tuned

PIXELS_PER_SPLIT = 2048  # what one program of the kernel's gradient adds up


def backward_samples(
    grad: Tensor,
    x: Tensor,
    y_at: Tensor,
    x_at: Tensor,
    modulation: Tensor | None,
    weight: Tensor,
    precision: str,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Gradients of `x` (its type), `y_at`, `x_at` and `modulation` (float32, (N, K, h, w)).

    `grad`: (N, h, w, O), contiguous. The others as `triton_forward.forward` has them. Without
    modulation its gradient is that of a modulation of 1.
    """
    _, height, width, channels = x.shape
    n, taps, h, w = y_at.shape
    pixels = n * h * w
    scale = y_at if modulation is None else modulation
    grad_x = torch.zeros(x.shape, dtype=torch.float32, device=x.device)
    per_tap = [y_at.new_empty((n, taps, h, w), dtype=torch.float32) for _ in range(3)]

    if not pixels:
        return grad_x.to(x.dtype), per_tap[0], per_tap[1], per_tap[2]

    def grid(blocks: dict[str, int]) -> tuple[int, int]:
        """Pixels on the first axis, which alone takes more than 65,535 blocks."""
        return triton.cdiv(pixels, blocks["PIXELS"]), taps

    with torch.cuda.device_of(x):
        _backward_samples[grid](
            grad,
            x,
            y_at,
            x_at,
            scale,
            weight,
            grad_x,
            *per_tap,
            y_at.stride(),
            scale.stride(),
            (pixels, h * w, w),
            (height, width),
            taps,
            channels,
            weight.shape[0],
            bucket(pixels),
            MODULATED=modulation is not None,
            PRECISION=precision,
        )
    grad_y_at, grad_x_at, grad_modulation = per_tap
    return grad_x.to(x.dtype), grad_y_at, grad_x_at, grad_modulation


def backward_weight(
    grad: Tensor,
    x: Tensor,
    y_at: Tensor,
    x_at: Tensor,
    modulation: Tensor | None,
    precision: str,
) -> Tensor:
    """(O, K, C) float32: the gradient of the kernel. Arguments as `backward_samples` has them."""
    _, height, width, channels = x.shape
    n, taps, h, w = y_at.shape
    pixels, count = n * h * w, grad.shape[-1]
    scale = y_at if modulation is None else modulation
    splits = min(triton.cdiv(pixels, PIXELS_PER_SPLIT), MOST_SPLITS)
    parts = torch.empty((splits, count, taps, channels), dtype=torch.float32, device=x.device)

    if not splits:
        return parts.sum(0)

    def grid(blocks: dict[str, int]) -> tuple[int, int, int]:
        blocks_in = triton.cdiv(channels, blocks["IN"])
        return taps * blocks_in, triton.cdiv(count, blocks["OUT"]), splits

    with torch.cuda.device_of(x):
        _backward_weight[grid](
            grad,
            x,
            y_at,
            x_at,
            scale,
            parts,
            y_at.stride(),
            scale.stride(),
            (pixels, h * w, w),
            (height, width),
            triton.cdiv(pixels, splits),
            taps,
            channels,
            count,
            bucket(pixels),
            MODULATED=modulation is not None,
            PRECISION=precision,
        )
    return parts.sum(0)


@tuned(  # each with registers enough on sm_90, in every type: none spills
    (32, 32, 32, 4, 2),
    (16, 64, 64, 4, 2),
    (64, 16, 64, 8, 2),
    (64, 32, 32, 8, 3),
    (64, 64, 32, 8, 3),
    (64, 64, 64, 8, 2),
    (128, 32, 32, 8, 3),
    zeroed=("grad_x_ptr",),
)
@triton.jit(do_not_specialize=["bucket"])
def _backward_samples(
    grad_ptr,
    x_ptr,
    y_at_ptr,
    x_at_ptr,
    scale_ptr,
    weight_ptr,
    grad_x_ptr,
    grad_y_at_ptr,
    grad_x_at_ptr,
    grad_scale_ptr,
    at_strides,
    scale_strides,
    cells,
    map_size,
    taps,
    channels_in,
    channels_out,
    bucket,  # noqa: ARG001 - what the tuner looks at
    MODULATED: tl.constexpr,
    PRECISION: tl.constexpr,
    PIXELS: tl.constexpr,
    OUT: tl.constexpr,
    IN: tl.constexpr,
):
    """One tap of a block of pixels: the columns' gradient, block by block, then what follows."""
    tap = tl.program_id(1)
    pixels = tl.program_id(0) * PIXELS + tl.arange(0, PIXELS)
    inside = pixels < cells[0]
    share = corners(y_at_ptr, x_at_ptr, pixels, inside, tap, at_strides, cells, map_size, 0)
    scale = modulation_at(scale_ptr, pixels, inside, tap, scale_strides, cells, MODULATED)
    value = tl.zeros((PIXELS,), tl.float32)
    slope_y = tl.zeros((PIXELS,), tl.float32)
    slope_x = tl.zeros((PIXELS,), tl.float32)
    for start in range(0, channels_in, IN):
        channels = start + tl.arange(0, IN)
        columns = tl.zeros((PIXELS, IN), tl.float32)
        for start_out in range(0, channels_out, OUT):
            outs = start_out + tl.arange(0, OUT)
            grad = block(grad_ptr, pixels[:, None], cells[0], outs[None, :], channels_out)
            kernel = tl.load(
                weight_ptr + (outs[:, None] * taps + tap) * channels_in + channels[None, :],
                mask=(outs < channels_out)[:, None] & (channels < channels_in)[None, :],
                other=0.0,
            )
            columns = add_product(columns, grad, kernel, PRECISION)
        of_value, of_y, of_x = _slopes(columns, x_ptr, share, map_size[1], channels, channels_in)
        value, slope_y, slope_x = value + of_value, slope_y + of_y, slope_x + of_x
        scaled = columns * scale[:, None]
        _scatter_all(grad_x_ptr, share, map_size[1], scaled, channels, channels_in)
    at = (pixels // cells[1] * taps + tap) * cells[1] + pixels % cells[1]
    tl.store(grad_y_at_ptr + at, slope_y * scale, mask=inside)
    tl.store(grad_x_at_ptr + at, slope_x * scale, mask=inside)
    tl.store(grad_scale_ptr + at, value, mask=inside)


@triton.jit
def _slopes(columns, x_ptr, share, width, channels, count):
    """What modulation, y and x of each pixel change by, summed over a block of channels."""
    first, y0, y1, on_y0, on_y1, x0, x1, on_x0, on_x1 = share
    x00 = rows(x_ptr, first, on_y0 & on_x0, channels, count)
    x01 = rows(x_ptr, first + 1, on_y0 & on_x1, channels, count)
    x10 = rows(x_ptr, first + width, on_y1 & on_x0, channels, count)
    x11 = rows(x_ptr, first + width + 1, on_y1 & on_x1, channels, count)
    above = x0[:, None] * x00 + x1[:, None] * x01
    below = x0[:, None] * x10 + x1[:, None] * x11
    left = y0[:, None] * x00 + y1[:, None] * x10
    right = y0[:, None] * x01 + y1[:, None] * x11
    # A corner outside was read as 0: its slope is 0 by itself.
    value = tl.sum(columns * (y0[:, None] * above + y1[:, None] * below), 1)
    return value, tl.sum(columns * (below - above), 1), tl.sum(columns * (right - left), 1)


@triton.jit
def _scatter_all(grad_x_ptr, share, width, grad, channels, count):
    first, y0, y1, on_y0, on_y1, x0, x1, on_x0, on_x1 = share
    below = first + width
    _scatter(grad_x_ptr, first, y0 * x0, on_y0 & on_x0, grad, channels, count)
    _scatter(grad_x_ptr, first + 1, y0 * x1, on_y0 & on_x1, grad, channels, count)
    _scatter(grad_x_ptr, below, y1 * x0, on_y1 & on_x0, grad, channels, count)
    _scatter(grad_x_ptr, below + 1, y1 * x1, on_y1 & on_x1, grad, channels, count)


@triton.jit
def _scatter(grad_x_ptr, row, share, on_map, grad, channels, count):
    mask = on_map[:, None] & (channels < count)[None, :]
    at = row[:, None] * count + channels[None, :]
    tl.atomic_add(grad_x_ptr + at, grad * share[:, None], mask=mask, sem="relaxed")


@tuned(
    (32, 32, 32, 4, 2),
    (64, 16, 64, 4, 2),
    (64, 64, 32, 4, 3),
    (32, 64, 64, 4, 3),
    (64, 64, 64, 4, 3),
    halves=((64, 128, 64, 8, 3),),
)
@triton.jit(do_not_specialize=["bucket"])
def _backward_weight(
    grad_ptr,
    x_ptr,
    y_at_ptr,
    x_at_ptr,
    scale_ptr,
    parts_ptr,
    at_strides,
    scale_strides,
    cells,
    map_size,
    per_split,
    taps,
    channels_in,
    channels_out,
    bucket,  # noqa: ARG001 - what the tuner looks at
    MODULATED: tl.constexpr,
    PRECISION: tl.constexpr,
    PIXELS: tl.constexpr,
    OUT: tl.constexpr,
    IN: tl.constexpr,
):
    """A block of one tap's kernel over one split of the pixels: columns^T @ grad."""
    blocks_in = tl.cdiv(channels_in, IN)
    tap = tl.program_id(0) // blocks_in
    channels = (tl.program_id(0) % blocks_in) * IN + tl.arange(0, IN)
    outs = tl.program_id(1) * OUT + tl.arange(0, OUT)
    split = tl.program_id(2)
    end = tl.minimum((split + 1) * per_split, cells[0])
    total = tl.zeros((IN, OUT), tl.float32)
    for start in range(split * per_split, end, PIXELS):
        pixels = start + tl.arange(0, PIXELS)
        inside = pixels < end
        share = corners(y_at_ptr, x_at_ptr, pixels, inside, tap, at_strides, cells, map_size, 0)
        scale = modulation_at(scale_ptr, pixels, inside, tap, scale_strides, cells, MODULATED)
        sampled = weighted(x_ptr, share, scale, map_size[1], channels, channels_in)
        grad = block(grad_ptr, pixels[:, None], end, outs[None, :], channels_out)
        total = add_product(total, tl.trans(sampled), grad, PRECISION)
    at = ((split * channels_out + outs[None, :]) * taps + tap) * channels_in + channels[:, None]
    mask = (channels < channels_in)[:, None] & (outs < channels_out)[None, :]
    tl.store(parts_ptr + at, total, mask=mask)
