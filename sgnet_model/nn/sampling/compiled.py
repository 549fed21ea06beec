"""CPU implementation for training: kernels that numba compiles, forward and backward.

PyTorch's own backward passes sum the gradients of samples element by element; these take sixteen
channels at once.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd.function import once_differentiable

from . import gather
from .positions import TapPositions

try:
    from sgnet_model.nn.compiled import sampled
except ImportError:  # no numba for this Python or processor
    sampled = None  # type: ignore[assignment]


def suits(x: Tensor, taps: TapPositions, modulation: Tensor | None = None) -> bool:
    """Whether there are kernels for these features and positions; no tracer can look inside."""
    others = (taps.y, taps.x) if modulation is None else (taps.y, taps.x, modulation)
    return sampled is not None and taps.y.dtype == torch.float32 and sampled.suits(x, *others)


def sample_and_multiply(
    x: Tensor, taps: TapPositions, weight: Tensor, modulation: Tensor | None
) -> Tensor:
    """See `sample_taps`. Once differentiable; what does not suit the kernels is left to `gather`.

    The result is a channels-last view, the same for any number of threads.
    """
    if not suits(x, taps, modulation):
        return gather.sample_and_multiply(x, taps, weight, modulation)
    scale = torch.ones_like(taps.y) if modulation is None else modulation.float()
    maps = (_channels_last(map_) for map_ in (x, taps.y, taps.x, scale))
    columns: Tensor = _Columns.apply(*maps)  # type: ignore[no-untyped-call]
    # (O, K C), and so its gradient's product: several times faster than its transpose.
    kernel = weight.permute(0, 2, 3, 1).flatten(1).to(x.dtype)
    return F.linear(columns.flatten(3), kernel).permute(0, 3, 1, 2)


class _Columns(torch.autograd.Function):
    """X (N, H, W, C), positions and modulation (N, h, w, K) -> (N, h, w, K, C)."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, *taps: Tensor) -> Tensor:
        ctx.save_for_backward(x, *taps)
        return sampled.columns(x, sampled.Taps(*taps))

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        x, *of_taps = ctx.saved_tensors
        taps, grad = sampled.Taps(*of_taps), grad.contiguous()
        of_x = sampled.of_map(x, taps, grad) if ctx.needs_input_grad[0] else None
        wanted = any(ctx.needs_input_grad[1:])
        return (of_x, *(sampled.of_taps(x, taps, grad) if wanted else (None, None, None)))


def _channels_last(x: Tensor) -> Tensor:
    """(N, C, H, W) -> (N, H, W, C), contiguous: a view of a channels-last map."""
    return x.permute(0, 2, 3, 1).contiguous()
