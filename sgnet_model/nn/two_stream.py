"""HHANet (paper, Table IV): a second ResNet reads the spatial information as a picture."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor, nn

from sgnet_model.config import SGNetConfig

from .resnet import NO_CHANGES, Backbone, BackboneOutput, Bottleneck, Geometry, TapChanges


class TwoStreamBackbone(nn.Module):
    """One backbone on the picture, one on S (HHA in the paper), their last maps added.

    The sum is what the decoder reads; fusion has no parameters. Deep supervision and the decoder's
    lower layers, where it has any, read the picture's stream. Both streams have the
    configuration's operators in the same places, guided by the same S.
    """

    def __init__(self, config: SGNetConfig) -> None:
        super().__init__()
        self.name_of = config.second_name
        self.colour = Backbone(config)
        self.second = Backbone(config, config.spatial_channels or 3)

    def named_blocks(self) -> Iterator[tuple[str, Bottleneck]]:
        """The picture's stream as in one backbone, then the other's under its own names."""
        yield from self.colour.named_blocks()
        for name, block in self.second.named_blocks():
            yield self.name_of(name), block

    def geometry(self) -> dict[str, Geometry]:
        """Strides of every place with taps in both streams, by name."""
        one = self.colour.geometry()
        return one | {self.name_of(name): strides for name, strides in one.items()}

    def forward(
        self, rgb: Tensor, spatial: Tensor, changes: TapChanges = NO_CHANGES
    ) -> BackboneOutput:
        """`rgb`: (N, 3, H, W). `spatial`: (N, c', H, W)."""
        own = {
            name: changes[self.name_of(name)]
            for name in self.second.geometry()
            if self.name_of(name) in changes
        }
        first = self.colour(rgb, spatial, changes)
        second = self.second(spatial, spatial, own)
        taps = first.taps | {self.name_of(name): one for name, one in second.taps.items()}
        return BackboneOutput((*first.layers[:3], first.layers[3] + second.layers[3]), taps)
