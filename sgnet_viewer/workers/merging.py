"""Loads the frames of a sequence that are to share one cloud. No Qt; the network is handed in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sgnet_model.prediction import Predict, Prediction
from sgnet_model.types import UserError
from sgnet_viewer.render.cloud_merged import Merged, MergedFrame
from sgnet_viewer.runtime.task import Task

if TYPE_CHECKING:
    from sgnet_model.data.frames import FrameSet

NO_POSES = (
    "No poses are known for this sequence: put groundtruth.txt (TUM), pose/NAME.txt (ScanNet) or "
    "trajectory.log (Redwood) beside the folder of its pictures."
)


def merge(frames: FrameSet, index: int, count: int, predict: Predict | None, task: Task) -> Merged:
    """Up to `count` frames of the scene of frame `index`, that one among them, evenly apart.

    Those without depth or pose are left out. `predict`: the network, where classes are wanted.
    Reports to `task`; UserError where there are not two to merge.
    """
    chosen = chosen_frames(frames, index, count)
    found = []
    for done, at in enumerate(chosen):
        task.report(f"Merging frames ({done + 1} of {len(chosen)})", done / len(chosen))
        frame = frames.load(at, strict=False)
        if frame.depth_m is None or frame.pose is None:
            continue
        prediction = None if predict is None else without_traces(predict(frame))
        found.append(MergedFrame(frame, at, prediction))
    if len(found) < 2:
        raise UserError(NO_POSES)
    return Merged(tuple(found))


def chosen_frames(frames: FrameSet, index: int, count: int) -> tuple[int, ...]:
    """Indices in order: `count` of the same scene, evenly apart, `index` among them."""
    scene = frames.scene(index)
    same = [at for at in range(len(frames)) if frames.scene(at) == scene]
    if len(same) <= count:
        return tuple(same)
    evenly = np.linspace(0, len(same) - 1, count).round().astype(int)
    chosen = [same[at] for at in evenly]
    nearest = min(range(count), key=lambda at: abs(chosen[at] - index))
    chosen[nearest] = index
    return tuple(sorted(set(chosen)))


def without_traces(prediction: Prediction) -> Prediction:
    """Its classes and how sure they are: what a cloud needs, a tenth of the memory."""
    nothing = np.zeros((len(prediction.scheme.classes), 1, 1), np.float32)
    return replace(prediction, logits=nothing, traces=(), plan=None)
