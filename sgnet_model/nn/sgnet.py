"""SGNet and its baselines: backbone, decoder, deep supervision (paper, Sec. III-C)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from sgnet_model.config import SGNetConfig
from sgnet_model.types import LabelScheme, UserError

from .heads import Decoder
from .operator import Operator, TapOutput, fits_type
from .outputs import known_to_torch
from .resnet import NO_CHANGES, Backbone, Geometry, TapChanges
from .two_stream import TwoStreamBackbone

GREY_LEVELS_PER_METRE = 40.0  # rooms: 1 to 4 m, as wide as the picture's grey levels


@known_to_torch
@dataclass(frozen=True, slots=True, eq=False)
class SGNetOutput:
    """`logits`: (N, classes, h, w) before upsampling. `auxiliary`: those of layer 3, in training.

    `taps`: by name what each S-Conv, or baseline with taps, did in this pass, in forward order.
    """

    logits: Tensor
    auxiliary: Tensor | None
    taps: dict[str, TapOutput]


class SGNet(nn.Module):
    """Called as `network(rgb, spatial)` with tensors made by `sgnet_model.preprocess`.

    `scheme`: names and colours of its classes. `provenance`: where the weights came from, as JSON
    values; empty for fresh ones. `sgnet_model.variants` finds the scheme that fits a configuration.
    """

    def __init__(
        self,
        config: SGNetConfig,
        scheme: LabelScheme,
        provenance: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self.config = config
        self.scheme = scheme
        self.provenance: dict[str, Any] = dict(provenance or {})
        self.backbone: TwoStreamBackbone | Backbone = (
            TwoStreamBackbone(config)
            if config.two_streams
            else Backbone(config, config.picture_channels)
        )
        self.decoder = Decoder(config)
        _initialise(self)

    def forward(
        self, rgb: Tensor, spatial: Tensor | None = None, changes: TapChanges = NO_CHANGES
    ) -> SGNetOutput:
        """`rgb`: (N, 3, H, W), BGR minus mean. `spatial`: (N, c', H, W), metres for depth.

        `spatial` is left out exactly when the configuration's spatial information is "feature".
        `changes`: what is done to the taps of places with taps, by name, in this pass alone.
        """
        check_input(self.config, rgb, spatial)
        self._check_types(rgb, spatial)
        features = self.backbone(stem_input(self.config, rgb, spatial), spatial, changes)
        auxiliary = self.decoder.auxiliary(features.layers[2]) if self.training else None
        return SGNetOutput(self.decoder(features), auxiliary, features.taps)

    def _check_types(self, *inputs: Tensor | None) -> None:
        weight = next(self.parameters())
        for given in inputs:
            if given is not None and not fits_type(given, weight):
                raise UserError(
                    f"The input is {given.dtype} and the network {weight.dtype}: bring both to one "
                    "floating type; `rgb_tensor` and `spatial_tensor` make what it expects."
                )

    def geometry(self) -> dict[str, Geometry]:
        """Strides of each place with taps, by name, in forward order."""
        return self.backbone.geometry()


def stem_input(config: SGNetConfig, rgb: Tensor, spatial: Tensor | None) -> Tensor:
    """(N, `picture_channels`, H, W): the picture, with early fusion followed by `spatial`.

    Kernels start with one scale for all channels, so a metre counts as `GREY_LEVELS_PER_METRE`.
    """
    if not config.early_fusion or spatial is None:
        return rgb
    return torch.cat([rgb, spatial.to(rgb) * GREY_LEVELS_PER_METRE], 1)


def check_input(config: SGNetConfig, rgb: Tensor, spatial: Tensor | None) -> None:
    """Refuse what a network of this configuration cannot take, in one sentence."""
    if rgb.dim() != 4 or rgb.shape[1] != 3:
        raise UserError(
            f"The picture has shape {tuple(rgb.shape)}; the network expects (N, 3, H, W)."
        )
    if config.spatial_channels is None:
        if spatial is not None:
            raise UserError(
                "This network guides itself by its features: call it without spatial input."
            )
        return
    wanted = (rgb.shape[0], config.spatial_channels, *rgb.shape[2:])
    if spatial is None or tuple(spatial.shape) != wanted:
        arrived = "none" if spatial is None else f"shape {tuple(spatial.shape)}"
        raise UserError(
            f"The spatial input ({arrived}) does not fit the picture: "
            f"{config.spatial} of shape {wanted} is expected."
        )


def _initialise(network: nn.Module) -> None:
    """He initialisation for training from scratch; offset generators keep their zeros."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    for module in network.modules():
        if isinstance(module, Operator):
            module.reset_parameters()
