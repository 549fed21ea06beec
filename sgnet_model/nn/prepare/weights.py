"""The weight generator f of Eq. 6, its two linear maps folded into one, in two ways."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sgnet_model.config import TAPS
from sgnet_model.nn.s_conv import WeightGenerator
from sgnet_model.nn.sampling import weighing

from .convolution import Convolution
from .folding import Kernel
from .samplers import make_sampler
from .target import Target


def prepared_weights(generator: WeightGenerator, stride: int, target: Target) -> nn.Module:
    """Called with S' (N, P, H, W) and offsets (N, 18, h, w): modulation (N, 9, h, w), precise."""
    # At stride 2 a table of all pixels would serve a quarter of the samples.
    tabled = stride == 1 and weighing.suits(target.device, target.dtype)
    return (TabledWeights if tabled else SampledWeights)(generator, stride, target)


class TabledWeights(nn.Module):
    """S' is multiplied first, then sampled: see `sampling.weighing`."""

    def __init__(self, generator: WeightGenerator, stride: int, target: Target) -> None:
        super().__init__()
        weight = weighing.table_weight(_folded(generator))
        self.product = Convolution(Kernel(weight, weight.new_zeros(len(weight))), target)
        bias = _bias(generator, target)
        self._bias = F.pad(bias, (0, 16 - TAPS))
        self._stride = stride

    def forward(self, projected: Tensor, offsets: Tensor) -> Tensor:
        return weighing.weigh(self.product(projected), self._bias, offsets, self._stride)


class SampledWeights(nn.Module):
    """S' is sampled first, like features."""

    def __init__(self, generator: WeightGenerator, stride: int, target: Target) -> None:
        super().__init__()
        weight = _folded(generator)
        self._bias = _bias(generator, target)[:, None, None]
        self.sampler = make_sampler(weight, weight.new_zeros(TAPS), stride, target)

    def forward(self, projected: Tensor, offsets: Tensor) -> Tensor:
        scores = self.sampler(projected, offsets, None).to(offsets.dtype)
        return torch.sigmoid(scores + self._bias)


def _folded(generator: WeightGenerator) -> Tensor:
    """(9, P, 3, 3), float64."""
    to_taps, sample = generator.to_taps.weight[:, :, 0, 0], generator.sample.weight
    return torch.einsum("kp,pcij->kcij", to_taps.double(), sample.double())


def _bias(generator: WeightGenerator, target: Target) -> Tensor:
    bias = generator.to_taps.bias
    assert bias is not None
    return bias.detach().to(target.device, target.precise, copy=True)  # later changes are not seen
