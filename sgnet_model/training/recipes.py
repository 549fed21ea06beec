"""Named ways to train: the bundled checkpoint's recipe is one of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import torch

from sgnet_model.config import SGNetConfig
from sgnet_model.progress import Progress, no_progress
from sgnet_model.ranks import ALONE, Ranks
from sgnet_model.scenes import CLASSIC, HELD_OUT_SEEDS, Profile
from sgnet_model.types import UserError
from sgnet_model.variants import build, config_of

from .batches import Batch, FrameAt, StepBatches, lanes_of, load
from .board import Board
from .class_weights import ClassShares, measure_shares, weighed
from .epochs import EpochPlan
from .loop import STATE_FILE, Trainer
from .modes import check_batch, synchronises
from .overrides import with_settings
from .scene_source import RunScenes, SceneSource, run_scenes
from .settings import AugmentSettings, TrainSettings
from .start import Tell, load_start, start_origin
from .validation import SceneValidation


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

    @property
    def config(self) -> SGNetConfig:
        return config_of(self.variant)


# From scratch on rendered rooms: most steps at half size, where a step costs a quarter, then the
# size the window uses. AdamW with warm-up and clipping, because no ImageNet weights start it.
COMPACT = Recipe(
    "sgnet-compact",
    TrainSettings(
        steps=0,
        optimiser="adamw",
        learning_rate=2e-3,
        weight_decay=0.02,
        decay="kernels",
        warm_up=100,
        offset_rate=2.0,
        clip_norm=5.0,
        ema=0.995,
        bf16=True,
        loss_stride=2,
        save_every=100,
        augment=AugmentSettings(
            zoom="log", depth_resize="nearest", divide_depth=True, colour_jitter=0.3
        ),
    ),
    (
        Stage(steps=1200, batch=8, size=(240, 320), scale=(0.8, 2.0), reuse=4),
        Stage(steps=420, batch=4, size=(480, 640), scale=(0.8, 1.6), reuse=4),
    ),
)

# For real rooms, from weights that know rendered ones (--init): other cameras' faults, smoothed
# depth, a low rate.
ROOMS = Recipe(
    "sgnet-compact-smooth",
    replace(
        COMPACT.settings,
        learning_rate=6e-4,
        warm_up=50,
        ema=0.998,
        classic_share=0.3,
        augment=replace(
            COMPACT.settings.augment,
            grey=0.1,
            colour_cast=0.3,
            gamma=0.3,
            blur=0.25,
            noise=0.25,
            jpeg=0.25,
            drop_picture=0.08,
            holes=0.2,
            plane_depth=0.08,
            depth_scale=(0.9, 1.15),
        ),
    ),
    (
        Stage(steps=800, batch=8, size=(240, 320), scale=(0.9, 1.8), reuse=4),
        Stage(steps=1000, batch=4, size=(480, 640), scale=(0.9, 1.5), reuse=3),
    ),
)

RECIPES = {"compact": COMPACT, "rooms": ROOMS}

STAGE_STRIDE = 10_000_000  # scenes between the stages' first seeds: no stage repeats another's
# What the stages decide, and the field of a stage that a setting of that name changes.
STAGE_FIELDS = {"batch": "batch", "augment.crop": "size", "augment.scale": "scale"}


def changed(recipe: Recipe, values: Iterable[tuple[str, Any]]) -> Recipe:
    """With settings replaced, as `overrides.parse_setting` gives them; batch, augment.crop and
    augment.scale are replaced in every stage."""
    for name, value in values:
        if name == "steps":
            recipe = scaled(recipe, value)
            continue
        # Checked as a setting even where the stages keep it.
        recipe = replace(recipe, settings=with_settings(recipe.settings, [(name, value)]))
        if name in STAGE_FIELDS:
            field = {STAGE_FIELDS[name]: value}
            recipe = replace(recipe, stages=tuple(replace(s, **field) for s in recipe.stages))
    return recipe


def scaled(recipe: Recipe, steps: int) -> Recipe:
    """With `steps` in all, shared out among the stages as before."""
    if steps < len(recipe.stages):
        raise UserError(
            f"{steps} steps are too few for {len(recipe.stages)} stages: give each one or more."
        )
    before = list(accumulate(stage.steps for stage in recipe.stages))
    ends = [0]
    for left, end in zip(reversed(range(len(before))), before, strict=True):
        share = round(steps * end / before[-1])
        ends.append(min(max(share, ends[-1] + 1), steps - left))  # one step or more for each
    stages = zip(recipe.stages, pairwise(ends), strict=True)
    return replace(
        recipe, stages=tuple(replace(stage, steps=end - start) for stage, (start, end) in stages)
    )


def train(
    recipe: Recipe,
    folder: Path,
    *,
    start: Path | None = None,
    workers: int = 1,
    device: torch.device | None = None,
    first_seed: int | None = None,
    progress: Progress = no_progress,
    ranks: Ranks = ALONE,
    board: Board | None = None,
    shares: ClassShares | None = None,
    tell: Tell = lambda _sentence: None,
    profile: Profile | None = None,
) -> Trainer:
    """Run, or continue, a recipe in `folder`. Scenes are rendered on the fly by `workers`.

    The same recipe, first seed, number of workers and of processes give the same batches, whether
    the run was interrupted or not. `start`: weights to begin with (see `weights.start_from`); a run
    that is continued has its own. `progress` is called after every step with its number and the
    number of all; `tell` is given sentences as things happen. `shares`: how frequent the classes
    are, where they should not be measured, or those of a run that is continued not be kept.
    `profile`: the scenes' generator, and the seed of the first; None: those of the run that is
    continued, else `training_profile` and FIRST_TRAINING_SEED. Raises UserError.
    """
    settings = replace(recipe.settings, steps=recipe.steps)
    device = device or torch.device("cpu")
    together = synchronises(settings, device, ranks.world)
    for stage in recipe.stages:
        check_batch(recipe.config, stage.batch, settings, together)
    torch.manual_seed(settings.seed)
    network = build(recipe.variant)
    report = load_start(network, start, folder, ranks, tell, settings.s_conv_start)
    trainer = Trainer(network, settings, folder, {}, device, progress, ranks=ranks, board=board)
    saved = trainer.source if trainer.resume() else None
    lanes = lanes_of(workers, ranks)
    made = run_scenes(profile, first_seed, lanes, saved, folder / STATE_FILE, tell)
    _settle(trainer, recipe, made, start_origin(report, folder), tell)
    scenes = SceneSource(
        recipe.stages[0].size, made.first_seed, made.profile, settings.classic_share
    )
    trainer.class_weights = weighed(
        settings.class_weights,
        trainer.class_weights,
        shares,
        lambda: measure_shares(map(scenes, range(settings.weight_frames)), recipe.config.classes),
        ranks,
        tell,
    )
    _learn(trainer, recipe, made, workers)
    return trainer


def _settle(
    trainer: Trainer, recipe: Recipe, made: RunScenes, start: dict[str, str] | None, tell: Tell
) -> None:
    """What the trainer is to know of its scenes, once a saved run has said which they are."""
    settings = trainer.settings
    if not (trainer.source or math.isnan(trainer.best) or made.profile == CLASSIC):
        trainer.best = math.nan
        tell(
            "The best score of the saved run was measured on classic scenes: it is counted anew "
            f"on {made.profile.name} ones."
        )
    validation = SceneValidation(
        recipe.stages[-1].size,
        settings.validate_scenes,
        trainer.device,
        made.profile,
        settings.classic_share,
    )
    trainer.source, trainer.validation = made.to_dict(), validation
    validated_on = validation.scenes.name if settings.validate_every else None
    trainer.provenance = _provenance(recipe, made, start, validated_on)


def _learn(trainer: Trainer, recipe: Recipe, made: RunScenes, workers: int) -> None:
    """Every stage from where the trainer is, to the last step or to Ctrl+C."""
    end = 0
    for number, stage in enumerate(recipe.stages):
        first, end = trainer.step - end, end + stage.steps
        if trainer.step < end and not trainer.stopped:
            first_scene = made.first_seed + number * STAGE_STRIDE
            share = trainer.settings.classic_share
            source = SceneSource(stage.size, first_scene, made.profile, share)
            stream = _stream(recipe, stage, source, workers, trainer.ranks)
            trainer.run(load(stream, first, workers), until=end)


def streamed_scenes(size: tuple[int, int], workers: int) -> Iterator[Batch]:
    """The bundled checkpoint's scenes through training's loader, one to a batch and none twice.

    For measuring: in training a scene is cropped several times. Endless; held-out seeds.
    """
    augment = replace(COMPACT.settings.augment, crop=size, scale=COMPACT.stages[0].scale)
    settings = replace(COMPACT.settings, batch=1, augment=augment)
    once = EpochPlan(settings.seed, batch=1, frames=len(HELD_OUT_SEEDS))
    source = SceneSource(size, HELD_OUT_SEEDS.start)
    stream = StepBatches(source, COMPACT.config, settings, workers=workers, plan=once)
    return load(stream, 0, workers)


def _stream(
    recipe: Recipe, stage: Stage, source: FrameAt, workers: int, ranks: Ranks
) -> StepBatches:
    augment = replace(recipe.settings.augment, crop=stage.size, scale=stage.scale)
    return StepBatches(
        source,
        recipe.config,
        replace(recipe.settings, batch=stage.batch, augment=augment),
        reuse=stage.reuse,
        workers=workers,
        ranks=ranks,
    )


def _provenance(
    recipe: Recipe, made: RunScenes, start: dict[str, str] | None, validated_on: str | None
) -> dict[str, Any]:
    return {
        "data": "rendered indoor scenes (sgnet_model.scenes)",
        "profile": made.profile.name,
        "first_seed": made.first_seed,
        "validated_on": validated_on,
        "stages": [asdict(stage) for stage in recipe.stages],
        "start": start,
    }
