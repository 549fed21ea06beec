"""Scores on rendered scenes that no training run has seen."""

from __future__ import annotations

import numpy as np

from sgnet_model.predictor import Predictor
from sgnet_model.progress import Progress, no_progress
from sgnet_model.scenes import HELD_OUT_SEEDS, render_scene
from sgnet_model.types import UserError

from .confusion import Counts, confusion

SCENE_SIZE = (480, 640)  # rendered; the predictor resizes to its own


def evaluate_scenes(
    predictor: Predictor,
    count: int,
    first_seed: int,
    progress: Progress = no_progress,
) -> Counts:
    """The confusion matrix over scenes first_seed, first_seed + 1, ..., rendered one by one."""
    check_held_out(count, first_seed)
    classes = predictor.network.config.classes
    matrix = np.zeros((classes, classes), np.int64)
    for done, seed in enumerate(range(first_seed, first_seed + count), 1):
        frame = render_scene(seed, SCENE_SIZE)
        assert frame.depth_m is not None  # scenes always have both
        assert frame.labels is not None
        prediction = predictor.predict(frame.rgb, frame.depth_m, frame.intrinsics)
        matrix += confusion(frame.labels, prediction.labels, classes)
        progress(done, count)
    return matrix


def check_held_out(count: int, first_seed: int) -> None:
    """Refuse seeds that training may have seen."""
    last = first_seed + count - 1
    if count < 1 or first_seed not in HELD_OUT_SEEDS or last not in HELD_OUT_SEEDS:
        raise UserError(
            f"Scenes {first_seed} to {last} are not all held out: choose seeds from "
            f"{HELD_OUT_SEEDS.start} to {HELD_OUT_SEEDS.stop - 1}, and at least one scene."
        )
