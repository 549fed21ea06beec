"""From the configuration's word for an operator to the operator."""

from __future__ import annotations

from sgnet_model.config import OperatorKind, SGNetConfig

from .baselines import DCNv2, DepthAwareConv, OffsetsOnly, UnappliedSConv, WeightsOnly
from .operator import Operator
from .s_conv import SConv


def make_operator(
    kind: OperatorKind, channels: int, stride: int, dilation: int, config: SGNetConfig
) -> Operator:
    """A fresh operator, `channels` in and out.

    `dilation`: of the plain convolution in whose place it stands; only those that are one at heart
    (DAC, SGNet†) keep it, the others have dilation 1 as every S-Conv.
    """
    spatial = config.spatial_channels or channels
    guided = {"stride": stride, "spatial_channels": spatial}
    projected = {**guided, "projector_channels": config.projector_channels}
    match kind:
        case "s_conv":
            return SConv(channels, channels, **projected)
        case "sp_og":
            return OffsetsOnly(channels, channels, **projected)
        case "og":
            return OffsetsOnly(channels, channels, **guided)
        case "sp_wg":
            return WeightsOnly(channels, channels, **projected)
        case "unapplied":
            return UnappliedSConv(channels, channels, dilation=dilation, **projected)
        case "dcnv2":
            return DCNv2(channels, channels, stride=stride)
        case "dac":
            return DepthAwareConv(channels, channels, stride=stride, dilation=dilation)
