"""What the tests of training share: a narrow network, batches by step, a run in two processes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch

from sgnet_model.config import VARIANTS
from sgnet_model.training.batches import VOID, Batch
from sgnet_model.training.distributed import joined
from sgnet_model.training.loop import Trainer
from sgnet_model.training.settings import AugmentSettings, TrainSettings
from sgnet_model.variants import build

TINY = replace(VARIANTS["sgnet-compact"], width=4, projector_channels=4, head_channels=8, classes=3)
SETTINGS = TrainSettings(
    steps=6, batch=2, optimiser="adamw", learning_rate=5e-3, ema=0.9, save_every=3, validate_every=0
)
SMALL_AUGMENT = AugmentSettings(crop=(32, 48), scale=(0.8, 1.6), colour_jitter=0.2)


def batches(first: int = 0) -> Iterator[Batch]:
    """Step k's batch depends on k alone, so a resumed run sees what an unbroken one would."""
    while True:
        yield batch(first)
        first += 1


def batch(step: int) -> Batch:
    """Two pictures of 32 x 48; the classes are where depth is under and over 2 m."""
    random = torch.Generator().manual_seed(step)
    coarse = torch.rand(2, 1, 4, 6, generator=random) * 4
    depth = coarse.repeat_interleave(8, 2).repeat_interleave(8, 3)
    labels = (depth[:, 0] > 2).long()  # learnable from the input
    rgb = labels[:, None] * torch.full((1, 3, 1, 1), 80.0)
    return Batch(rgb, depth, labels)


def lopsided_batch() -> Batch:
    """As above, but the second picture has a quarter of the first one's valid pixels."""
    made = batch(0)
    made.labels[1, :24] = VOID
    return made


def trainer(folder: Path, settings: TrainSettings = SETTINGS) -> Trainer:
    """Fresh, always with the same weights."""
    torch.manual_seed(settings.seed)
    return Trainer(build(TINY), settings, folder, {})


DETERMINISTIC = replace(
    SETTINGS, optimiser="sgd", ema=0, frozen_norms=True, dropout=False, batch=1
)  # not clipped: that would hide a wrong factor


def one_step(rank: int, world: int, port: int, folder: Path) -> None:
    """One process's step on its share of the lopsided batch; keeps loss and gradients."""
    if world > 1:  # a process of its own: as torchrun would have started it
        torch.set_num_threads(1)
        os.environ |= {
            "RANK": str(rank),
            "WORLD_SIZE": str(world),
            "MASTER_ADDR": "127.0.0.1",
            "MASTER_PORT": str(port),
        }
    whole = lopsided_batch()
    assert whole.spatial is not None
    share = slice(rank, rank + 1) if world > 1 else slice(0, 2)
    own = Batch(whole.rgb[share], whole.spatial[share], whole.labels[share])
    with joined(torch.device("cpu")) as (ranks, device):
        torch.manual_seed(0)
        made = Trainer(build(TINY), DETERMINISTIC, folder, {}, device, ranks=ranks)
        loss = made.train_step(own)
        gradients = {
            name: parameter.grad
            for name, parameter in made.network.named_parameters()
            if parameter.grad is not None
        }
        made.save()
    torch.save({"loss": loss, "gradients": gradients}, folder / f"{world}-{rank}.pt")
