"""Scores and pictures of a network in training, on frames that the run does not learn from."""

from __future__ import annotations

import numpy as np
import torch

from sgnet_model.colour import blend, label_image, truth_image
from sgnet_model.data.frames import FrameSet
from sgnet_model.evaluation.confusion import Scores, scores
from sgnet_model.evaluation.frames import evaluate_frames, unique_names
from sgnet_model.evaluation.multiscale import MultiScale, labeller
from sgnet_model.evaluation.outcomes import OnError, Skipped
from sgnet_model.evaluation.synthetic import SCENE_SIZE, SceneSet
from sgnet_model.nn import SGNet
from sgnet_model.predictor import Predictor
from sgnet_model.scenes import HELD_OUT_SEEDS, Profile
from sgnet_model.types import Frame, UInt8Array, UserError

from .scene_source import SceneSource

# The last held-out seeds: `best` is chosen on them, so scores from seed 0 on stay untouched.
VALIDATION_SEEDS = HELD_OUT_SEEDS[-1000:]
OPACITY = 0.6


class HeldOutScenes(SceneSet):
    """The scenes that a run is validated on, drawn as those that it learns from."""

    def __init__(self, count: int, profile: Profile, classic_share: float) -> None:
        super().__init__(count, VALIDATION_SEEDS.start, profile)
        self._at = SceneSource(SCENE_SIZE, VALIDATION_SEEDS.start, profile, classic_share)
        if classic_share:
            self.name += f", {100 * classic_share:.0f} % of them classic"

    def load(self, index: int, strict: bool = True) -> Frame:  # noqa: ARG002  depth is always good
        """Renders it."""
        return self._at(index)


class SceneValidation:
    """Held-out scenes as the network is used later: whole pictures, fed at `size`.

    `profile`, `classic_share`: of the scenes that the run learns from, see `SceneSource`.
    """

    def __init__(
        self,
        size: tuple[int, int],
        count: int,
        device: torch.device,
        profile: Profile,
        classic_share: float = 0.0,
    ) -> None:
        self.size = size
        self.device = device
        self.scenes = HeldOutScenes(count, profile, classic_share)
        self._shown = SceneSource(size, VALIDATION_SEEDS.start, profile, classic_share)

    def scores(self, network: SGNet) -> Scores:
        """Over all the scenes. Leaves the network in eval mode."""
        classify = labeller(MultiScale(self._predictor(network)))
        return scores(evaluate_frames(self.scenes, classify, network.scheme).matrix)

    def picture(self, network: SGNet, index: int = 0) -> UInt8Array:
        """Scene, truth and prediction side by side: (h, 3 w, 3)."""
        return side_by_side(self._shown(index), self._predictor(network))

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
        for index, name in enumerate(unique_names(self.frames)):
            if name not in bad:
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
