"""A convolution and what follows it as one convolution: pure functions on weights, in float64."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

import torch
from torch import Tensor, nn

Activation = Literal["none", "relu", "leaky"]


@dataclass(frozen=True, slots=True, eq=False)
class Kernel:
    """A convolution: weights (O, C / groups, kh, kw), bias (O,), how it steps, what follows it.

    Equal padding, stride and dilation along both axes.
    """

    weight: Tensor
    bias: Tensor
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    groups: int = 1
    activation: Activation = "none"


def kernel_of(
    convolution: nn.Module, norm: nn.Module | None = None, activation: Activation = "none"
) -> Kernel:
    """An `nn.Conv2d`, its `nn.BatchNorm2d` folded in with the statistics that has learnt."""
    convolution = cast(nn.Conv2d, convolution)
    weight, bias = with_norm(convolution.weight, convolution.bias, norm)
    return Kernel(
        weight,
        bias,
        int(convolution.stride[0]),
        int(convolution.padding[0]),
        int(convolution.dilation[0]),
        convolution.groups,
        activation,
    )


def with_norm(weight: Tensor, bias: Tensor | None, norm: nn.Module | None) -> tuple[Tensor, Tensor]:
    """Weights and bias of norm(convolution), float64, in memory of their own.

    gamma (W x + b - mean) / sqrt(var + eps) + beta: one scale and one shift an output channel.
    """
    weight = _copied(weight)
    bias = weight.new_zeros(len(weight)) if bias is None else _copied(bias)
    if norm is None:
        return weight, bias
    norm = cast(nn.BatchNorm2d, norm)
    mean, variance = norm.running_mean, norm.running_var
    assert mean is not None
    assert variance is not None  # of a norm that keeps statistics
    scale = norm.weight.detach().double() / torch.sqrt(variance.double() + norm.eps)
    shift = norm.bias.detach().double() - scale * mean.double()
    return weight * scale.view(-1, *[1] * (weight.dim() - 1)), scale * bias + shift


def _copied(parameter: Tensor) -> Tensor:
    """In float64; of one that is in float64 already `double` would hand back the same memory."""
    return parameter.detach().to(torch.float64, copy=True)
