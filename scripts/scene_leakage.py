"""How much of the labels colour and height alone give away: `python scripts/scene_leakage.py`.

A random forest sees one pixel at a time: red, green, blue and the true height above the floor. Its
mean IoU over the classes present must stay low, or a network could learn colours instead of shapes.
"""

from __future__ import annotations

import argparse

import numpy as np
from numpy.typing import NDArray

from sgnet_model.scenes.generate import heights, render_scene
from sgnet_model.scenes.profile import CLASSIC, PROFILES, Profile, profile_named
from sgnet_model.scenes.seeds import FIRST_TRAINING_SEED, HELD_OUT_SEEDS

CLASSES = 40
PIXELS = 400  # of each scene
SIZE = 120, 160
LIMIT = 0.15  # mean IoU


def leakage(train: int, test: int, profile: Profile) -> float:
    """Mean IoU (0..1) on `test` held-out scenes of a forest trained on `train` others.

    PIXELS are drawn from each scene. Needs scikit-learn (the test extra).
    """
    from sklearn.ensemble import RandomForestClassifier

    x, y = samples(range(FIRST_TRAINING_SEED, FIRST_TRAINING_SEED + train), profile)
    forest = RandomForestClassifier(
        100, min_samples_leaf=3, class_weight="balanced_subsample", random_state=0
    )
    forest.fit(x, y)
    x, y = samples(HELD_OUT_SEEDS[:test], profile)
    return mean_iou(y, forest.predict(x))


def samples(seeds: range, profile: Profile) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Features (n, 4) float32: RGB 0..255 and metres above the floor; labels (n,) 1..40."""
    features, labels = [], []
    for seed in seeds:
        frame = render_scene(seed, SIZE, profile=profile)
        height = heights(seed, SIZE, profile)
        assert frame.labels is not None  # every scene has labels
        known = np.flatnonzero(frame.labels)
        chosen = np.random.default_rng(seed).choice(known, PIXELS)
        colour = frame.rgb.reshape(-1, 3)[chosen].astype(np.float32)
        features.append(np.column_stack([colour, height.ravel()[chosen]]))
        labels.append(frame.labels.ravel()[chosen].astype(np.int64))
    return np.concatenate(features).astype(np.float32), np.concatenate(labels)


def mean_iou(truth: NDArray[np.int64], guess: NDArray[np.int64]) -> float:
    """Over the classes that occur in `truth` (1..40): intersection over union of pixels."""
    pairs = np.bincount(truth * (CLASSES + 1) + guess, minlength=(CLASSES + 1) ** 2)
    matrix = pairs.reshape(CLASSES + 1, CLASSES + 1)
    hits, union = np.diag(matrix), matrix.sum(0) + matrix.sum(1) - np.diag(matrix)
    present = matrix.sum(1) > 0
    return float((hits[present] / union[present]).mean())


def main() -> None:
    """Prints the value."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", type=int, default=300, help="scenes to train on")
    parser.add_argument("--test", type=int, default=100, help="held-out scenes")
    parser.add_argument("--profile", choices=list(PROFILES), default=CLASSIC.name)
    options = parser.parse_args()
    value = leakage(options.train, options.test, profile_named(options.profile))
    print(f"mIoU from colour and height alone: {value:.3f} (limit {LIMIT})")


if __name__ == "__main__":
    main()
