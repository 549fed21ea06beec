"""Named ways to train: the bundled checkpoint's recipe is one of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from sgnet_model.build import build, config_of
from sgnet_model.progress import Progress, no_progress
from sgnet_model.scenes import FIRST_TRAINING_SEED, SceneStream

from .batches import AugmentedStream, batches
from .loop import Trainer
from .settings import AugmentSettings, TrainSettings


@dataclass(frozen=True, slots=True)
class Stage:
    """`steps` at one rendering size. `reuse`: how often a rendered scene is used, cropped anew."""

    steps: int
    batch: int
    size: tuple[int, int]  # (height, width) rendered and cropped
    scale: tuple[float, float]
    reuse: int


@dataclass(frozen=True, slots=True)
class Recipe:
    """A variant, its settings (`steps`, `batch` and crop come from the stages), and the stages."""

    variant: str
    settings: TrainSettings
    stages: tuple[Stage, ...]

    @property
    def steps(self) -> int:
        return sum(stage.steps for stage in self.stages)


# From scratch on rendered rooms: most steps at half size, where a step costs a quarter, then the
# size the window uses. AdamW with warm-up and clipping, because no ImageNet weights start it.
COMPACT = Recipe(
    "sgnet-compact",
    TrainSettings(
        steps=0,
        optimiser="adamw",
        learning_rate=2e-3,
        weight_decay=0.02,
        warm_up=100,
        offset_rate=2.0,
        clip_norm=5.0,
        ema=0.995,
        bf16=True,
        loss_stride=2,
        save_every=100,
        augment=AugmentSettings(divide_depth=True, colour_jitter=0.3),
    ),
    (
        Stage(steps=1500, batch=8, size=(240, 320), scale=(0.8, 2.0), reuse=4),
        Stage(steps=250, batch=4, size=(480, 640), scale=(0.8, 1.6), reuse=4),
    ),
)

RECIPES = {"compact": COMPACT}


def train(
    recipe: Recipe,
    folder: Path,
    *,
    workers: int = 1,
    device: torch.device | None = None,
    first_seed: int = FIRST_TRAINING_SEED,
    progress: Progress = no_progress,
) -> Trainer:
    """Run, or continue, a recipe in `folder`. Scenes are rendered on the fly by `workers`.

    `progress` is called after every step with its number and the number of all.
    """
    settings = replace(recipe.settings, steps=recipe.steps)
    torch.manual_seed(settings.seed)
    network = build(recipe.variant)
    trainer = Trainer(network, settings, folder, _provenance(recipe, first_seed), device, progress)
    trainer.resume()
    end = 0
    for stage in recipe.stages:
        end += stage.steps
        if trainer.step < end:
            # Fresh seeds after an interruption: what a killed run saw is not shown again.
            stream = _stream(recipe, settings, stage, first_seed + 16 * trainer.step)
            trainer.run(batches(stream, workers), until=end)
    return trainer


def _stream(
    recipe: Recipe, settings: TrainSettings, stage: Stage, first_seed: int
) -> AugmentedStream:
    return AugmentedStream(
        SceneStream(stage.size, first_seed),
        config_of(recipe.variant),
        replace(
            settings,
            batch=stage.batch,
            augment=replace(settings.augment, crop=stage.size, scale=stage.scale),
        ),
        reuse=stage.reuse,
    )


def _provenance(recipe: Recipe, first_seed: int) -> dict[str, Any]:
    return {
        "data": "rendered indoor scenes (sgnet_model.scenes)",
        "first_seed": first_seed,
        "stages": [asdict(stage) for stage in recipe.stages],
    }
