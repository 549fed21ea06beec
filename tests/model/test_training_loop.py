"""The loop learns, resumes to the same losses, and stops on a loss that is not finite."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from sgnet_model.build import build
from sgnet_model.config import VARIANTS
from sgnet_model.nn import SGNetOutput
from sgnet_model.training.batches import VOID, Batch
from sgnet_model.training.loop import Trainer
from sgnet_model.training.losses import segmentation_loss
from sgnet_model.training.optimiser import make_optimiser, make_schedule
from sgnet_model.training.settings import TrainSettings
from sgnet_model.types import UserError
from sgnet_model.weights import load_checkpoint

TINY = replace(VARIANTS["sgnet-compact"], width=4, projector_channels=4, head_channels=8, classes=3)
SETTINGS = TrainSettings(
    steps=6, batch=2, optimiser="adamw", learning_rate=5e-3, ema=0.9, save_every=3
)


def _batches() -> Iterator[Batch]:
    """Step k's batch depends on k alone, so a resumed run sees what an unbroken one would."""
    step = 0
    while True:
        yield _batch(step)
        step += 1


def _batch(step: int) -> Batch:
    random = torch.Generator().manual_seed(step)
    coarse = torch.rand(2, 1, 4, 6, generator=random) * 4
    depth = coarse.repeat_interleave(8, 2).repeat_interleave(8, 3)
    labels = (depth[:, 0] > 2).long()  # learnable from the input
    rgb = labels[:, None] * torch.full((1, 3, 1, 1), 80.0)
    return Batch(rgb, depth, labels)


def _trainer(folder: Path, settings: TrainSettings = SETTINGS) -> Trainer:
    torch.manual_seed(settings.seed)
    return Trainer(build(TINY), settings, folder, {})


def test_loss_falls_and_offsets_learn(tmp_path: Path) -> None:
    trainer = _trainer(tmp_path, replace(SETTINGS, steps=15, save_every=100))
    trainer.run(_batches())
    assert sum(trainer.losses[-3:]) < 0.7 * sum(trainer.losses[:3])
    offsets = [p for n, p in trainer.network.named_parameters() if "offset_generator.weight" in n]
    assert len(offsets) == 12
    assert all(p.abs().max() > 0 for p in offsets)


def test_a_killed_run_continues_with_the_same_losses(tmp_path: Path) -> None:
    unbroken = _trainer(tmp_path / "a")
    unbroken.run(_batches())
    first = _trainer(tmp_path / "b")
    first.run(_batches(), until=3)
    second = _trainer(tmp_path / "b")
    assert second.resume()
    rest = _batches()
    for _ in range(3):
        next(rest)
    second.run(rest)
    assert second.losses == pytest.approx(unbroken.losses, rel=1e-4)
    loaded = load_checkpoint(tmp_path / "b" / "last.safetensors")
    assert loaded.provenance["steps"] == 6


def test_resume_without_a_state_starts_afresh(tmp_path: Path) -> None:
    assert not _trainer(tmp_path).resume()


def test_a_loss_that_is_not_finite_stops_and_keeps_the_batch(tmp_path: Path) -> None:
    trainer = _trainer(tmp_path)
    bad = _batch(0)
    bad.rgb[0, 0, 0, 0] = float("nan")
    with pytest.raises(UserError, match="step 0"):
        trainer.train_step(bad)
    rgb, _, labels = torch.load(tmp_path / "batch-0.pt", weights_only=True)
    assert torch.isnan(rgb).any()
    assert (labels == bad.labels).all()


def test_loss_ignores_void_and_adds_the_auxiliary() -> None:
    logits = torch.tensor([2.0, 0.0])[None, :, None, None].expand(1, 2, 4, 4)
    labels = torch.zeros(1, 4, 4, dtype=torch.long)
    labels[:, 2:] = VOID
    single = float(torch.log1p(torch.exp(torch.tensor(-2.0))))
    assert segmentation_loss(SGNetOutput(logits, None, {}), labels, 0.4) == pytest.approx(single)
    both = segmentation_loss(SGNetOutput(logits, logits, {}), labels, 0.4)
    assert both == pytest.approx(1.4 * single)
    labels[:] = VOID
    assert segmentation_loss(SGNetOutput(logits, None, {}), labels, 0.4) == 0


def test_schedule_warms_up_then_falls_as_a_power() -> None:
    settings = TrainSettings(steps=100, warm_up=10, learning_rate=1.0, offset_rate=0.5)
    optimiser = make_optimiser(build(TINY), settings)
    schedule = make_schedule(optimiser, settings)
    rates = []
    for _ in range(100):
        rates.append([group["lr"] for group in optimiser.param_groups])
        optimiser.step()
        schedule.step()
    assert rates[0] == pytest.approx([0.1, 0.1, 0.05])
    assert rates[9] == pytest.approx([1.0, 1.0, 0.5])
    assert rates[50][0] == pytest.approx(0.5**0.9)
