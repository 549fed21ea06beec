"""The dilated deep-stem ResNet whose chosen 3x3 convolutions are S-Convs (paper, Fig. 4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from torch import Tensor, nn

from sgnet_model.config import SGNetConfig

from .s_conv import SConv, SConvOutput

EXPANSION = 4  # a bottleneck's output channels over its 3x3 conv's


@dataclass(frozen=True, slots=True, eq=False)
class BackboneOutput:
    """Feature maps after each of the four layers, and what each S-Conv did, by name."""

    layers: tuple[Tensor, Tensor, Tensor, Tensor]
    s_convs: dict[str, SConvOutput]


class Bottleneck(nn.Module):
    """1x1, 3x3, 1x1 with a shortcut. The stride sits in the 3x3 conv and in the shortcut's 1x1."""

    def __init__(
        self, in_channels: int, width: int, stride: int, dilation: int, s_conv: SConv | None
    ) -> None:
        super().__init__()
        out_channels = EXPANSION * width
        self.conv1 = nn.Conv2d(in_channels, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2: nn.Module = s_conv or nn.Conv2d(
            width, width, 3, stride, dilation, dilation, bias=False
        )
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, out_channels, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(out_channels)
        self.relu = nn.ReLU(inplace=True)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or in_channels != out_channels:
            self.shortcut = nn.Sequential(
                nn.Conv2d(in_channels, out_channels, 1, stride, bias=False),
                nn.BatchNorm2d(out_channels),
            )

    def forward(self, x: Tensor, spatial: Tensor | None) -> tuple[Tensor, SConvOutput | None]:
        """(N, C, h, w) -> (N, 4 width, h / stride, w / stride), and the S-Conv's output if any.

        `spatial` None: the feature map itself is the spatial information (paper, Table V).
        """
        y = self.relu(self.bn1(self.conv1(x)))
        trace = None
        if isinstance(self.conv2, SConv):
            trace = self.conv2(y, y if spatial is None else spatial)
            y = trace.features
        else:
            y = self.conv2(y)
        y = self.bn3(self.conv3(self.relu(self.bn2(y))))
        return self.relu(y + self.shortcut(x)), trace


class Backbone(nn.Module):
    """Deep stem (three 3x3 convs and a max-pool) and four layers of bottlenecks."""

    def __init__(self, config: SGNetConfig) -> None:
        super().__init__()
        width = config.width
        self.stem = nn.Sequential(
            *_conv_norm_relu(3, width, 2),
            *_conv_norm_relu(width, width, 1),
            *_conv_norm_relu(width, 2 * width, 1),
        )
        self.pool = nn.MaxPool2d(3, 2, 1)
        channels = 2 * width
        # Dilation acts on plain 3x3 convs only; S-Convs keep padding 1, dilation 1 everywhere.
        strides = (1, 2, 2, 1) if config.output_stride == 16 else (1, 2, 1, 1)
        for number, (stride, dilation) in enumerate(zip(strides, (1, 1, 2, 4), strict=True), 1):
            setattr(self, f"layer{number}", _layer(config, number, channels, stride, dilation))
            channels = EXPANSION * width * 2 ** (number - 1)

    def named_blocks(self) -> Iterator[tuple[str, Bottleneck]]:
        """("layer1.0", block), ... in forward order."""
        for number in range(1, 5):
            for index, block in enumerate(getattr(self, f"layer{number}")):
                yield f"layer{number}.{index}", block

    def forward(self, rgb: Tensor, spatial: Tensor | None) -> BackboneOutput:
        """`rgb`: (N, 3, H, W). `spatial`: (N, c', H, W), or None for the features themselves."""
        x = self.pool(self.stem(rgb))
        layers: list[Tensor] = []
        s_convs: dict[str, SConvOutput] = {}
        for number in range(1, 5):
            for index, block in enumerate(getattr(self, f"layer{number}")):
                x, trace = block(x, spatial)
                if trace is not None:
                    s_convs[f"layer{number}.{index}"] = trace
            layers.append(x)
        return BackboneOutput((layers[0], layers[1], layers[2], layers[3]), s_convs)


def _layer(
    config: SGNetConfig, number: int, in_channels: int, stride: int, dilation: int
) -> nn.ModuleList:
    width = config.width * 2 ** (number - 1)
    blocks = []
    for index in range(config.blocks[number - 1]):
        block_stride = stride if index == 0 else 1
        s_conv = None
        if index in config.s_conv_blocks[number - 1]:
            s_conv = SConv(
                width,
                width,
                stride=block_stride,
                spatial_channels=config.spatial_channels or width,
                projector_channels=config.projector_channels,
            )
        blocks.append(Bottleneck(in_channels, width, block_stride, dilation, s_conv))
        in_channels = EXPANSION * width
    return nn.ModuleList(blocks)


def _conv_norm_relu(in_channels: int, out_channels: int, stride: int) -> tuple[nn.Module, ...]:
    return (
        nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(inplace=True),
    )
