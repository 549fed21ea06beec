"""The weighted mean of two checkpoints of one network.

A network that was trained on from another's weights, averaged with them, keeps most of what it
learnt anew and forgets less (Wortsman et al., "Robust fine-tuning of zero-shot models", CVPR 2022).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import torch

from sgnet_model.nn.sgnet import SGNet
from sgnet_model.types import UserError

from .card import CARD, LICENCE, START, card_of, licence_of_start
from .fit import check_fit
from .info import CheckpointInfo


def check_share(share: float) -> None:
    """UserError where it is none."""
    if not 0 <= share <= 1:
        raise UserError(f"A share of {share:g} cannot be taken: give one from 0 to 1.")


@torch.no_grad()
def take_share(network: SGNet, other: SGNet, share: float, *, name: str) -> None:
    """`network` becomes (1 - share) of itself and `share` of `other`, in place.

    Weights and the norms' statistics alike. UserError where `other`, of the file `name`, is another
    network, or one of other classes.
    """
    own, theirs = network.state_dict(), other.state_dict()
    found, wanted = (
        {key: tuple(value.shape) for key, value in state.items()} for state in (theirs, own)
    )
    check_fit(found, wanted, name=name, variant=network.config.variant)
    _check_meaning(network, other, name)
    for key, value in own.items():
        if value.is_floating_point():
            value.lerp_(theirs[key].to(value), share)


def with_origins(
    kept: Mapping[str, Any], own: CheckpointInfo, other: CheckpointInfo
) -> dict[str, Any]:
    """The provenance `kept` of `own`, with the licences and credits that `other` brings along."""
    result = dict(kept)
    of_start = _both(*(licence_of_start(one.provenance) for one in (own, other)))
    if of_start:
        result[START] = {**_mapping(kept.get(START)), LICENCE: of_start}
    card, theirs = card_of(own), card_of(other)
    facts: dict[str, Any] = {}
    if theirs.licence:
        facts[LICENCE] = _both(card.licence or "", theirs.licence)
    if theirs.credits:
        facts["credits"] = list(dict.fromkeys((*card.credits, *theirs.credits)))
    if facts:
        result[CARD] = {**_mapping(kept.get(CARD)), **facts}
    return result


def _check_meaning(network: SGNet, other: SGNet, name: str) -> None:
    """UserError where tensors of the same shapes are read or understood in another way.

    Smoothed depth may be new to the one that was trained on: it learns to read it.
    """
    own, theirs = (
        asdict(replace(one.config, variant="", smooth_depth=False)) for one in (network, other)
    )
    changed = [
        f"{key}: {theirs[key]} instead of {value}"
        for key, value in own.items()
        if theirs[key] != value
    ]
    if changed:
        raise UserError(
            f"{name} is another network ({'; '.join(changed)}): average checkpoints of one."
        )
    if network.scheme.classes != other.scheme.classes:
        raise UserError(
            f"{name} names other classes, or the same in another order: average checkpoints of "
            "the same classes."
        )


def _both(one: str, other: str) -> str:
    """Joined; one that is part of the other already is not said twice."""
    if not other or other in one:
        return one
    return f"{one}; {other}" if one else other


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
