"""How a network's parts behave while it trains."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from sgnet_model.config import SGNetConfig
from sgnet_model.nn import SGNet
from sgnet_model.types import UserError

from .settings import TrainSettings

POOLING_HEADS = ("aspp", "crisp")


def synchronises(settings: TrainSettings, device: torch.device, processes: int) -> bool:
    """Whether norms take their statistics over all processes: only CUDA's can."""
    return processes > 1 and device.type == "cuda" and settings.sync_norms


def check_batch(config: SGNetConfig, batch: int, settings: TrainSettings, together: bool) -> None:
    """Raises UserError where a head that pools the whole picture would norm a single value."""
    if batch > 1 or together or settings.frozen_norms or config.head not in POOLING_HEADS:
        return
    raise UserError(
        f"A process would train on one picture at a time, and the {config.head} head norms one "
        "value for each: give it 2 or more (--set batch=...), or set frozen_norms=true."
    )


def prepare(network: SGNet, settings: TrainSettings, synchronised: bool) -> SGNet:
    """Before the optimiser is made: synchronised norms where asked, idle parameters frozen.

    Norms are replaced in place and keep their names, so checkpoints stay what they are.
    """
    if synchronised and not settings.frozen_norms:
        nn.SyncBatchNorm.convert_sync_batchnorm(network)  # type: ignore[no-untyped-call]
    if not settings.auxiliary_weight:  # several processes would wait for its gradients in vain
        network.decoder.auxiliary.requires_grad_(False)
    return network


def set_training(network: SGNet, settings: TrainSettings) -> None:
    """Training mode, but norms and dropout as the settings have them."""
    network.train()
    for module in network.modules():
        frozen = settings.frozen_norms and isinstance(module, _BatchNorm)
        silent = not settings.dropout and isinstance(module, nn.Dropout2d)
        if frozen or silent:
            module.eval()
