"""SGNet: backbone with S-Convs, decoder, deep supervision (paper, Sec. III-C)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from sgnet_model.config import SGNetConfig
from sgnet_model.types import LabelScheme, UserError

from .heads import Decoder
from .resnet import Backbone, Bottleneck
from .s_conv import SConv, SConvOutput


@dataclass(frozen=True, slots=True, eq=False)
class SGNetOutput:
    """`logits`: (N, classes, h, w) before upsampling. `auxiliary`: those of layer 3, in training.

    `s_convs`: for each S-Conv by name what it did in this pass, in forward order.
    """

    logits: Tensor
    auxiliary: Tensor | None
    s_convs: dict[str, SConvOutput]


@dataclass(frozen=True, slots=True)
class SConvGeometry:
    """Strides of an S-Conv's input and output grid, in pixels of the network's input."""

    stride_in: int
    stride_out: int


class SGNet(nn.Module):
    """Called as `network(rgb, spatial)` with tensors made by `sgnet_model.preprocess`.

    `scheme`: names and colours of its classes. `provenance`: where the weights came from, as JSON
    values; empty for fresh ones. `sgnet_model.build` finds the scheme that fits a configuration.
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
        self.backbone = Backbone(config)
        self.decoder = Decoder(config)
        _initialise(self)

    def forward(self, rgb: Tensor, spatial: Tensor | None = None) -> SGNetOutput:
        """`rgb`: (N, 3, H, W), BGR minus mean. `spatial`: (N, c', H, W), metres for depth.

        `spatial` is left out exactly when the configuration's spatial information is "feature".
        """
        self._check(rgb, spatial)
        features = self.backbone(rgb, spatial)
        auxiliary = self.decoder.auxiliary(features.layers[2]) if self.training else None
        return SGNetOutput(self.decoder(features), auxiliary, features.s_convs)

    def geometry(self) -> dict[str, SConvGeometry]:
        """Strides of each S-Conv, by name, in forward order."""
        found = {}
        stride = 4  # after the stem and the pool
        for name, block in self.backbone.named_blocks():
            before, stride = stride, stride * _stride(block)
            if isinstance(block.conv2, SConv):
                found[name] = SConvGeometry(before, stride)
        return found

    def _check(self, rgb: Tensor, spatial: Tensor | None) -> None:
        expected = self.config.spatial_channels
        if rgb.dim() != 4 or rgb.shape[1] != 3:
            raise UserError(
                f"The picture has shape {tuple(rgb.shape)}; the network expects (N, 3, H, W)."
            )
        if expected is None:
            if spatial is not None:
                raise UserError(
                    "This network guides itself by its features: call it without spatial input."
                )
            return
        wanted = (rgb.shape[0], expected, *rgb.shape[2:])
        if spatial is None or tuple(spatial.shape) != wanted:
            arrived = "none" if spatial is None else f"shape {tuple(spatial.shape)}"
            raise UserError(
                f"The spatial input ({arrived}) does not fit the picture: "
                f"{self.config.spatial} of shape {wanted} is expected."
            )


def _stride(block: Bottleneck) -> int:
    stride = block.conv2.stride
    return stride if isinstance(stride, int) else int(stride[0])  # type: ignore[index]


def _initialise(network: nn.Module) -> None:
    """He initialisation for training from scratch; offset generators keep their zeros."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    for module in network.modules():
        if isinstance(module, SConv):
            module.reset_parameters()
