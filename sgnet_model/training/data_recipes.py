"""How the paper trains on NYUDv2, SUN RGB-D and Cityscapes (Sec. IV), counted in epochs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sgnet_model.config import PAPER_SIZE, SGNetConfig
from sgnet_model.types import UserError
from sgnet_model.variants import config_of

from .epochs import steps_of
from .overrides import with_settings
from .settings import AugmentSettings, TrainSettings


@dataclass(frozen=True, slots=True)
class DataRecipe:
    """A network and its settings, to be fitted to a data set by `fitted`.

    `settings.batch` counts the pictures of a step over *all* processes, as the paper's 8 do.
    `epochs`: the whole run (0: `settings.steps` tells). `lower_every`: epochs between two lower
    rates (0: `settings.hold_steps` tells). `validate_epochs`: epochs between validations (0:
    `settings.validate_every` tells), made on `val_share` of the training frames, which are left out
    of the training: the best weights are not chosen on what they are then scored on. `test_size`:
    what the network is fed there (None: the picture's own size).
    """

    variant: str
    classes: int
    settings: TrainSettings
    epochs: float
    lower_every: float
    test_size: tuple[int, int] | None
    validate_epochs: float = 1
    val_share: float = 0.05

    @property
    def config(self) -> SGNetConfig:
        """The variant with the data set's number of classes."""
        return replace(config_of(self.variant), classes=self.classes)


# SGD with momentum, poly, weight decay 5e-4 on all that is learnt, crop 480x640, flip, the short
# side uniform in 0.5 to 2.25 times the crop's, depth zoomed bilinearly: the settings' defaults.
_PAPER = TrainSettings(steps=0, save_every=500)

NYUV2 = DataRecipe(
    "sgnet-r101",
    40,
    replace(_PAPER, learning_rate=8e-3),
    epochs=480,
    lower_every=40,
    test_size=PAPER_SIZE,
)
# The paper's ablations (Tables I to VI): another rate.
NYUV2_ABLATION = replace(NYUV2, settings=replace(NYUV2.settings, learning_rate=5e-3))
SUNRGBD = DataRecipe(
    "sgnet-r101",
    37,
    replace(_PAPER, learning_rate=1e-3, class_weights="median", weight_frames=1000),
    epochs=200,
    lower_every=10,
    test_size=PAPER_SIZE,
)
# The paper gives the network, the 40 000 iterations and the batch. The rate is that of its
# ablations and the crop the usual one on these pictures: neither is published.
CITYSCAPES = DataRecipe(
    "sgnet-8s-r101-aspp-cityscapes",
    19,
    replace(
        _PAPER,
        steps=40_000,
        learning_rate=5e-3,
        augment=AugmentSettings(crop=(768, 768), scale=(0.5, 2.25)),
    ),
    epochs=0,
    lower_every=0,
    test_size=None,
)

DATA_RECIPES = {
    "nyuv2": NYUV2,
    "sunrgbd": SUNRGBD,
    "cityscapes": CITYSCAPES,
    "nyuv2-ablation": NYUV2_ABLATION,
}

_TOLD_BY = {  # a setting in steps, and the field in epochs that it overrules
    "steps": "epochs",
    "hold_steps": "lower_every",
    "validate_every": "validate_epochs",
}


def with_values(recipe: DataRecipe, values: Iterable[tuple[str, Any]]) -> DataRecipe:
    """With settings replaced, as `overrides.parse_setting` gives them."""
    for name, value in values:
        recipe = replace(recipe, settings=with_settings(recipe.settings, [(name, value)]))
        if name in _TOLD_BY:
            overruled: dict[str, Any] = {_TOLD_BY[name]: 0}
            recipe = replace(recipe, **overruled)
    return recipe


def epochs_of(recipe: DataRecipe, setting: str) -> float:
    """What the recipe says in epochs about a setting in steps; 0 where it does not."""
    return float(getattr(recipe, _TOLD_BY[setting])) if setting in _TOLD_BY else 0.0


def in_epochs(recipe: DataRecipe, epochs: float) -> DataRecipe:
    """With another length. Raises UserError where it is not above 0."""
    if not 0 < epochs < 1e6:
        raise UserError(f"{epochs:g} epochs cannot be trained: give a number above 0.")
    return replace(recipe, epochs=epochs)


def fitted(recipe: DataRecipe, frames: int, processes: int = 1) -> TrainSettings:
    """The settings for a training set of `frames`, in steps, and with each process's own batch.

    Raises UserError where nothing would be trained, and where the batch cannot be shared out among
    the processes.
    """
    settings = recipe.settings
    if not (recipe.epochs or settings.steps):
        raise UserError(
            "A run of 0 steps trains nothing: set steps to 1 or more, or give --epochs."
        )
    if settings.batch % processes:
        raise UserError(
            f"A batch of {settings.batch} cannot be shared among {processes} processes: set batch "
            f"to a multiple, like --set batch={-(-settings.batch // processes) * processes}."
        )

    def steps(epochs: float, otherwise: int) -> int:
        return steps_of(epochs, frames, settings.batch) if epochs else otherwise

    return replace(
        settings,
        steps=steps(recipe.epochs, settings.steps),
        hold_steps=steps(recipe.lower_every, settings.hold_steps),
        validate_every=steps(recipe.validate_epochs, settings.validate_every),
        batch=settings.batch // processes,
    )
