"""From a name or a configuration to a network."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from .config import VARIANTS, SGNetConfig
from .data.palettes import scheme_for
from .nn.sgnet import SGNet
from .types import LabelScheme, UserError


def config_of(variant: str) -> SGNetConfig:
    """The configuration of a named variant."""
    try:
        return VARIANTS[variant]
    except KeyError:
        nearest = get_close_matches(variant, VARIANTS, cutoff=0) or list(VARIANTS)
        raise UserError(
            f"There is no variant called {variant!r}: the nearest are {', '.join(nearest)}, and "
            "sgnet-model info --help lists all.",
            details="\n".join(VARIANTS),
        ) from None


def build(
    variant: str | SGNetConfig,
    scheme: LabelScheme | None = None,
    provenance: Mapping[str, Any] | None = None,
) -> SGNet:
    """A network with fresh random weights, in training mode.

    `scheme` None: the known class list of that length, else generic names.
    """
    config = config_of(variant) if isinstance(variant, str) else variant
    return SGNet(config, scheme or scheme_for(config.classes), provenance)


def count_parameters(network: SGNet) -> int:
    """Its parameters, trained or not, the deep-supervision head included; no running statistics."""
    return sum(parameter.numel() for parameter in network.parameters())
