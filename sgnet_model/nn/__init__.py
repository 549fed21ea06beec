"""The network: S-Conv and its baselines, the backbone, the decoders."""

from .operator import Operator, OperatorOutput, TapOutput
from .s_conv import SConv
from .sgnet import SGNet, SGNetOutput

__all__ = ["Operator", "OperatorOutput", "SConv", "SGNet", "SGNetOutput", "TapOutput"]
