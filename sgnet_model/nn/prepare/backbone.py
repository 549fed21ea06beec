"""Backbones with their norms folded in."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn

from sgnet_model.nn.operator import UNCHANGED, Operator, TapChange, TapOutput
from sgnet_model.nn.resnet import Backbone, BackboneOutput, Bottleneck
from sgnet_model.nn.two_stream import TwoStreamBackbone
from sgnet_model.switches import Switches

from .convolution import Convolution
from .folding import kernel_of
from .guidance import Guidance
from .operators import PreparedOperator
from .target import Target


class PreparedBottleneck(nn.Module):
    """Three products; the shortcut and the last ReLU are part of the third."""

    def __init__(self, block: Bottleneck, target: Target) -> None:
        super().__init__()
        self.conv1 = Convolution(kernel_of(block.conv1, block.bn1, "relu"), target)
        self.conv2: nn.Module = (
            PreparedOperator(block.conv2, block.bn2, target)
            if isinstance(block.conv2, Operator)
            else Convolution(kernel_of(block.conv2, block.bn2, "relu"), target)
        )
        self.conv3 = Convolution(kernel_of(block.conv3, block.bn3, "relu"), target)
        self.shortcut: nn.Module = nn.Identity()
        if not isinstance(block.shortcut, nn.Identity):
            convolution, norm = block.shortcut.children()
            self.shortcut = Convolution(kernel_of(convolution, norm), target)

    def forward(
        self, x: Tensor, guidance: Guidance, change: TapChange = UNCHANGED
    ) -> tuple[Tensor, TapOutput | None]:
        """As `Bottleneck.forward`."""
        y, taps = self.conv1(x), None
        if isinstance(self.conv2, PreparedOperator):
            y, taps = self.conv2(y, guidance, change)
        else:
            y = self.conv2(y)
        return self.conv3(y, self.shortcut(x)), taps


class PreparedBackbone(nn.Module):
    """See `Backbone`. `name_of`: what its places are called in the whole network."""

    def __init__(
        self, backbone: Backbone, target: Target, name_of: Callable[[str], str] = str
    ) -> None:
        super().__init__()
        stem = list(backbone.stem)
        self.stem = nn.Sequential(
            *(
                Convolution(kernel_of(convolution, norm, "relu"), target)
                for convolution, norm in zip(stem[0::3], stem[1::3], strict=True)
            )
        )
        self.pool = nn.MaxPool2d(3, 2, 1)
        self.blocks = nn.ModuleList()
        self.names: list[str] = []
        for name, block in backbone.named_blocks():
            self.names.append(name_of(name))
            self.blocks.append(PreparedBottleneck(block, target))

    def forward(self, picture: Tensor, guidance: Guidance, switches: Switches) -> BackboneOutput:
        """`picture`: (N, 3, H, W) as a map of the target."""
        x = self.pool(self.stem(picture))
        layers: dict[str, Tensor] = {}  # the last map of each
        taps: dict[str, TapOutput] = {}
        for name, block in zip(self.names, self.blocks, strict=True):
            x, of_block = block(x, guidance, TapChange(switches.of(name)))
            layers[name.split(".")[0]] = x
            if of_block is not None:
                taps[name] = of_block
        one, two, three, four = layers.values()
        return BackboneOutput((one, two, three, four), taps)


class PreparedTwoStreams(nn.Module):
    """See `TwoStreamBackbone`."""

    def __init__(self, backbone: TwoStreamBackbone, target: Target) -> None:
        super().__init__()
        self.colour = PreparedBackbone(backbone.colour, target)
        self.second = PreparedBackbone(backbone.second, target, backbone.name_of)

    def forward(self, picture: Tensor, guidance: Guidance, switches: Switches) -> BackboneOutput:
        """The second stream reads S at the picture's size."""
        first = self.colour(picture, guidance, switches)
        second = self.second(guidance.rounded_for(picture), guidance, switches)
        layers = (*first.layers[:3], first.layers[3] + second.layers[3])
        return BackboneOutput(layers, first.taps | second.taps)
