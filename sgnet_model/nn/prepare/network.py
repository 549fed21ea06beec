"""A network for inference alone: what training needs is gone, what can be folded is folded."""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from sgnet_model.nn.resnet import Backbone, Geometry
from sgnet_model.nn.sgnet import SGNet, SGNetOutput, check_input, stem_input
from sgnet_model.nn.two_stream import TwoStreamBackbone
from sgnet_model.switches import NO_SWITCHES, Switches

from .backbone import PreparedBackbone, PreparedTwoStreams
from .guidance import Guidance
from .heads import prepared_head
from .target import Target


class PreparedNetwork(nn.Module):
    """Answers like the `SGNet` it was made from in eval mode; later changes to that are not seen.

    Norms, ReLUs and shortcuts are parts of the convolutions, the weight generator is one linear
    map, weights lie in the target's format and layout, S is resized once a resolution, and the
    deep-supervision head is gone. Float32 differs from the original by rounding alone.
    """

    def __init__(self, network: SGNet, target: Target) -> None:
        super().__init__()
        self.target = target
        self.config = network.config
        self.scheme = network.scheme
        self._geometry = network.geometry()
        self.backbone = _backbone(network.backbone, target)
        self.head = prepared_head(network.decoder.main, target)
        self.eval()

    def geometry(self) -> dict[str, Geometry]:
        """As `SGNet.geometry`."""
        return self._geometry

    @torch.inference_mode()
    def forward(
        self, rgb: Tensor, spatial: Tensor | None = None, switches: Switches = NO_SWITCHES
    ) -> SGNetOutput:
        """Arguments as `SGNet.forward`, on any device. Logits, offsets and modulation are float32
        (float64 in a float64 network), features of the target's type. Switches of layers that are
        not there do nothing: see `Switches.check`."""
        check_input(self.config, rgb, spatial)
        guidance = Guidance(spatial, self.target)
        picture = self.target.map(stem_input(self.config, rgb, spatial))
        features = self.backbone(picture, guidance, switches)
        return SGNetOutput(self.head(features.layers), None, features.taps)


def prepared(
    network: SGNet,
    device: str | torch.device = "cpu",
    dtype: torch.dtype = torch.float32,
    size: tuple[int, int] | None = None,
) -> PreparedNetwork:
    """A fast copy of the network for inference on one device in one number format.

    `dtype`: of weights and feature maps: float32 gives the network's logits up to rounding (1e-4
    of their norm; more on GPUs where torch.backends.cudnn.allow_tf32 is set), bfloat16 and float16
    up to theirs. It keeps the weights of this moment.
    `size`: (height, width) it will be fed, which it meets once here: kernels are compiled and
    weights laid out for it, so that the first call is as fast as the next. Others work too.
    """
    target = Target(torch.device(device), dtype)
    with torch.no_grad():
        copy = PreparedNetwork(network, target)
    if size is not None:
        channels = network.config.spatial_channels
        rgb = torch.zeros(1, 3, *size, device=target.device)
        copy(rgb, None if channels is None else rgb.new_zeros(1, channels, *size))
    return copy


def _backbone(backbone: nn.Module, target: Target) -> nn.Module:
    if isinstance(backbone, TwoStreamBackbone):
        return PreparedTwoStreams(backbone, target)
    return PreparedBackbone(cast(Backbone, backbone), target)
