"""Settings by name, their ranges, and recipes made from them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sgnet_model.training import recipes
from sgnet_model.training.batches import EndlessPlan
from sgnet_model.training.distributed import ALONE
from sgnet_model.training.loop import Trainer
from sgnet_model.training.overrides import parse_setting, setting_types, with_settings
from sgnet_model.training.recipes import COMPACT, Recipe, Stage, changed, scaled
from sgnet_model.training.settings import AugmentSettings, TrainSettings
from sgnet_model.training.validation import SceneValidation
from sgnet_model.types import UserError


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("learning_rate=1e-3", "learning_rate", 1e-3),
        ("learning-rate = 2", "learning_rate", 2.0),
        ("batch=4", "batch", 4),
        ("bf16=no", "bf16", False),
        ("bf16=True", "bf16", True),
        ("optimiser=sgd", "optimiser", "sgd"),
        ("augment.crop=240x320", "augment.crop", (240, 320)),
        ("augment.scale=0.5,2", "augment.scale", (0.5, 2.0)),
        ("augment.divide_depth=on", "augment.divide_depth", True),
    ],
)
def test_words_become_values(text: str, name: str, value: Any) -> None:
    assert parse_setting(text) == (name, value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("batch", "NAME=VALUE"),
        ("batch=", "NAME=VALUE"),
        ("lerning_rate=1", "learning_rate may be meant"),
        ("xyz=1", "no setting called 'xyz'"),
        ("augment=1", "no setting called 'augment'"),
        ("batch=4.5", "a whole number"),
        ("momentum=high", "a number"),
        ("bf16=perhaps", "true or false"),
        ("optimiser=lion", "sgd or adamw"),
        ("augment.crop=240", "two numbers like 480x640"),
        ("augment.scale=a,b", "two numbers like 0.5,2.25"),
    ],
)
def test_words_that_are_no_setting(text: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        parse_setting(text)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"batch": 0}, "batch is 0; it must be 1 or more"),
        ({"ema": 1.0}, "ema is 1; it must be 0 to"),
        ({"learning_rate": 0.0}, "nothing would be learnt"),
        ({"learning_rate": float("nan")}, "learning_rate is nan"),
        ({"weight_decay": float("inf")}, "weight_decay is inf"),
    ],
)
def test_settings_out_of_range(values: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError, match=words):
        TrainSettings(steps=1, **values)


def test_augmentation_out_of_range() -> None:
    with pytest.raises(UserError, match="crop is 8x640"):
        AugmentSettings(crop=(8, 640))
    with pytest.raises(UserError, match="crop is 480x99999"):
        AugmentSettings(crop=(480, 99999))
    with pytest.raises(UserError, match="scale goes from 2 to 1"):
        AugmentSettings(scale=(2.0, 1.0))
    with pytest.raises(UserError, match="flip is 2"):
        AugmentSettings(flip=2)


@pytest.mark.parametrize(
    "name",
    [
        *("flip", "dark", "grey", "colour_cast", "gamma", "blur", "noise", "jpeg", "drop_picture"),
        *("holes", "registered", "plane_depth"),
    ],
)
def test_a_chance_is_at_most_one(name: str) -> None:
    assert getattr(AugmentSettings(**{name: 1.0}), name) == 1
    with pytest.raises(UserError, match=f"{name} is 1.01"):
        AugmentSettings(**{name: 1.01})


def test_every_setting_can_be_set_by_name() -> None:
    names = set(setting_types())
    assert {"steps", "offset_rate", "class_weights", "augment.flip"} <= names
    settings = with_settings(TrainSettings(steps=1), [("batch", 3), ("augment.flip", 0.25)])
    assert (settings.batch, settings.augment.flip, settings.augment.crop) == (3, 0.25, (480, 640))


def test_what_stages_decide_is_changed_in_all_of_them() -> None:
    recipe = changed(COMPACT, [("batch", 3), ("augment.crop", (64, 96)), ("momentum", 0.5)])
    assert {(stage.batch, stage.size) for stage in recipe.stages} == {(3, (64, 96))}
    assert recipe.settings.momentum == 0.5
    with pytest.raises(UserError, match="batch is 0"):
        changed(COMPACT, [("batch", 0)])


def test_steps_are_shared_out_as_before() -> None:
    assert [stage.steps for stage in scaled(COMPACT, 810).stages] == [600, 210]
    assert [stage.steps for stage in scaled(COMPACT, 2).stages] == [1, 1]
    assert changed(COMPACT, [("steps", 70)]).steps == 70
    thirds = Recipe("x", COMPACT.settings, (replace(COMPACT.stages[0], steps=1),) * 3)
    assert [stage.steps for stage in scaled(thirds, 10).stages] == [3, 4, 3]
    with pytest.raises(UserError, match="too few for 2 stages"):
        scaled(COMPACT, 1)


def test_no_stage_repeats_the_scenes_of_another_and_the_last_ones_size_is_validated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, ...]] = []

    def run(trainer: Trainer, _stream: object, until: int) -> None:
        trainer.step = until

    monkeypatch.setattr(recipes, "SceneSource", lambda *what: asked.append(what[:2]))
    monkeypatch.setattr(recipes, "load", lambda *_: None)
    monkeypatch.setattr(Trainer, "run", run)
    made = recipes.train(scaled(COMPACT, 4), tmp_path, first_seed=7)
    sizes = [stage.size for stage in COMPACT.stages]
    assert asked[-2:] == [(sizes[0], 7), (sizes[1], 7 + recipes.STAGE_STRIDE)]
    assert isinstance(made.validation, SceneValidation)
    assert made.validation.size == sizes[-1]


@pytest.mark.parametrize("stage", COMPACT.stages)
def test_a_stage_is_run_with_its_own_batch_size_scale_and_reuse(stage: Stage) -> None:
    nothing: Any = None
    stream = recipes._stream(COMPACT, stage, nothing, 2, ALONE)
    augment = stream.settings.augment
    assert stream.plan == EndlessPlan(COMPACT.settings.seed, stage.batch, 2, stage.reuse)
    assert (augment.crop, augment.scale) == (stage.size, stage.scale)
    assert augment.colour_jitter == COMPACT.settings.augment.colour_jitter


def test_the_bundled_recipe_means_what_it_did() -> None:
    assert COMPACT.stages == (
        Stage(steps=1200, batch=8, size=(240, 320), scale=(0.8, 2.0), reuse=4),
        Stage(steps=420, batch=4, size=(480, 640), scale=(0.8, 1.6), reuse=4),
    )
    settings = COMPACT.settings
    assert (settings.optimiser, settings.learning_rate, settings.ema) == ("adamw", 2e-3, 0.995)
    assert settings.class_weights == "none"
    assert settings.dropout
    assert not settings.frozen_norms
