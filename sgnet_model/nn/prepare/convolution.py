"""The convolution that prepared networks are made of: bias, sum and activation in one pass."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .folding import Activation, Kernel
from .target import Target

LEAK = 0.01
_ONE_DNN: dict[Activation, tuple[str, list[float]]] = {
    "none": ("none", []),
    "relu": ("relu", []),
    "leaky": ("leaky_relu", [LEAK]),
}


class Convolution(nn.Module):
    """activation(conv(x) + bias [+ other]), channels-last, weights in the target's format.

    On CPUs through oneDNN, which applies all of it while the result is in registers, with weights
    laid out once for the processor; elsewhere by torch's own functions.
    """

    def __init__(self, kernel: Kernel, target: Target) -> None:
        super().__init__()
        self._activation = kernel.activation
        self._geometry = tuple(
            [number] * 2 for number in (kernel.padding, kernel.stride, kernel.dilation)
        )
        self._groups = kernel.groups
        self._weight = target.map(kernel.weight)
        self._bias = kernel.bias.to(target.device, target.dtype)
        self._one_dnn = _takes(target)
        self._packed: Tensor | None = None

    def kernel(self) -> tuple[Tensor, Tensor]:
        """(O, C / groups, kh, kw) and the bias (O,), in the target's format."""
        return self._weight, self._bias

    def forward(self, x: Tensor, other: Tensor | None = None) -> Tensor:
        """(N, C, H, W) -> (N, O, h, w); `other`: of that shape, added before the activation."""
        if not self._one_dnn:
            padding, stride, dilation = self._geometry
            out = F.conv2d(x, self._weight, self._bias, stride, padding, dilation, self._groups)
            return self._finished(out, other)
        if self._packed is None:
            self._packed = self._pack(x)
        arguments = (self._packed, self._bias, *self._geometry, self._groups)
        return self._fused(x, other, arguments)

    def _fused(self, x: Tensor, other: Tensor | None, arguments: tuple[Any, ...]) -> Tensor:
        operators = torch.ops.mkldnn._convolution_pointwise
        alone: Callable[..., Tensor] = operators.default
        summed: Callable[..., Tensor] = operators.binary
        if other is None:
            return alone(x, *arguments, *_ONE_DNN[self._activation], "")
        if self._activation == "relu" and self._groups == 1:  # the sum that is fused
            return summed(x, other, *arguments, "add", 1.0, "relu", [], "")
        return self._finished(alone(x, *arguments, "none", [], ""), other)

    def _finished(self, out: Tensor, other: Tensor | None) -> Tensor:
        """In place, in passes of its own, what is not part of the convolution."""
        if other is not None:
            out += other
        if self._activation == "relu":
            return out.relu_()
        return F.leaky_relu_(out, LEAK) if self._activation == "leaky" else out

    def _pack(self, x: Tensor) -> Tensor:
        """The weights as oneDNN wants them for maps like this one."""
        reorder: Any = torch._C._nn.mkldnn_reorder_conv2d_weight
        packed: Tensor = reorder(
            self._weight.to_mkldnn(), *self._geometry, self._groups, list(x.shape)
        )
        return packed


def _takes(target: Target) -> bool:
    """Whether oneDNN computes on this device and in this format, through the fused operators."""
    if target.device.type != "cpu":
        return False
    fused = hasattr(torch.ops.mkldnn, "_convolution_pointwise")  # absent where oneDNN is
    if target.dtype == torch.bfloat16:
        # On processors without bf16 arithmetic: AVX-512 is the least that oneDNN emulates it with.
        return fused and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    return fused and target.dtype == torch.float32
