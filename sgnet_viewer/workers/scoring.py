"""Frames held against their ground truth: the one that is shown, and all of a set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sgnet_model.evaluation.confusion import Counts, confusion, scores
from sgnet_model.evaluation.frame_scores import frame_score
from sgnet_model.prediction import Prediction
from sgnet_model.types import Frame, UserError
from sgnet_viewer.render.truth import truth_for
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.choices import NetworkChoice
from sgnet_viewer.state.frame_rows import RowScore
from sgnet_viewer.state.result import Result

from .inference import LoadSegmenter, Segmenter

if TYPE_CHECKING:
    from sgnet_model.data.frames import FrameSet

NO_TRUTH = "No frame of {} has ground truth of the network's classes: there is nothing to score."


@dataclass(slots=True)
class SetScore:
    """What is known so far of one set and one network. `matrix`: (C, C) int64 over all frames."""

    frames: FrameSet
    choice: NetworkChoice
    done: set[int]  # frames that were scored
    matrix: Counts | None = None
    failed: int = 0
    without: int = 0  # frames without ground truth


def own_score(result: Result, _: Task) -> RowScore | None:
    """The prediction against the ground truth; None where there is none."""
    matrix = matrix_of(result.frame, result.prediction)
    return None if matrix is None else score_of(matrix)


def matrix_of(frame: Frame, prediction: Prediction) -> Counts | None:
    """(C, C) confusion matrix; None without ground truth in the classes of the network."""
    truth = truth_for(frame, prediction)
    if truth is None:
        return None
    return confusion(truth, prediction.labels, len(prediction.scheme.classes))


def score_of(matrix: Counts) -> RowScore:
    """Of one frame."""
    scored = frame_score(matrix)
    return RowScore(scored.miou, scored.acc)


def score_set(
    known: SetScore, load: LoadSegmenter, deliver: Callable[[int, RowScore], None], task: Task
) -> str:
    """What is not scored yet into `known`; each score is delivered as it comes. Returns a sentence
    on the set."""
    network = load(known.choice, task)
    total = len(known.frames)
    for index in range(total):
        task.report(f"Scoring frames ({total} in all)", index / total)
        if index not in known.done:
            score = score_frame(known, index, network)
            if score is not None:
                deliver(index, score)
    return summary(known)


def score_frame(known: SetScore, index: int, network: Segmenter) -> RowScore | None:
    """One frame into `known`; None where it cannot be scored, which is counted."""
    try:
        frame = known.frames.load(index)
        has_truth = frame.labels is not None and frame.labels.any()
        matrix = matrix_of(frame, network.predict(frame)) if has_truth else None
    except UserError:
        known.failed += 1
        known.done.add(index)
        return None
    known.done.add(index)
    if matrix is None:
        known.without += 1
        return None
    known.matrix = matrix if known.matrix is None else known.matrix + matrix
    return score_of(matrix)


def summary(known: SetScore) -> str:
    """The scores over all pixels of the set, in a sentence."""
    if known.matrix is None:
        return NO_TRUTH.format(known.frames.name)
    found = scores(known.matrix)
    count = len(known.done) - known.failed - known.without
    text = (
        f"{count} frames of {known.frames.name}: mean IoU {found.miou:.3f}, pixel accuracy "
        f"{found.acc:.3f}, over all their pixels."
    )
    for number, what in ((known.without, "without ground truth"), (known.failed, "not readable")):
        text += f" {number} {what}." if number else ""
    return text
