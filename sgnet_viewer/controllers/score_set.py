"""Every frame of the open set segmented and held against its ground truth, from the window."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sgnet_model.evaluation.confusion import confusion, scores
from sgnet_model.evaluation.frame_scores import frame_score
from sgnet_model.types import UserError
from sgnet_viewer.render.truth import truth_for
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.choices import NetworkChoice
from sgnet_viewer.state.frame_rows import FrameRows, RowScore
from sgnet_viewer.state.notices import Notices, Subject
from sgnet_viewer.state.session import Session
from sgnet_viewer.workers.inference import LoadSegmenter, Segmenter

from .runner import Post, Runner

if TYPE_CHECKING:  # with the readers: not at the start
    from sgnet_model.data.frames import FrameSet

NO_TRUTH = "No frame of {} has ground truth of the network's classes: there is nothing to score."


@dataclass(slots=True)
class SetScore:
    """What is known so far of one set and one network. `matrix`: (C, C) int64 over all frames."""

    frames: FrameSet
    choice: NetworkChoice
    done: set[int]  # frames that were scored
    matrix: np.ndarray | None = None
    failed: int = 0
    without: int = 0  # frames without ground truth


class ScoreSetController:
    """A worker goes through the set; the list shows each score as it comes. Cancel keeps those
    that are there, and asked again it goes on after them."""

    def __init__(
        self,
        session: Session,
        rows: FrameRows,
        notices: Notices,
        runner: Runner,
        load: LoadSegmenter,
        post: Post,
    ) -> None:
        self._session = session
        self._rows = rows
        self._notices = notices
        self._runner = runner
        self._load = load
        self._post = post
        self._known: SetScore | None = None

    def score(self) -> None:
        """Score what is not scored yet."""
        frames, choice = self._session.frames, self._session.choice
        if frames is None:
            return
        known = self._known
        if known is None or known.frames is not frames or known.choice != choice:
            self._known = known = SetScore(frames, choice, set())
        work = partial(self._run, known, self._rows.number)
        self._runner.submit(work, self._finish, self._fail)

    def _run(self, known: SetScore, number: int, task: Task) -> str:
        """In a worker; the scores of single frames go to the GUI's thread as they come."""
        network = self._load(known.choice, task)
        total = len(known.frames)
        for index in range(total):
            task.report(f"Scoring frames ({total} in all)", index / total)
            if index not in known.done:
                score = score_frame(known, index, network)
                if score is not None:
                    self._post(partial(self._show, number, index, score))
        return summary(known)

    def _show(self, number: int, index: int, score: RowScore) -> None:
        if number == self._rows.number:
            self._rows.grade_own(index, score)

    def _finish(self, text: str) -> None:
        self._notices.tell(text, subject=Subject.SET)

    def _fail(self, error: Exception) -> None:
        self._notices.fail(error, doing="scoring the frames", subject=Subject.SET)


def score_frame(known: SetScore, index: int, network: Segmenter) -> RowScore | None:
    """One frame into `known`; None where it cannot be scored, which is counted."""
    try:
        frame = known.frames.load(index)
        if frame.labels is None or not frame.labels.any():
            known.without += 1
            known.done.add(index)
            return None
        prediction = network.predict(frame)
    except UserError:
        known.failed += 1
        known.done.add(index)
        return None
    known.done.add(index)
    truth = truth_for(frame, prediction)
    if truth is None:
        known.without += 1
        return None
    matrix = confusion(truth, prediction.labels, len(prediction.scheme.classes))
    known.matrix = matrix if known.matrix is None else known.matrix + matrix
    scored = frame_score(matrix)
    return RowScore(scored.miou, scored.acc)


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
