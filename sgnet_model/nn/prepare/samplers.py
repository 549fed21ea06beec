"""A 3x3 kernel applied at given taps: the one step that differs between devices."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sgnet_model.config import TAPS
from sgnet_model.nn.sampling import sample_taps, tap_positions, triton_inference, triton_op
from sgnet_model.nn.sampling.columns import column_blocks

from .convolution import Convolution
from .folding import Activation, Kernel
from .target import Target


def make_sampler(
    weight: Tensor, bias: Tensor, stride: int, target: Target, activation: Activation = "none"
) -> Sampler:
    """Called with X (N, C, H, W), offsets (N, 18, h, w) and modulation (N, 9, h, w) or None.

    `weight`: (O, C, 3, 3), `bias`: (O,). Answers activation(Eq. 7 + bias), (N, O, h, w).
    """
    if target.device.type == "cpu":
        return ByColumns(weight, bias, stride, target, activation)
    return ByOneKernel(weight, bias, stride, target, activation)


class ByColumns(nn.Module):
    """Gather columns, multiply them while they are in the cache; bias and activation are part."""

    def __init__(
        self, weight: Tensor, bias: Tensor, stride: int, target: Target, activation: Activation
    ) -> None:
        super().__init__()
        self._stride = stride
        columns = weight.flatten(2).transpose(1, 2).flatten(1)  # (O, 9 C), taps outermost
        kernel = Kernel(columns[:, :, None, None], bias, activation=activation)
        self.product = Convolution(kernel, target)

    def kernel(self) -> tuple[Tensor, Tensor]:
        """(O, C, 9), taps innermost, and the bias (O,)."""
        weight, bias = self.product.kernel()
        return weight.reshape(len(weight), TAPS, -1).transpose(1, 2), bias

    def forward(self, x: Tensor, offsets: Tensor, modulation: Tensor | None) -> Tensor:
        blocks = column_blocks(x, offsets, modulation, self._stride)
        products = [self.product(block) for block in blocks]  # each (1, O, r, w)
        rows = torch.cat(products, 2).permute(0, 2, 3, 1)  # (1, N h, w, O)
        n, _, h, w = offsets.shape
        return rows.reshape(n, h, w, -1).permute(0, 3, 1, 2)


class ByOneKernel(nn.Module):
    """All in one kernel where the GPU has it; elsewhere `sample_taps` and what follows it."""

    def __init__(
        self, weight: Tensor, bias: Tensor, stride: int, target: Target, activation: Activation
    ) -> None:
        super().__init__()
        self._stride = stride
        self._activation = activation
        self._weight = target.map(weight)
        self._packed = triton_inference.packed(self._weight)  # the same memory
        self._bias = bias.to(target.device, target.precise)

    def kernel(self) -> tuple[Tensor, Tensor]:
        """(O, C, 9) and the bias (O,)."""
        return self._weight.flatten(2), self._bias

    def forward(self, x: Tensor, offsets: Tensor, modulation: Tensor | None) -> Tensor:
        if triton_op.suits(x, offsets, self._weight):
            return triton_inference.deformed(
                x,
                offsets,
                self._packed,
                modulation=modulation,
                bias=self._bias,
                stride=self._stride,
                activation=self._activation,
            )
        taps = tap_positions(offsets, (x.shape[2], x.shape[3]), stride=self._stride)
        out = sample_taps(x, taps, self._weight, modulation)
        out += self._bias.to(out.dtype)[:, None, None]
        return F.relu_(out) if self._activation == "relu" else out


Sampler = ByColumns | ByOneKernel
