"""The forward kernel: bilinear sampling, modulation and the matrix product in one pass.

An implicit matrix product (pixels x taps channels) @ (taps channels x channels out): each block of
sampled columns is made in registers, multiplied, and gone. Sums are kept in float32.
"""

# Arguments of kernels have no Python types:
# mypy: allow-untyped-defs, allow-incomplete-defs, allow-untyped-calls, allow-untyped-decorators

from __future__ import annotations

from dataclasses import dataclass

import torch
import triton
import triton.language as tl
from torch import Tensor

from .triton_taps import add_product, corners, modulation_at, weighted
from .triton_tuning import bucket, tuned


@dataclass(frozen=True, slots=True, eq=False)
class Epilogue:
    """What is done to the sums before they are written: activation(sum + bias), in a type.

    `bias`: (O,) or None. `activation`: "none", "relu" or "sigmoid". `dtype` None: that of x.
    """

    bias: Tensor | None = None
    activation: str = "none"
    dtype: torch.dtype | None = None


PLAIN = Epilogue()


def forward(
    x: Tensor,
    y_at: Tensor,
    x_at: Tensor,
    modulation: Tensor | None,
    weight: Tensor,
    precision: str,
    *,
    step: int = 0,
    epilogue: Epilogue = PLAIN,
) -> Tensor:
    """`x`: (N, H, W, C). `y_at`, `x_at`, `modulation`: (N, K, h, w). `weight`: (O, K, C).

    Returns (N, h, w, O). `precision`: "ieee" or "tf32", of float32 products. `step`: 0, or the
    stride of a 3x3 kernel with padding 1: `y_at` and `x_at` are offsets then, not positions.
    """
    n, height, width, channels = x.shape
    taps, h, w = y_at.shape[1:]
    count = weight.shape[0]
    out = x.new_empty((n, h, w, count), dtype=epilogue.dtype or x.dtype)
    pixels = n * h * w
    scale = y_at if modulation is None else modulation

    if not out.numel():
        return out

    def grid(blocks: dict[str, int]) -> tuple[int]:
        """One axis: the others end at 65,535, fewer than the blocks of a large batch."""
        return (triton.cdiv(count, blocks["OUT"]) * triton.cdiv(pixels, blocks["PIXELS"]),)

    with torch.cuda.device_of(x):
        _forward[grid](
            x,
            y_at,
            x_at,
            scale,
            weight,
            weight if epilogue.bias is None else epilogue.bias,
            out,
            y_at.stride(),
            scale.stride(),
            (pixels, h * w, w),
            (height, width),
            taps,
            channels,
            count,
            bucket(pixels),
            STEP=step,
            BIASED=epilogue.bias is not None,
            ACTIVATION=epilogue.activation,
            MODULATED=modulation is not None,
            PRECISION=precision,
        )
    return out


@tuned(
    (32, 32, 32, 4, 2),
    (32, 32, 64, 4, 4),
    (16, 64, 64, 4, 4),
    (16, 128, 64, 4, 4),
    (32, 64, 64, 4, 4),
    (64, 16, 64, 4, 3),
    (64, 64, 32, 4, 3),
    (64, 64, 64, 4, 3),
    (128, 64, 32, 4, 3),
    (32, 128, 64, 4, 3),
    (64, 128, 32, 4, 4),
    (128, 128, 32, 8, 3),
    (64, 256, 32, 8, 3),
    halves=((128, 16, 64, 4, 3), (128, 64, 64, 8, 3), (64, 128, 64, 8, 3)),
)
@triton.jit(do_not_specialize=["bucket"])
def _forward(
    x_ptr,
    y_at_ptr,
    x_at_ptr,
    scale_ptr,
    weight_ptr,
    bias_ptr,
    out_ptr,
    at_strides,
    scale_strides,
    cells,
    map_size,
    taps,
    channels_in,
    channels_out,
    bucket,  # noqa: ARG001 - what the tuner looks at
    STEP: tl.constexpr,
    BIASED: tl.constexpr,
    ACTIVATION: tl.constexpr,
    MODULATED: tl.constexpr,
    PRECISION: tl.constexpr,
    PIXELS: tl.constexpr,
    OUT: tl.constexpr,
    IN: tl.constexpr,
):
    blocks_out = tl.cdiv(channels_out, OUT)  # neighbours in time: they read the same samples
    pixels = tl.program_id(0) // blocks_out * PIXELS + tl.arange(0, PIXELS)
    inside = pixels < cells[0]
    outs = tl.program_id(0) % blocks_out * OUT + tl.arange(0, OUT)
    total = tl.zeros((PIXELS, OUT), tl.float32)
    for tap in range(taps):
        share = corners(y_at_ptr, x_at_ptr, pixels, inside, tap, at_strides, cells, map_size, STEP)
        scale = modulation_at(scale_ptr, pixels, inside, tap, scale_strides, cells, MODULATED)
        for start in range(0, channels_in, IN):
            channels = start + tl.arange(0, IN)
            sampled = weighted(x_ptr, share, scale, map_size[1], channels, channels_in)
            kernel = tl.load(
                weight_ptr + (outs[None, :] * taps + tap) * channels_in + channels[:, None],
                mask=(outs < channels_out)[None, :] & (channels < channels_in)[:, None],
                other=0.0,
            )
            total = add_product(total, sampled, kernel, PRECISION)
    total = _ended(total, bias_ptr, outs, channels_out, BIASED, ACTIVATION)
    at = pixels[:, None] * channels_out + outs[None, :]
    mask = inside[:, None] & (outs < channels_out)[None, :]
    tl.store(out_ptr + at, total.to(out_ptr.dtype.element_ty), mask=mask)


@triton.jit
def _ended(total, bias_ptr, outs, channels_out, BIASED: tl.constexpr, ACTIVATION: tl.constexpr):
    if BIASED:
        bias = tl.load(bias_ptr + outs, mask=outs < channels_out, other=0.0)
        total += bias.to(tl.float32)[None, :]
    if ACTIVATION == "relu":
        total = tl.where(total < 0.0, 0.0, total)  # NaN stays
    if ACTIVATION == "sigmoid":
        total = tl.sigmoid(total)
    return total
