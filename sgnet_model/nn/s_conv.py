"""S-Conv: a 3x3 convolution whose offsets and weights are inferred from spatial information.

Chen et al., "Spatial Information Guided Convolution for Real-Time RGBD Semantic Segmentation",
IEEE TIP 2021, Eq. 3-7. Where the authors' released network differs from the text, the released
network is followed, because its checkpoints must load.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .sampling import sample_taps, tap_positions

TAPS = 9


@dataclass(frozen=True, slots=True, eq=False)
class SConvOutput:
    """`features`: (N, O, h, w). `offsets`: (N, 18, h, w). `modulation`: (N, 9, h, w), 0..1."""

    features: Tensor
    offsets: Tensor
    modulation: Tensor


class SpatialProjector(nn.Sequential):
    """phi, Eq. 3: three 3x3 convs with bias, each followed by norm and ReLU.

    (N, c', h, w) -> (N, P, h, w).
    """

    def __init__(self, spatial_channels: int, channels: int) -> None:
        widths = (spatial_channels, channels, channels, channels)
        layers: list[nn.Module] = []
        for before, after in pairwise(widths):
            layers += [
                nn.Conv2d(before, after, 3, padding=1),
                nn.BatchNorm2d(after),
                nn.ReLU(inplace=True),
            ]
        super().__init__(*layers)


class WeightGenerator(nn.Module):
    """f, Eq. 6: S* at the shifted taps -> modulation in 0..1.

    The released network has no non-linearity between its two linear maps (the paper speaks of
    layers "with non-linear activation"), so they are folded into one product before sampling.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.sample = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.to_taps = nn.Conv2d(channels, TAPS, 1)

    def folded_weight(self) -> Tensor:
        """(9, P, 3, 3): `to_taps` after `sample`."""
        return torch.einsum("kp,pcij->kcij", self.to_taps.weight[:, :, 0, 0], self.sample.weight)


class SConv(nn.Module):
    """Spatial-information-guided 3x3 convolution, padding 1, dilation 1.

    Called with X (N, C, h, w) and the spatial information S (N, c', H, W) of any size, which is
    resized bilinearly with align_corners=True. With zero offsets and unit modulation it equals
    `conv2d(x, weight, stride=stride, padding=1)`.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        *,
        stride: int = 1,
        spatial_channels: int = 1,
        projector_channels: int = 64,
    ) -> None:
        super().__init__()
        self.stride = stride
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels, 3, 3))
        # The released layout holds a zero bias that no optimiser ever touched; kept for its keys.
        self.bias = nn.Parameter(torch.zeros(out_channels), requires_grad=False)
        self.projector = SpatialProjector(spatial_channels, projector_channels)
        self.offset_generator = nn.Conv2d(projector_channels, 2 * TAPS, 3, stride, 1)
        self.weight_generator = WeightGenerator(projector_channels)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Offsets start at zero (a regular convolution); the kernel as a convolution's would."""
        nn.init.kaiming_normal_(self.weight, mode="fan_out", nonlinearity="relu")
        nn.init.zeros_(self.offset_generator.weight)
        if self.offset_generator.bias is not None:
            nn.init.zeros_(self.offset_generator.bias)

    def forward(self, x: Tensor, spatial: Tensor) -> SConvOutput:
        """Eq. 3-7. Returns the features with the offsets and the modulation that made them."""
        size = (x.shape[2], x.shape[3])
        if spatial.shape[2:] != x.shape[2:]:
            spatial = F.interpolate(spatial, size, mode="bilinear", align_corners=True)
        projected = self.projector(spatial)  # Eq. 3
        offsets = self.offset_generator(projected)  # Eq. 4
        # Positions are kept in float32 or better: half a unit in the last place of bfloat16 is a
        # quarter of a pixel at column 100.
        taps = tap_positions(_at_least_float32(offsets), size, stride=self.stride)
        scores = sample_taps(projected, taps, self.weight_generator.folded_weight())  # Eq. 5
        bias = self.weight_generator.to_taps.bias
        assert bias is not None
        modulation = torch.sigmoid(scores + bias[:, None, None])  # Eq. 6
        features = sample_taps(x, taps, self.weight, modulation)  # Eq. 7
        return SConvOutput(features + self.bias[:, None, None], offsets, modulation)


def _at_least_float32(x: Tensor) -> Tensor:
    return x if x.dtype == torch.float64 else x.float()
