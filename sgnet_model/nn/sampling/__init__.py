"""Deformable sampling: one definition, several implementations, one float64 reference."""

from .op import deform_conv2d, sample_taps
from .positions import TapPositions, tap_positions

__all__ = ["TapPositions", "deform_conv2d", "sample_taps", "tap_positions"]
