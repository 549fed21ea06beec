"""The kernels of training as functions of tensors: columns, and the gradients of what made them.

ImportError where there is no numba to compile them.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from .entries import address_of
from .layout import LANES
from .memory import addresses, readable
from .row_threads import run_rows


class Taps(NamedTuple):
    """Positions and modulation: (N, h, w, K), contiguous, float32."""

    y: Tensor
    x: Tensor
    modulation: Tensor


class _Kernels(NamedTuple):
    samples: str
    slopes: str
    spread: str


_KERNELS = {
    torch.bfloat16: _Kernels("samples.samples_bf16", "samples.slopes_bf16", "samples.spread_bf16"),
    torch.float32: _Kernels("samples.samples_f32", "samples.slopes_f32", "samples.spread_f32"),
}


def compile_all() -> None:
    """Now, and not at the first step of training."""
    for kernels in _KERNELS.values():
        for kernel in kernels:
            address_of(kernel)


def suits(x: Tensor, *others: Tensor) -> bool:
    """Whether the kernels take features like these: float32 or bfloat16, channels in sixteens; and
    not while they or the `others` are traced."""
    known = x.device.type == "cpu" and x.dtype in _KERNELS and x.shape[1] % LANES == 0
    return known and readable(x, *others)


def columns(x: Tensor, taps: Taps) -> Tensor:
    """m X(position) of every tap, (N, h, w, K, C), from X (N, H, W, C), contiguous."""
    out = x.new_empty(*taps.y.shape, x.shape[3])
    n, h = taps.y.shape[:2]
    _run(_KERNELS[x.dtype].samples, n * h, (*taps, x, out), _sizes(x, taps))
    return out


def of_taps(x: Tensor, taps: Taps, grad: Tensor) -> Taps:
    """Gradients of positions and modulation from that of the columns, `grad`, contiguous."""
    found = Taps(*(torch.empty_like(taps.y) for _ in taps))
    n, h = taps.y.shape[:2]
    _run(_KERNELS[x.dtype].slopes, n * h, (*taps, x, grad, *found), _sizes(x, taps))
    return found


def of_map(x: Tensor, taps: Taps, grad: Tensor) -> Tensor:
    """Gradient of X, (N, H, W, C), from that of the columns, `grad`, contiguous.

    Summed in float32 and in the same order by any number of threads.
    """
    into = torch.zeros(x.shape, dtype=torch.float32)
    n, channels = x.shape[0], x.shape[3]
    parts = -(-torch.get_num_threads() // max(n, 1))  # of each picture, so that no thread is idle
    block = -(-channels // (LANES * parts)) * LANES
    tasks = n * -(-channels // block)
    _run(_KERNELS[x.dtype].spread, tasks, (*taps, grad, into), (*_sizes(x, taps), block))
    return into.to(x.dtype)


def _sizes(x: Tensor, taps: Taps) -> tuple[int, ...]:
    n, height, width, channels = x.shape
    _, h, w, k = taps.y.shape
    return n, height, width, channels, h, w * k


def _run(kernel: str, tasks: int, arrays: tuple[Tensor, ...], sizes: tuple[int, ...]) -> None:
    run_rows(address_of(kernel), range(tasks), (*addresses(*arrays), *sizes))
