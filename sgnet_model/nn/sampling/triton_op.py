"""GPU implementation: fused kernels in Triton, which only a GPU (or its interpreter) imports.

Registered as PyTorch operators, so that autograd, torch.compile and CUDA graphs take them whole.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

import torch
from torch import Tensor

from sgnet_model.nn.rounding import convolutions_round
from sgnet_model.types import UserError

from .positions import TapPositions
from .shapes import MOST_SPLITS

DTYPES = (torch.float32, torch.float16, torch.bfloat16)
_MOST_ELEMENTS = 2**31  # indices in the kernels are 32-bit
_OLDEST = (8, 0)  # compute capability: bfloat16 and asynchronous copies
_OLDEST_TRITON = (3, 4)


def suits(x: Tensor, of_taps: Tensor, weight: Tensor) -> bool:
    """Whether the kernels can take these features here; float64 is left to the portable path.

    `of_taps`: offsets or positions, (N, any, h, w). `weight`: (O, C, kh, kw).
    """
    n, _, h, w = of_taps.shape
    cells = n * h * w
    parts = MOST_SPLITS * weight.numel()
    most = max(x.numel(), 2 * of_taps.numel(), cells * len(weight), parts)
    return (
        x.is_cuda
        and x.dtype in DTYPES
        and most < _MOST_ELEMENTS
        and _has_triton()
        and torch.cuda.get_device_capability(x.device) >= _OLDEST
    )


def check(x: Tensor, of_taps: Tensor, weight: Tensor) -> None:
    """Raises UserError where the kernels cannot take what `suits` is asked about."""
    if x.dtype not in DTYPES:
        raise UserError(
            f"implementation='triton' takes float32, float16 and bfloat16, and the features are "
            f"{x.dtype}: leave the implementation to choose itself."
        )
    interpreted = os.environ.get("TRITON_INTERPRET") == "1"
    if not (x.is_cuda or interpreted) or not _has_triton():
        raise UserError(
            f"implementation='triton' needs a CUDA device and Triton {_OLDEST_TRITON[0]}."
            f"{_OLDEST_TRITON[1]} or newer, and the features are on {x.device}: leave the "
            "implementation to choose itself."
        )
    if x.is_cuda and not suits(x, of_taps, weight):
        raise UserError(
            f"implementation='triton' does not take features {tuple(x.shape)} on this GPU: they "
            "are too many (2^31 numbers), or it is older than compute capability "
            f"{_OLDEST[0]}.{_OLDEST[1]}."
        )


def sample_and_multiply(
    x: Tensor, taps: TapPositions, weight: Tensor, modulation: Tensor | None
) -> Tensor:
    """See `sample_taps`: float32, float16 or bfloat16, summed in float32.

    The result is a channels-last view. Float32 products are rounded to TensorFloat-32 exactly where
    PyTorch's own convolutions are (`rounding.convolutions_round`).
    """
    kernel = weight.to(x.dtype).permute(0, 2, 3, 1).flatten(1, 2).contiguous()  # (O, K, C)
    y_at, x_at = (at.float() for at in (taps.y, taps.x))
    out: Tensor = torch.ops.sgnet.sample_taps(
        rows_of(x), y_at, x_at, modulation, kernel, product_precision()
    )
    return out.permute(0, 3, 1, 2)


def rows_of(x: Tensor) -> Tensor:
    """(N, C, H, W) as a contiguous (N, H, W, C): a view of channels-last features."""
    return x.permute(0, 2, 3, 1).contiguous()


def product_precision() -> str:
    """Of float32 products in the kernels: what convolutions have."""
    return "tf32" if convolutions_round() else "ieee"


def _as_kernels_read(x: Tensor, y_at: Tensor, x_at: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Features contiguous; positions with the same strides, whatever those are."""
    if y_at.stride() != x_at.stride():
        y_at, x_at = y_at.contiguous(), x_at.contiguous()
    return x.contiguous(), y_at, x_at


def _forward(
    x: Tensor, y_at: Tensor, x_at: Tensor, modulation: Tensor | None, weight: Tensor, precision: str
) -> Tensor:
    from .triton_forward import forward

    placed = _as_kernels_read(x, y_at, x_at)
    return forward(*placed, modulation, weight.contiguous(), precision)


def _forward_shape(x: Tensor, y_at: Tensor, *others: Any) -> Tensor:
    n, _, h, w = y_at.shape
    weight = others[2]
    return x.new_empty((n, h, w, weight.shape[0]))


def _remember(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:  # noqa: ARG001
    *tensors, ctx.precision = inputs
    ctx.save_for_backward(*tensors)


def _backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
    x, y_at, x_at, modulation, weight = ctx.saved_tensors
    if ctx.needs_input_grad[0]:
        _check_order_is_free()
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


def _check_order_is_free() -> None:
    """As PyTorch's operators do, where its user asked for the same bits in every run."""
    if not torch.are_deterministic_algorithms_enabled():
        return
    said = (
        "The gradient of sampled features on GPUs is summed in any order, and "
        "torch.use_deterministic_algorithms is on: compute on a CPU, or switch it to warn_only."
    )
    if not torch.is_deterministic_algorithms_warn_only_enabled():
        raise RuntimeError(said)
    warnings.warn(said, UserWarning, stacklevel=2)


def _refused(ctx: Any, *_: Any) -> None:  # noqa: ARG001
    raise RuntimeError(
        "Gradients by the GPU kernels are once differentiable: for second derivatives sample with "
        "implementation='grid'."
    )


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

    placed = _as_kernels_read(x, y_at, x_at)
    return backward_samples(grad.contiguous(), *placed, modulation, weight.contiguous(), precision)


def _samples_shape(
    _: Tensor, x: Tensor, y_at: Tensor, *__: Any
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    of_taps = [x.new_empty(y_at.shape, dtype=torch.float32) for _ in range(3)]
    return x.new_empty(x.shape), of_taps[0], of_taps[1], of_taps[2]


def _weight(
    grad: Tensor, x: Tensor, y_at: Tensor, x_at: Tensor, modulation: Tensor | None, precision: str
) -> Tensor:
    from .triton_backward import backward_weight

    return backward_weight(
        grad.contiguous(), *_as_kernels_read(x, y_at, x_at), modulation, precision
    )


def _weight_shape(grad: Tensor, x: Tensor, y_at: Tensor, *_: Any) -> Tensor:
    return x.new_empty((grad.shape[-1], y_at.shape[1], x.shape[-1]), dtype=torch.float32)


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
for _name in ("sample_taps_backward", "sample_taps_weight_backward"):
    torch.library.register_autograd(f"sgnet::{_name}", _refused)


@cache
def _has_triton() -> bool:
    """Whether a Triton is there that the kernels are known to compile with."""
    if importlib.util.find_spec("triton") is None:
        return False
    found = importlib.import_module("triton").__version__.split(".")
    return (int(found[0]), int(found[1])) >= _OLDEST_TRITON
