"""The weighted mean of two checkpoints of one network.

A network that was trained on from another's weights, averaged with them, keeps most of what it
learnt anew and forgets less (Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022).
"""

from __future__ import annotations

import torch

from sgnet_model.nn.sgnet import SGNet
from sgnet_model.types import UserError

from .fit import check_fit


def check_share(share: float) -> None:
    """UserError where it is none."""
    if not 0 <= share <= 1:
        raise UserError(f"A share of {share:g} cannot be taken: give one from 0 to 1.")


@torch.no_grad()
def take_share(network: SGNet, other: SGNet, share: float, *, name: str) -> None:
    """`network` becomes (1 - share) of itself and `share` of `other`, in place.

    Weights and the norms' statistics alike. UserError where `other`, of the file `name`, is another
    network.
    """
    own, theirs = network.state_dict(), other.state_dict()
    found, wanted = (
        {key: tuple(value.shape) for key, value in state.items()} for state in (theirs, own)
    )
    check_fit(found, wanted, name=name, variant=network.config.variant)
    for key, value in own.items():
        if value.is_floating_point():
            value.lerp_(theirs[key].to(value), share)
