"""How a network's parts behave while it trains."""

from __future__ import annotations

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from sgnet_model.nn import SGNet

from .settings import TrainSettings


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
