"""The network: S-Conv, the backbone, the decoders."""

from .s_conv import SConv, SConvOutput
from .sgnet import SGNet, SGNetOutput

__all__ = ["SConv", "SConvOutput", "SGNet", "SGNetOutput"]
