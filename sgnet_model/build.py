"""From a name or a configuration to a network."""

from __future__ import annotations

from .config import VARIANTS, SGNetConfig
from .nn.sgnet import SGNet
from .types import UserError


def config_of(variant: str) -> SGNetConfig:
    """The configuration of a named variant."""
    try:
        return VARIANTS[variant]
    except KeyError:
        names = ", ".join(sorted(VARIANTS))
        raise UserError(f"There is no variant called {variant!r}: choose one of {names}.") from None


def build(variant: str | SGNetConfig) -> SGNet:
    """A network with fresh random weights, in training mode."""
    return SGNet(config_of(variant) if isinstance(variant, str) else variant)


def count_parameters(network: SGNet) -> int:
    """All that the state dict holds: deep-supervision head and frozen biases included."""
    return sum(parameter.numel() for parameter in network.parameters())
