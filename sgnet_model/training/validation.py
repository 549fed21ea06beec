"""Scores and pictures of a network in training, on scenes that no training run sees."""

from __future__ import annotations

import numpy as np
import torch

from sgnet_model.colour import blend, label_image, truth_image
from sgnet_model.evaluation.confusion import Scores, scores
from sgnet_model.evaluation.synthetic import evaluate_scenes
from sgnet_model.nn import SGNet
from sgnet_model.predictor import Predictor
from sgnet_model.scenes import HELD_OUT_SEEDS, render_scene
from sgnet_model.types import UInt8Array

# The last held-out seeds: `best` is chosen on them, so scores told from seed 0 on stay untouched.
VALIDATION_SEEDS = HELD_OUT_SEEDS[-1000:]
OPACITY = 0.6


class SceneValidation:
    """Held-out scenes as the network is used later: whole pictures, fed at `size`."""

    def __init__(self, size: tuple[int, int], count: int, device: torch.device) -> None:
        self.size = size
        self.count = count
        self.device = device

    def scores(self, network: SGNet) -> Scores:
        """Over `count` scenes. Leaves the network in eval mode."""
        return scores(evaluate_scenes(self._predictor(network), self.count, VALIDATION_SEEDS.start))

    def picture(self, network: SGNet, index: int = 0) -> UInt8Array:
        """Scene, truth and prediction side by side: (h, 3 w, 3)."""
        frame = render_scene(VALIDATION_SEEDS[index], self.size)
        assert frame.depth_m is not None  # scenes always have both
        assert frame.labels is not None
        labels = self._predictor(network).predict(frame.rgb, frame.depth_m).labels
        palette = network.scheme.palette
        overlays = (truth_image(frame.labels, palette), label_image(labels, palette))
        return np.concatenate(
            [frame.rgb, *(blend(frame.rgb, colours, OPACITY) for colours in overlays)], 1
        )

    def _predictor(self, network: SGNet) -> Predictor:
        return Predictor(network, device=self.device, size=self.size)
