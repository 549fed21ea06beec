"""What the paper compares S-Conv with, and S-Conv with parts left out. One operator a file."""

from .dcnv2 import DCNv2
from .depth_aware import DepthAwareConv
from .offsets_only import OffsetsOnly
from .unapplied import UnappliedSConv
from .weights_only import WeightsOnly

__all__ = ["DCNv2", "DepthAwareConv", "OffsetsOnly", "UnappliedSConv", "WeightsOnly"]
