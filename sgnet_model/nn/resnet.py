"""The dilated deep-stem ResNet whose chosen 3x3 convolutions are S-Convs or baselines (Fig. 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from torch import Tensor, nn

from sgnet_model.config import SGNetConfig

from .choose import make_operator
from .operator import UNCHANGED, Operator, TapChange, TapOutput

EXPANSION = 4  # a bottleneck's output channels over its 3x3 conv's
TapChanges = Mapping[str, TapChange]  # by the names of places with taps
NO_CHANGES: TapChanges = {}


@dataclass(frozen=True, slots=True, eq=False)
class BackboneOutput:
    """Feature maps after each of the four layers, and by name what each place with taps did."""

    layers: tuple[Tensor, Tensor, Tensor, Tensor]
    taps: dict[str, TapOutput]


@dataclass(frozen=True, slots=True)
class Geometry:
    """Strides of a place's input and output grid, in pixels of the network's input."""

    stride_in: int
    stride_out: int


class Bottleneck(nn.Module):
    """1x1, 3x3, 1x1 with a shortcut. The stride sits in the 3x3 conv and in the shortcut's 1x1."""

    def __init__(
        self, in_channels: int, width: int, stride: int, dilation: int, operator: Operator | None
    ) -> None:
        super().__init__()
        self.stride = stride
        out_channels = EXPANSION * width
        self.conv1 = nn.Conv2d(in_channels, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2: nn.Module = operator or nn.Conv2d(
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

    def forward(
        self, x: Tensor, spatial: Tensor | None, change: TapChange = UNCHANGED
    ) -> tuple[Tensor, TapOutput | None]:
        """(N, C, h, w) -> (N, 4 width, h / stride, w / stride), and what its taps did, if any.

        `spatial` None: the feature map itself is the spatial information (paper, Table V).
        """
        y = self.relu(self.bn1(self.conv1(x)))
        taps = None
        if isinstance(self.conv2, Operator):
            output = self.conv2(y, y if spatial is None else spatial, change)
            taps = output if isinstance(output, TapOutput) else None
            y = output.features
        else:
            y = self.conv2(y)
        y = self.bn3(self.conv3(self.relu(self.bn2(y))))
        return self.relu(y + self.shortcut(x)), taps


class Backbone(nn.Module):
    """Deep stem (three 3x3 convs and a max-pool) and four layers of bottlenecks."""

    def __init__(self, config: SGNetConfig, in_channels: int = 3) -> None:
        super().__init__()
        width = config.width
        self.stem = nn.Sequential(
            *_conv_norm_relu(in_channels, width, 2),
            *_conv_norm_relu(width, width, 1),
            *_conv_norm_relu(width, 2 * width, 1),
        )
        self.pool = nn.MaxPool2d(3, 2, 1)
        channels = 2 * width
        # Dilation acts on plain 3x3 convs; S-Convs keep padding 1, dilation 1 everywhere.
        strides = (1, 2, 2, 1) if config.output_stride == 16 else (1, 2, 1, 1)
        for number, (stride, dilation) in enumerate(zip(strides, (1, 1, 2, 4), strict=True), 1):
            setattr(self, f"layer{number}", _layer(config, number, channels, stride, dilation))
            channels = EXPANSION * width * 2 ** (number - 1)

    def named_blocks(self) -> Iterator[tuple[str, Bottleneck]]:
        """("layer1.0", block), ... in forward order."""
        for number in range(1, 5):
            for index, block in enumerate(getattr(self, f"layer{number}")):
                yield f"layer{number}.{index}", block

    def geometry(self) -> dict[str, Geometry]:
        """Strides of each place with taps, by name, in forward order."""
        found = {}
        stride = 4  # after the stem and the pool
        for name, block in self.named_blocks():
            before, stride = stride, stride * block.stride
            if isinstance(block.conv2, Operator) and block.conv2.has_taps:
                found[name] = Geometry(before, stride)
        return found

    def forward(
        self, picture: Tensor, spatial: Tensor | None, changes: TapChanges = NO_CHANGES
    ) -> BackboneOutput:
        """`picture`: (N, 3, H, W). `spatial`: (N, c', H, W), or None for the features."""
        x = self.pool(self.stem(picture))
        layers: list[Tensor] = []
        taps: dict[str, TapOutput] = {}
        for number in range(1, 5):
            for index, block in enumerate(getattr(self, f"layer{number}")):
                name = f"layer{number}.{index}"
                x, of_block = block(x, spatial, changes.get(name, UNCHANGED))
                if of_block is not None:
                    taps[name] = of_block
            layers.append(x)
        return BackboneOutput((layers[0], layers[1], layers[2], layers[3]), taps)


def _layer(
    config: SGNetConfig, number: int, in_channels: int, stride: int, dilation: int
) -> nn.ModuleList:
    width = config.width * 2 ** (number - 1)
    kind = config.operators[number - 1]
    blocks = []
    for index in range(config.blocks[number - 1]):
        block_stride = stride if index == 0 else 1
        operator = None
        if index in config.s_conv_blocks[number - 1]:
            operator = make_operator(kind, width, block_stride, dilation, config)
        blocks.append(Bottleneck(in_channels, width, block_stride, dilation, operator))
        in_channels = EXPANSION * width
    return nn.ModuleList(blocks)


def _conv_norm_relu(in_channels: int, out_channels: int, stride: int) -> tuple[nn.Module, ...]:
    return (
        nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(inplace=True),
    )
