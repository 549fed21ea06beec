"""Scores and pictures of a network in training, on frames that the run does not learn from."""

from __future__ import annotations

import numpy as np
import torch

from sgnet_model.colour import blend, label_image, truth_image
from sgnet_model.data.frames import FrameSet
from sgnet_model.evaluation.confusion import Scores, scores
from sgnet_model.evaluation.frames import evaluate_frames
from sgnet_model.evaluation.judging import OnError, Skipped
from sgnet_model.evaluation.multiscale import MultiScale, labeller
from sgnet_model.evaluation.synthetic import evaluate_scenes
from sgnet_model.nn import SGNet
from sgnet_model.predictor import Predictor
from sgnet_model.scenes import HELD_OUT_SEEDS, render_scene
from sgnet_model.types import Frame, UInt8Array, UserError

# The last held-out seeds: `best` is chosen on them, so scores from seed 0 on stay untouched.
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
        return side_by_side(frame, self._predictor(network))

    def _predictor(self, network: SGNet) -> Predictor:
        return Predictor(network, device=self.device, size=self.size)


class FrameValidation:
    """A data set's frames, evaluated as `sgnet-model evaluate` does at one scale.

    `size`: what the network is fed (None: each picture's own). `skipped`: the frames that the
    latest scores leave out.
    """

    def __init__(
        self,
        frames: FrameSet,
        size: tuple[int, int] | None,
        device: torch.device,
        on_error: OnError = "stop",
    ) -> None:
        self.frames = frames
        self.size = size
        self.device = device
        self.on_error = on_error
        self.skipped: tuple[Skipped, ...] = ()

    def scores(self, network: SGNet) -> Scores:
        """Over all frames. Leaves the network in eval mode. Raises UserError over a bad frame."""
        tally = evaluate_frames(
            self.frames,
            labeller(MultiScale(self._predictor(network))),
            network.scheme,
            on_error=self.on_error,
        )
        self.skipped = tuple(tally.skipped)
        return scores(tally.matrix)

    def picture(self, network: SGNet) -> UInt8Array | None:
        """The first usable frame, its truth and prediction side by side: (H, 3 W, 3)."""
        bad = {one.frame for one in self.skipped}
        for index in range(len(self.frames)):
            if self.frames.frame_name(index) not in bad:
                return side_by_side(self.frames.load(index), self._predictor(network))
        return None

    def _predictor(self, network: SGNet) -> Predictor:
        return Predictor(network, device=self.device, size=self.size)


def side_by_side(frame: Frame, predictor: Predictor) -> UInt8Array:
    """The picture, its truth and what the network says: (H, 3 W, 3). Both must be there."""
    if frame.depth_m is None or frame.labels is None:
        raise UserError(f"{frame.name} has no depth or no labels: it cannot be shown with both.")
    labels = predictor.predict(frame.rgb, frame.depth_m, frame.intrinsics).labels
    palette = predictor.network.scheme.palette
    overlays = (truth_image(frame.labels, palette), label_image(labels, palette))
    return np.concatenate(
        [frame.rgb, *(blend(frame.rgb, colours, OPACITY) for colours in overlays)], 1
    )
