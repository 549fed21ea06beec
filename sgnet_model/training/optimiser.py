"""Parameter groups, the optimiser and the poly schedule."""

from __future__ import annotations

import torch
from torch import nn

from sgnet_model.nn import SGNet

from .settings import TrainSettings


def make_optimiser(network: SGNet, settings: TrainSettings) -> torch.optim.Optimizer:
    """Weight decay on kernels only; offset generators at their own rate."""
    decayed, plain, offsets = [], [], []
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            continue
        if "offset_generator" in name:
            offsets.append(parameter)
        elif parameter.dim() > 1:
            decayed.append(parameter)
        else:
            plain.append(parameter)
    rate = settings.learning_rate
    groups = [
        {"params": decayed, "lr": rate, "weight_decay": settings.weight_decay},
        {"params": plain, "lr": rate, "weight_decay": 0.0},
        {"params": offsets, "lr": rate * settings.offset_rate, "weight_decay": 0.0},
    ]
    if settings.optimiser == "adamw":
        # One pass over the memory; on GPUs PyTorch's own choice is as fast.
        fused = next(network.parameters()).device.type == "cpu" or None
        return torch.optim.AdamW(groups, lr=rate, fused=fused)
    return torch.optim.SGD(groups, lr=rate, momentum=settings.momentum)


def make_schedule(
    optimiser: torch.optim.Optimizer, settings: TrainSettings
) -> torch.optim.lr_scheduler.LambdaLR:
    """Linear warm-up, then (1 - step / steps) ^ power, where asked only every `hold_steps`."""

    def factor(step: int) -> float:
        if step < settings.warm_up:
            return (step + 1) / settings.warm_up
        if settings.hold_steps:
            step -= step % settings.hold_steps
        return float(max(0.0, 1 - step / settings.steps) ** settings.poly_power)

    return torch.optim.lr_scheduler.LambdaLR(optimiser, factor)


def clip_gradients(network: nn.Module, norm: float) -> None:
    """To at most this norm of all together; 0 leaves them alone."""
    if norm > 0:
        torch.nn.utils.clip_grad_norm_(network.parameters(), norm)
