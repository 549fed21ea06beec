"""The convolution of a network in bytes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sgnet_model.nn.prepare.convolution import LEAK
from sgnet_model.nn.prepare.folding import Kernel

BYTE = 255
SIGNED = 127  # kernels: -127..127, so that zero is exact


@dataclass(frozen=True, slots=True)
class Scale:
    """What bytes mean: `step` (byte - `zero`). Maps after a ReLU have zero 0."""

    step: float
    zero: int = 0

    @classmethod
    def of(cls, low: float, high: float) -> Scale:
        """The finest that reaches from `low` (0 or less) to `high`."""
        step = max(high - min(low, 0.0), 1e-12) / BYTE
        return cls(step, round(-min(low, 0.0) / step))

    def written(self, x: Tensor) -> Tensor:
        """A map as bytes, channels-last; what is beyond is cut off."""
        bytes_ = (x * (1 / self.step) + self.zero).round_().clamp_(0, BYTE)
        return bytes_.to(torch.uint8, memory_format=torch.channels_last)

    def read(self, x: Tensor, dtype: torch.dtype) -> Tensor:
        """Bytes as a map; `zero` 0."""
        return x.to(dtype) * self.step


class Int8Convolution(nn.Module):
    """activation(conv(x) + bias [+ other]): from bytes to bytes, or to maps of `dtype`.

    Products of eight bits, sums in int32, by oneDNN, which scales, adds and rounds while the sums
    are in registers. Kernels have a scale for each output channel, maps one.
    `into`: the scale of the bytes it writes; None: it writes `dtype`.
    `other`: the scale of the bytes that are added before the activation.
    """

    def __init__(
        self,
        kernel: Kernel,
        scale: Scale,
        into: Scale | None = None,
        other: Scale | None = None,
        dtype: torch.dtype = torch.float32,
    ) -> None:
        super().__init__()
        self.into = into
        self._scale, self._other = scale, other
        self._dtype = torch.uint8 if into is not None else dtype
        self._geometry = tuple(
            [number] * 2 for number in (kernel.stride, kernel.padding, kernel.dilation)
        )
        self._groups, self._activation = kernel.groups, kernel.activation
        steps = kernel.weight.abs().amax((1, 2, 3)).clamp(min=1e-12) / SIGNED  # (O,)
        self._weight = (kernel.weight / steps[:, None, None, None]).round().to(torch.int8)
        self._steps, self._bias = steps.float(), kernel.bias.float()
        self._zeros = torch.zeros(len(steps), dtype=torch.int32)
        self._packed: Tensor | None = None

    def forward(self, x: Tensor, other: Tensor | None = None) -> Tensor:
        """(N, C, H, W) bytes -> (N, O, h, w). `other` may be written over."""
        if self._packed is None:
            self._packed = self._pack(x)
        into = self.into or Scale(1.0)
        read = (x, self._scale.step, self._scale.zero, self._packed, self._steps, self._zeros)
        written = (*self._geometry, self._groups, into.step, into.zero, self._dtype)
        operators: Any = torch.ops.onednn.qconv2d_pointwise
        if other is not None and self._other is not None:
            after: tuple[Any, ...] = (
                "sum",
                1.0,
                "relu" if self._activation == "relu" else "none",
                [],
                "",
            )
            added = (self._other.step, self._other.zero)
            out: Tensor = operators.binary(*read, other, self._bias, *written, *added, *after)
            return out
        attribute = "relu" if self._activation == "relu" else "none"
        out = operators.default(*read, self._bias, *written, attribute, [], "")
        return F.leaky_relu_(out, LEAK) if self._activation == "leaky" else out

    def kernel(self) -> tuple[Tensor, Tensor]:
        """Weights as they are multiplied, (O, C, kh, kw), and bias, float32."""
        return self._weight * self._steps[:, None, None, None], self._bias

    def _pack(self, x: Tensor) -> Tensor:
        """The kernel as oneDNN wants it for maps like this one."""
        packed: Tensor = torch.ops.onednn.qconv_prepack(
            self._weight,
            self._steps,
            self._scale.step,
            self._scale.zero,
            *self._geometry,
            self._groups,
            list(x.shape),
        )
        return packed


def side_by_side(kernel: Kernel, other: Kernel, scales: tuple[Scale, Scale]) -> Kernel:
    """Two 1x1 convolutions whose results are added as one of their inputs' channels side by side:
    `scales` of those inputs are multiplied in, so that the scale of both is 1."""
    weights = [one.weight * scale.step for one, scale in zip((kernel, other), scales, strict=True)]
    return Kernel(torch.cat(weights, 1), kernel.bias + other.bias, activation=kernel.activation)
