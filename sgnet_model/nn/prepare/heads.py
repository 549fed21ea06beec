"""Decoders with their norms folded in, without dropout; their logits are precise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sgnet_model.nn.heads import AsppHead, CrispHead, DsnHead

from .convolution import Convolution
from .folding import kernel_of
from .target import Target


class Classifier(nn.Module):
    """The last 1x1 convolution, computed precisely: rounded logits would tie between classes."""

    def __init__(self, convolution: nn.Module, target: Target) -> None:
        super().__init__()
        self._precise = replace(target, dtype=target.precise)
        self.convolution = Convolution(kernel_of(convolution), self._precise)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.convolution(self._precise.map(x))
        return logits


class PreparedDsn(nn.Module):
    """See `DsnHead`."""

    def __init__(self, head: DsnHead, target: Target) -> None:
        super().__init__()
        convolution, norm, _, _, classify = head
        self.features: nn.Module = _leaky(convolution, norm, target)
        self.classify = Classifier(classify, target)

    def forward(self, layers: tuple[Tensor, ...], mean: Tensor | None = None) -> Tensor:  # noqa: ARG002
        logits: Tensor = self.classify(self.features(layers[3]))
        return logits


class PreparedAspp(nn.Module):
    """See `AsppHead`."""

    def __init__(self, head: AsppHead, target: Target) -> None:
        super().__init__()
        self.pooled = _leaky(*_first_two(head.pooled), target)
        self.branches = nn.ModuleList(_leaky(*_first_two(one), target) for one in _each(head))
        self.project = _leaky(*_first_two(head.project), target)
        self.classify = Classifier(head.classify, target)

    def forward(self, layers: tuple[Tensor, ...], mean: Tensor | None = None) -> Tensor:
        """`mean`: that of layer 4, (N, C, 1, 1), where it is known."""
        x = layers[3]
        pooled = self.pooled(_mean(x) if mean is None else mean).expand(
            -1, -1, x.shape[2], x.shape[3]
        )
        features = torch.cat([pooled, *(branch(x) for branch in self.branches)], 1)
        features = features.contiguous(memory_format=torch.channels_last)
        logits: Tensor = self.classify(self.project(features))
        return logits


class PreparedCrisp(nn.Module):
    """See `CrispHead`."""

    def __init__(self, head: CrispHead, target: Target) -> None:
        super().__init__()
        self.context: nn.Module = _leaky(*_first_two(head.context), target)
        self.pooled = _leaky(*_first_two(head.pooled), target)
        self.lateral2: nn.Module = _leaky(*_first_two(head.lateral2), target)
        self.lateral1: nn.Module = _leaky(*_first_two(head.lateral1), target)
        self.fuse2 = _separable(head.fuse2, target)
        self.fuse1 = _separable(head.fuse1, target)
        self.classify = Classifier(head.classify, target)

    def forward(self, layers: tuple[Tensor, ...], mean: Tensor | None = None) -> Tensor:
        """`mean`: that of layer 4, (N, C, 1, 1), where it is known."""
        layer1, layer2, _, layer4 = layers
        pooled = self.pooled(_mean(layer4) if mean is None else mean)
        x = self.context(layer4).add_(pooled)
        lateral = self.lateral2(layer2)
        x = self.fuse2(lateral.add_(_resize(x, lateral)))
        lateral = self.lateral1(layer1)
        x = self.fuse1(lateral.add_(_resize(x, lateral)))
        logits: Tensor = self.classify(x)
        return logits


def prepared_head(head: nn.Module, target: Target) -> nn.Module:
    """The head's fast copy: layers 1 to 4 -> precise logits (N, classes, h, w)."""
    if isinstance(head, CrispHead):
        return PreparedCrisp(head, target)
    if isinstance(head, AsppHead):
        return PreparedAspp(head, target)
    return PreparedDsn(cast(DsnHead, head), target)


def _leaky(convolution: nn.Module, norm: nn.Module, target: Target) -> Convolution:
    return Convolution(kernel_of(convolution, norm, "leaky"), target)


def _separable(layers: nn.Module, target: Target) -> nn.Sequential:
    """A depthwise convolution, then a 1x1 with norm and leaky ReLU."""
    depthwise, convolution, norm, _ = layers.children()
    return nn.Sequential(
        Convolution(kernel_of(depthwise), target), _leaky(convolution, norm, target)
    )


def _first_two(layers: nn.Module) -> tuple[nn.Module, nn.Module]:
    convolution, norm, *_ = layers.children()
    return convolution, norm


def _each(head: AsppHead) -> Iterable[nn.Module]:
    return head.branches.children()


def _mean(x: Tensor) -> Tensor:
    """(N, C, 1, 1), summed in float32 whatever the map's format."""
    return x.mean((2, 3), keepdim=True).contiguous(memory_format=torch.channels_last)


def _resize(x: Tensor, like: Tensor) -> Tensor:
    return F.interpolate(x, like.shape[2:], mode="bilinear", align_corners=True)
