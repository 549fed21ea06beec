"""The backbone in bytes: maps between its convolutions, and the columns that S-Convs gather."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from sgnet_model.nn.baselines import UnappliedSConv
from sgnet_model.nn.operator import UNCHANGED, Operator, TapChange, TapOutput
from sgnet_model.nn.prepare.folding import Kernel, kernel_of, with_norm
from sgnet_model.nn.prepare.guidance import Guidance
from sgnet_model.nn.prepare.operators import guide_of
from sgnet_model.nn.prepare.target import Target
from sgnet_model.nn.resnet import Backbone, BackboneOutput, Bottleneck
from sgnet_model.nn.sampling.columns import column_blocks
from sgnet_model.switches import Switches

from .convolution import BYTE, Int8Convolution, Scale, side_by_side

Scales = Mapping[str, Scale]  # of the maps after each place


class Int8Operator(nn.Module):
    """relu(norm(operator(x))): what moves and weighs the taps stays in the target's format."""

    def __init__(
        self,
        operator: Operator,
        norm: nn.BatchNorm2d,
        target: Target,
        scale: Scale,
        into: Scale,
    ) -> None:
        super().__init__()
        self._stride, self._scale = operator.stride, scale
        self.highest = into.step * BYTE  # of what it can put out
        self.guide = guide_of(operator, target)
        weight, bias = with_norm(operator.weight, getattr(operator, "bias", None), norm)
        self.plain: nn.Module | None = None
        if isinstance(operator, UnappliedSConv):
            step = operator.dilation
            kernel = Kernel(weight, bias, operator.stride, step, step, activation="relu")
            self.plain = Int8Convolution(kernel, scale, into)
        else:
            columns = weight.flatten(2).transpose(1, 2).flatten(1)  # (O, 9 C), taps outermost
            kernel = Kernel(columns[:, :, None, None], bias, activation="relu")
            # A sample is a mean of bytes, weighed by 0..1: it keeps their scale.
            self.product = Int8Convolution(kernel, scale, into)

    def forward(
        self, x: Tensor, guidance: Guidance, change: TapChange = UNCHANGED
    ) -> tuple[Tensor, TapOutput | None]:
        offsets, inferred = self.guide(x, guidance, change)  # of x it asks the size alone
        if self.plain is not None:
            return self.plain(x), None
        modulation = change.modulation(inferred, offsets)
        blocks = column_blocks(x, offsets, modulation, self._stride)
        rows = torch.cat([self.product(block) for block in blocks], 2)  # (1, O, N h, w)
        n, _, h, w = offsets.shape
        features = rows.permute(0, 2, 3, 1).reshape(n, h, w, -1).permute(0, 3, 1, 2)
        return features, TapOutput.of(features, offsets, modulation)

    def kernel(self) -> tuple[Tensor, Tensor]:
        """As `PreparedOperator.kernel`."""
        weight, bias = self.product.kernel()  # (O, 9 C, 1, 1), (O,)
        return weight.reshape(len(weight), 9, -1).transpose(1, 2), bias

    def numbers(self, read: Tensor, put_out: Tensor) -> tuple[Tensor, Tensor]:
        """The bytes it read and put out as numbers."""
        assert self.product.into is not None
        into = self.product.into
        return self._scale.read(read, torch.float32), into.read(put_out, torch.float32)


class Int8Bottleneck(nn.Module):
    """As `PreparedBottleneck`; a shortcut with a convolution and the third one are one product."""

    def __init__(self, block: Bottleneck, target: Target, name: str, scales: Scales) -> None:
        super().__init__()
        before, after = scales[f"{name}.before"], scales[name]
        first, second = scales[f"{name}.conv1"], scales[f"{name}.conv2"]
        self.conv1 = Int8Convolution(kernel_of(block.conv1, block.bn1, "relu"), before, first)
        self.conv2: nn.Module = (
            Int8Operator(block.conv2, block.bn2, target, first, second)
            if isinstance(block.conv2, Operator)
            else Int8Convolution(kernel_of(block.conv2, block.bn2, "relu"), first, second)
        )
        third = kernel_of(block.conv3, block.bn3, "relu")
        self._step = 0  # of a shortcut with a convolution
        if isinstance(block.shortcut, nn.Identity):
            self.conv3 = Int8Convolution(third, second, after, before)
        else:
            convolution, norm = block.shortcut.children()
            shortcut = kernel_of(convolution, norm)
            self._step = shortcut.stride
            both = side_by_side(third, shortcut, (second, before))
            self.conv3 = Int8Convolution(both, Scale(1.0), after)

    def forward(
        self, x: Tensor, guidance: Guidance, change: TapChange = UNCHANGED
    ) -> tuple[Tensor, TapOutput | None]:
        """As `Bottleneck.forward`, from bytes to bytes."""
        y, taps = self.conv1(x), None
        if isinstance(self.conv2, Int8Operator):
            y, taps = self.conv2(y, guidance, change)
        else:
            y = self.conv2(y)
        if not self._step:
            return self.conv3(y, x), taps
        of_shortcut = x[:, :, :: self._step, :: self._step]
        together = torch.cat((y, of_shortcut), 1).contiguous(memory_format=torch.channels_last)
        return self.conv3(together), taps


class Int8Backbone(nn.Module):
    """See `PreparedBackbone`. Its maps are bytes; `steps`: what one is worth, by layer."""

    def __init__(self, backbone: Backbone, target: Target, scales: Scales) -> None:
        super().__init__()
        self._picture = scales["picture"]
        stem, scale = list(backbone.stem), self._picture
        self.stem = nn.Sequential()
        for index, (convolution, norm) in enumerate(zip(stem[0::3], stem[1::3], strict=True)):
            into = scales[f"stem.{index}"]
            self.stem.append(Int8Convolution(kernel_of(convolution, norm, "relu"), scale, into))
            scale = into
        self.blocks = nn.ModuleList()
        self._names: list[str] = []
        for name, block in backbone.named_blocks():
            self._names.append(name)
            known = {**scales, f"{name}.before": scale}
            self.blocks.append(Int8Bottleneck(block, target, name, known))
            scale = scales[name]
        self.scales = tuple(
            scales[[name for name in self._names if name.startswith(f"layer{number}.")][-1]]
            for number in range(1, 5)
        )

    def forward(self, picture: Tensor, guidance: Guidance, switches: Switches) -> BackboneOutput:
        """`picture`: (N, `picture_channels`, H, W) float32."""
        x = pooled(self.stem(self._picture.written(picture)))
        layers: dict[str, Tensor] = {}  # the last map of each
        taps: dict[str, TapOutput] = {}
        for name, block in zip(self._names, self.blocks, strict=True):
            x, of_block = block(x, guidance, TapChange(switches.of(name)))
            layers[name.split(".")[0]] = x
            if of_block is not None:
                taps[name] = of_block
        one, two, three, four = layers.values()
        return BackboneOutput((one, two, three, four), taps)


def pooled(x: Tensor) -> Tensor:
    """Max-pooling 3x3, stride 2, padding 1, of bytes, which torch pools in no form of its own."""
    for axis in (2, 3):
        even, odd = (x[(slice(None),) * axis + (slice(first, None, 2),)] for first in (0, 1))
        count = odd.shape[axis]
        x = even.clone(memory_format=torch.channels_last)
        for start, some in ((0, odd), (1, odd.narrow(axis, 0, min(count, x.shape[axis] - 1)))):
            part = x.narrow(axis, start, some.shape[axis])
            torch.maximum(part, some, out=part)
    return x
