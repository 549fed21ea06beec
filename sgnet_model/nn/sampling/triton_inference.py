"""The fused kernel for inference: offsets in, bias and activation out, nothing in between.

A launch in place of some twenty: what is left of small operations costs more than the arithmetic.
"""

from __future__ import annotations

import torch
from torch import Tensor

from sgnet_model.config import TAPS

from .shapes import check_nine_taps, check_shape
from .triton_op import product_precision, rows_of


def packed(weight: Tensor) -> Tensor:
    """(O, C, 3, 3) -> (O, 9, C) contiguous: what `deformed` reads, made once."""
    return weight.permute(0, 2, 3, 1).flatten(1, 2).contiguous()


def deformed(
    x: Tensor,
    offsets: Tensor,
    weight: Tensor,
    *,
    modulation: Tensor | None = None,
    bias: Tensor | None = None,
    stride: int = 1,
    activation: str = "none",
    dtype: torch.dtype | None = None,
) -> Tensor:
    """activation(sum_i W_i m_i(p) X(p + d_i + Delta d_i(p)) + bias), padding 1; no gradients.

    `x`: (N, C, H, W) that `triton_op.suits`. `offsets`: (N, 18, h, w), float32, interleaved
    (dy, dx). `weight`: from `packed`, x's type. `modulation`: (N, 9, h, w) or None for 1. `bias`:
    (O,) or None. `activation`: "none", "relu" or "sigmoid". Returns (N, O, h, w), channels-last,
    of `dtype` or x's.
    """
    check_nine_taps(x, offsets, modulation, stride)
    check_shape("Packed kernel", weight, (len(weight), TAPS, x.shape[1]))
    if bias is not None:
        check_shape("Bias", bias, (len(weight),))
    from .triton_forward import Epilogue, forward  # here, as only GPUs have Triton

    out = forward(
        rows_of(x),
        offsets[:, 0::2],
        offsets[:, 1::2],
        modulation,
        weight,
        product_precision(),
        step=stride,
        epilogue=Epilogue(bias, activation, dtype),
    )
    return out.permute(0, 3, 1, 2)
