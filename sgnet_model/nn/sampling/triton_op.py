"""GPU implementation: fused kernels in Triton, which only a GPU (or its interpreter) imports.

Registered as PyTorch operators, so that autograd, torch.compile and CUDA graphs take them whole.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from functools import cache
from typing import Any

import torch
from torch import Tensor

from .positions import TapPositions

DTYPES = (torch.float32, torch.float16, torch.bfloat16)
_MOST_ELEMENTS = 2**31  # indices in the kernels are 32-bit
_OLDEST = (8, 0)  # compute capability: bfloat16 and asynchronous copies
_OLDEST_TRITON = (3, 4)


def suits(x: Tensor, of_taps: Tensor, channels_out: int) -> bool:
    """Whether the kernels can take these features here; float64 is left to the portable path.

    `of_taps`: offsets or positions, (N, any, h, w).
    """
    n, _, h, w = of_taps.shape
    cells = n * h * w
    most = max(x.numel(), 2 * of_taps.numel(), cells * channels_out)
    return (
        x.is_cuda
        and x.dtype in DTYPES
        and most < _MOST_ELEMENTS
        and _has_triton()
        and torch.cuda.get_device_capability(x.device) >= _OLDEST
    )


def sample_and_multiply(
    x: Tensor, taps: TapPositions, weight: Tensor, modulation: Tensor | None
) -> Tensor:
    """See `sample_taps`: float32, float16 or bfloat16, summed in float32.

    The result is a channels-last view. Float32 products are rounded to TensorFloat-32 exactly where
    PyTorch's own convolutions are (`torch.backends.cudnn.allow_tf32`).
    """
    kernel = weight.to(x.dtype).permute(0, 2, 3, 1).flatten(1, 2).contiguous()  # (O, K, C)
    y_at, x_at = (at.float() for at in (taps.y, taps.x))
    if y_at.stride() != x_at.stride():
        y_at, x_at = y_at.contiguous(), x_at.contiguous()
    out: Tensor = torch.ops.sgnet.sample_taps(
        rows_of(x), y_at, x_at, modulation, kernel, product_precision()
    )
    return out.permute(0, 3, 1, 2)


def rows_of(x: Tensor) -> Tensor:
    """(N, C, H, W) as a contiguous (N, H, W, C): a view of channels-last features."""
    return x.permute(0, 2, 3, 1).contiguous()


def product_precision() -> str:
    """Of float32 products in the kernels: what convolutions have."""
    return "tf32" if torch.backends.cudnn.allow_tf32 else "ieee"


def _forward(
    x: Tensor, y_at: Tensor, x_at: Tensor, modulation: Tensor | None, weight: Tensor, precision: str
) -> Tensor:
    from .triton_forward import forward

    return forward(x, y_at, x_at, modulation, weight, precision)


def _forward_shape(x: Tensor, y_at: Tensor, *others: Any) -> Tensor:
    n, _, h, w = y_at.shape
    weight = others[2]
    return x.new_empty((n, h, w, weight.shape[0]))


def _remember(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:  # noqa: ARG001
    *tensors, ctx.precision = inputs
    ctx.save_for_backward(*tensors)


def _backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
    x, y_at, x_at, modulation, weight = ctx.saved_tensors
    grad = grad.to(x.dtype).contiguous()
    gradients: list[Tensor | None] = [None] * 6  # none of the precision
    if any(ctx.needs_input_grad[:4]):
        *of_samples, of_modulation = torch.ops.sgnet.sample_taps_backward(
            grad, x, y_at, x_at, modulation, weight, ctx.precision
        )
        gradients[:3] = of_samples
        if modulation is not None:
            gradients[3] = of_modulation.to(modulation.dtype)
    if ctx.needs_input_grad[4]:
        of_weight = torch.ops.sgnet.sample_taps_weight_backward(
            grad, x, y_at, x_at, modulation, ctx.precision
        )
        gradients[4] = of_weight.to(weight.dtype)
    return tuple(gradients)


def _samples(
    grad: Tensor,
    x: Tensor,
    y_at: Tensor,
    x_at: Tensor,
    modulation: Tensor | None,
    weight: Tensor,
    precision: str,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    from .triton_backward import backward_samples

    return backward_samples(grad, x, y_at, x_at, modulation, weight, precision)


def _samples_shape(
    _: Tensor, x: Tensor, y_at: Tensor, *__: Any
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    like_taps = [torch.empty(y_at.shape, device=x.device) for _ in range(3)]
    return torch.empty_like(x), like_taps[0], like_taps[1], like_taps[2]


def _weight(
    grad: Tensor, x: Tensor, y_at: Tensor, x_at: Tensor, modulation: Tensor | None, precision: str
) -> Tensor:
    from .triton_backward import backward_weight

    return backward_weight(grad, x, y_at, x_at, modulation, precision)


def _weight_shape(grad: Tensor, x: Tensor, y_at: Tensor, *_: Any) -> Tensor:
    return torch.empty((grad.shape[-1], y_at.shape[1], x.shape[-1]), device=x.device)


_INPUTS = "Tensor x, Tensor y_at, Tensor x_at, Tensor? modulation"
_OPERATORS: dict[str, tuple[str, Callable[..., Any], Callable[..., Any]]] = {
    "sample_taps": (
        f"({_INPUTS}, Tensor weight, str precision) -> Tensor",
        _forward,
        _forward_shape,
    ),
    "sample_taps_backward": (
        f"(Tensor grad, {_INPUTS}, Tensor weight, str precision)"
        " -> (Tensor, Tensor, Tensor, Tensor)",
        _samples,
        _samples_shape,
    ),
    "sample_taps_weight_backward": (
        f"(Tensor grad, {_INPUTS}, str precision) -> Tensor",
        _weight,
        _weight_shape,
    ),
}

for _name, (_schema, _compute, _shape) in _OPERATORS.items():
    # Not `custom_op`, whose first call imports the whole of torch.compile: seconds.
    torch.library.define(f"sgnet::{_name}", _schema)
    torch.library.impl(f"sgnet::{_name}", "default", _compute)
    torch.library.register_fake(f"sgnet::{_name}", _shape)
torch.library.register_autograd("sgnet::sample_taps", _backward, setup_context=_remember)


@cache
def _has_triton() -> bool:
    """Whether a Triton is there that the kernels are known to compile with."""
    if importlib.util.find_spec("triton") is None:
        return False
    found = importlib.import_module("triton").__version__.split(".")
    return (int(found[0]), int(found[1])) >= _OLDEST_TRITON
