"""Parameter groups, the optimiser and the poly schedule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from sgnet_model.nn import SGNet

from .settings import TrainSettings

_INFERS = (".projector.", ".offset_generator.", ".weight_generator.")
_OF_BACKBONE = "backbone"  # marks a parameter group


def make_optimiser(network: SGNet, settings: TrainSettings) -> torch.optim.Optimizer:
    """Weight decay as the settings say; offset generators, and where asked the backbone, at their
    own rates."""
    named = [(name, one) for name, one in network.named_parameters() if one.requires_grad]
    apart = _learns_apart(settings)
    offsets = [one for name, one in named if "offset_generator" in name]
    rest = [(name, one) for name, one in named if "offset_generator" not in name]
    backbone = [one for name, one in rest if apart and of_backbone(name)]
    others = [one for name, one in rest if not (apart and of_backbone(name))]
    rate = settings.learning_rate
    groups: list[dict[str, Any]] = [
        *_by_decay(others, rate, settings),
        {
            "params": offsets,
            "lr": rate * settings.offset_rate,
            "weight_decay": _decay_of_rest(settings),
        },
    ]
    if apart:  # else the three groups that runs saved before these settings have
        slow = _by_decay(backbone, rate * settings.backbone_rate, settings)
        groups += [{**group, _OF_BACKBONE: True} for group in slow]
    if settings.optimiser == "adamw":
        # One pass over the memory; on GPUs PyTorch's own choice is as fast.
        fused = next(network.parameters()).device.type == "cpu" or None
        return torch.optim.AdamW(groups, lr=rate, fused=fused)
    return torch.optim.SGD(groups, lr=rate, momentum=settings.momentum)


def of_backbone(name: str) -> bool:
    """Whether a parameter is one that an ImageNet network has too."""
    return name.startswith("backbone.") and not any(part in name for part in _INFERS)


def make_schedule(
    optimiser: torch.optim.Optimizer, settings: TrainSettings
) -> torch.optim.lr_scheduler.LambdaLR:
    """Linear warm-up, then (1 - step / steps) ^ power, where asked only every `hold_steps`; the
    backbone's is 0 for the first `freeze_steps`."""

    def factor(step: int) -> float:
        if step < settings.warm_up:
            return (step + 1) / settings.warm_up
        if settings.hold_steps:
            step -= step % settings.hold_steps
        return float(max(0.0, 1 - step / settings.steps) ** settings.poly_power)

    def of_frozen(step: int) -> float:
        return 0.0 if step < settings.freeze_steps else factor(step)

    factors: list[Callable[[int], float]] = [
        of_frozen if group.get(_OF_BACKBONE) else factor for group in optimiser.param_groups
    ]
    return torch.optim.lr_scheduler.LambdaLR(optimiser, factors)


def clip_gradients(network: nn.Module, norm: float) -> None:
    """To at most this norm of all together; 0 leaves them alone."""
    if norm > 0:
        torch.nn.utils.clip_grad_norm_(network.parameters(), norm)


class Pull:
    """Draws the backbone's kernels back to where the run began (L2-SP, Li et al. 2018).

    Beside the gradient, as AdamW's weight decay: w += rate * strength * (start - w).
    """

    def __init__(self, network: SGNet, strength: float) -> None:
        self.strength = strength
        self._learnt = {
            name: one
            for name, one in network.named_parameters()
            if strength and one.requires_grad and one.dim() > 1 and of_backbone(name)
        }
        self.start = {name: one.detach().clone() for name, one in self._learnt.items()}

    @torch.no_grad()
    def apply(self, rate: float) -> None:
        """Once after a step; `rate`: the backbone's learning rate in it."""
        share = min(rate * self.strength, 1.0)
        if share:
            for name, one in self._learnt.items():
                one.lerp_(self.start[name], share)

    def state(self) -> dict[str, Tensor]:
        """Where the run began."""
        return self.start

    def load(self, start: dict[str, Tensor]) -> None:
        """Of a saved run; a run saved without one keeps today's."""
        for name in self.start.keys() & start.keys():
            self.start[name].copy_(start[name])


def backbone_learning_rate(optimiser: torch.optim.Optimizer) -> float:
    """Of the step to come."""
    groups = optimiser.param_groups
    return float(next((g for g in groups if g.get(_OF_BACKBONE)), groups[0])["lr"])


def _learns_apart(settings: TrainSettings) -> bool:
    return settings.backbone_rate != 1 or settings.freeze_steps > 0


def _by_decay(
    parameters: list[nn.Parameter], rate: float, settings: TrainSettings
) -> list[dict[str, Any]]:
    """Kernels, which decay, and the others, which may."""
    kernels = [one for one in parameters if one.dim() > 1]
    plain = [one for one in parameters if one.dim() <= 1]
    return [
        {"params": kernels, "lr": rate, "weight_decay": settings.weight_decay},
        {"params": plain, "lr": rate, "weight_decay": _decay_of_rest(settings)},
    ]


def _decay_of_rest(settings: TrainSettings) -> float:
    """Of norms, biases and offset generators."""
    return settings.weight_decay if settings.decay == "all" else 0.0
