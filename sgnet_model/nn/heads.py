"""Decoders: from the backbone's feature maps to class logits before upsampling."""

from __future__ import annotations

from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sgnet_model.config import SGNetConfig

from .resnet import EXPANSION, BackboneOutput

LEAK = 0.01  # slope of the released network's leaky ReLUs
DROPOUT = 0.1


class DsnHead(nn.Sequential):
    """The paper's decoder, and its deep supervision: conv3x3 with bias, norm, leaky ReLU, conv1x1.

    (N, C, h, w) -> (N, classes, h, w).
    """

    def __init__(self, in_channels: int, channels: int, classes: int) -> None:
        super().__init__(
            nn.Conv2d(in_channels, channels, 3, padding=1),
            nn.BatchNorm2d(channels),
            nn.LeakyReLU(LEAK, inplace=True),
            nn.Dropout2d(DROPOUT),
            nn.Conv2d(channels, classes, 1),
        )


class AsppHead(nn.Module):
    """Atrous spatial pyramid pooling (SGNet*): image pooling, 1x1, 3x3 at dilation 12, 24, 36."""

    def __init__(self, in_channels: int, channels: int, classes: int) -> None:
        super().__init__()
        branch = channels // 2
        self.pooled = nn.Sequential(*_conv_norm_leaky(in_channels, branch, 1))
        self.branches = nn.ModuleList(
            nn.Sequential(*_conv_norm_leaky(in_channels, branch, kernel, dilation))
            for kernel, dilation in ((1, 1), (3, 12), (3, 24), (3, 36))
        )
        self.project = nn.Sequential(
            *_conv_norm_leaky(5 * branch, channels, 1), nn.Dropout2d(DROPOUT)
        )
        self.classify = nn.Conv2d(channels, classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        pooled = self.pooled(x.mean((2, 3), keepdim=True))
        # Upsampling one value with align_corners repeats it.
        pooled = pooled.expand(-1, -1, x.shape[2], x.shape[3])
        features = torch.cat([pooled, *(branch(x) for branch in self.branches)], 1)
        return cast(Tensor, self.classify(self.project(features)))


class CrispHead(nn.Module):
    """Our compact decoder: context from layer 4, borders from layers 2 and 1, logits at stride 4.

    Not in the paper. A pooled image feature, a 3x3 on layer 4, then two fusions by addition after
    1x1 convs, each followed by a 3x3 depthwise-separable conv.
    """

    def __init__(self, in_channels: tuple[int, ...], channels: int, classes: int) -> None:
        super().__init__()
        layer1, layer2, _, layer4 = in_channels
        self.context = nn.Sequential(*_conv_norm_leaky(layer4, channels, 3))
        self.pooled = nn.Sequential(*_conv_norm_leaky(layer4, channels, 1))
        self.lateral2 = nn.Sequential(*_conv_norm_leaky(layer2, channels, 1))
        self.lateral1 = nn.Sequential(*_conv_norm_leaky(layer1, channels, 1))
        self.fuse2 = nn.Sequential(*_separable(channels))
        self.fuse1 = nn.Sequential(*_separable(channels))
        self.dropout = nn.Dropout2d(DROPOUT)
        self.classify = nn.Conv2d(channels, classes, 1)

    def forward(self, layers: tuple[Tensor, ...]) -> Tensor:
        layer1, layer2, _, layer4 = layers
        x = self.context(layer4) + self.pooled(layer4.mean((2, 3), keepdim=True))
        x = self.fuse2(_resize(x, layer2) + self.lateral2(layer2))
        x = self.fuse1(_resize(x, layer1) + self.lateral1(layer1))
        return cast(Tensor, self.classify(self.dropout(x)))


class Decoder(nn.Module):
    """The head of a configuration, and the deep-supervision head on layer 3 (training only)."""

    def __init__(self, config: SGNetConfig) -> None:
        super().__init__()
        widths = tuple(EXPANSION * config.width * 2**i for i in range(4))
        heads = {"dsn": DsnHead, "aspp": AsppHead}
        self.kind = config.head
        self.main: nn.Module = (
            CrispHead(widths, config.head_channels, config.classes)
            if config.head == "crisp"
            else heads[config.head](widths[3], config.head_channels, config.classes)
        )
        self.auxiliary = DsnHead(widths[2], config.head_channels, config.classes)

    def forward(self, features: BackboneOutput) -> Tensor:
        """Logits (N, classes, h, w) at the head's own resolution."""
        layers = features.layers
        return cast(Tensor, self.main(layers if self.kind == "crisp" else layers[3]))


def _conv_norm_leaky(
    in_channels: int, out_channels: int, kernel: int, dilation: int = 1
) -> tuple[nn.Module, ...]:
    padding = dilation * (kernel // 2)
    return (
        nn.Conv2d(in_channels, out_channels, kernel, 1, padding, dilation, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.LeakyReLU(LEAK, inplace=True),
    )


def _separable(channels: int) -> tuple[nn.Module, ...]:
    return (
        nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False),
        *_conv_norm_leaky(channels, channels, 1),
    )


def _resize(x: Tensor, like: Tensor) -> Tensor:
    return F.interpolate(x, like.shape[2:], mode="bilinear", align_corners=True)
