"""Scoring every frame of the open set from the window: scores as they come, cancel, resume."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from session_support import HeldRunner, InlineRunner, make_frame, make_prediction

from sgnet_model.evaluation.confusion import confusion, scores
from sgnet_model.prediction import Prediction
from sgnet_model.types import Frame, UserError
from sgnet_viewer.controllers.score_set import ScoreSetController
from sgnet_viewer.runtime.task import Cancelled, Task
from sgnet_viewer.state.choices import NetworkChoice, Target
from sgnet_viewer.state.frame_rows import FrameRows
from sgnet_viewer.state.notices import Notices, Report
from sgnet_viewer.state.session import Session
from sgnet_viewer.workers.inference import Segmenter


class Frames:
    """Some with ground truth, one without, one that cannot be read."""

    name = "set"

    def __init__(self) -> None:
        self.frames = [make_frame(f"{at}", labels=True) for at in range(4)]
        self.frames[2] = replace(self.frames[2], labels=None)

    def __len__(self) -> int:
        return len(self.frames) + 1

    def load(self, index: int, strict: bool = True) -> Frame:  # noqa: ARG002
        if index == len(self.frames):
            raise UserError("It cannot be read: give another.")
        return self.frames[index]


class Bench:
    """`asked`: the frames that the network saw; it fails with `stop` at the one called so."""

    def __init__(self, runner: Any = None) -> None:
        self.session, self.rows, self.notices = Session(), FrameRows(), Notices()
        self.reports: list[Report] = []
        self.notices.added.connect(self.reports.append)
        self.asked: list[str] = []
        self.stop = ""
        self.frames = Frames()
        frames: Any = self.frames
        self.session.set_frames(frames, Target(("x",)))
        self.rows.begin([str(at) for at in range(len(frames))])
        self.prediction = make_prediction()
        self.controller = ScoreSetController(
            self.session,
            self.rows,
            self.notices,
            runner or InlineRunner(),
            lambda _choice, _task: Segmenter(self._predict, Path("weights"), "fp32"),
            lambda work: work(),
        )

    def _predict(self, frame: Frame) -> Prediction:
        if frame.name == self.stop:
            raise Cancelled
        self.asked.append(frame.name)
        return self.prediction


def test_every_frame_with_truth_is_scored_and_the_set_as_one() -> None:
    bench = Bench()
    bench.controller.score()
    assert bench.asked == ["0", "1", "3"]
    classes = len(bench.prediction.scheme.classes)
    matrices = [
        confusion(bench.frames.frames[at].labels, bench.prediction.labels, classes)  # type: ignore[arg-type]
        for at in (0, 1, 3)
    ]
    own = [bench.rows.rows[at].own for at in range(5)]
    for at, matrix in zip((0, 1, 3), matrices, strict=True):
        assert own[at] is not None
        np.testing.assert_allclose(own[at].acc, scores(matrix).acc)
    assert (own[2], own[4]) == (None, None)
    whole = scores(sum(matrices))  # type: ignore[arg-type]
    said = bench.reports[-1].text
    assert said.startswith(f"3 frames of set: mean IoU {whole.miou:.3f}")
    assert f"pixel accuracy {whole.acc:.3f}" in said
    assert "1 without ground truth. 1 not readable." in said


def test_called_off_it_goes_on_where_it_was() -> None:
    runner = HeldRunner()
    bench = Bench(runner)
    bench.stop = "1"
    bench.controller.score()
    work = runner.waiting[0][0]
    with pytest.raises(Cancelled):
        work(Task(lambda _: None))
    assert bench.asked == ["0"]
    assert bench.rows.rows[0].own is not None
    bench.stop = ""
    work(Task(lambda _: None))
    assert bench.asked == ["0", "1", "3"]


def test_another_network_begins_again() -> None:
    bench = Bench()
    bench.controller.score()
    bench.controller.score()
    assert bench.asked == ["0", "1", "3"]
    assert len(bench.reports) == 2  # it is said again
    bench.session.choose(NetworkChoice(Path("other")))
    bench.controller.score()
    assert bench.asked == ["0", "1", "3"] * 2


def test_nothing_to_score_is_said() -> None:
    bench = Bench()
    bench.frames.frames = [replace(one, labels=None) for one in bench.frames.frames]
    bench.controller.score()
    assert bench.asked == []
    assert "No frame of set has ground truth" in bench.reports[-1].text


def test_scores_of_the_network_before_are_not_shown() -> None:
    """Its worker delivers one more while another network is chosen."""
    late: list[Any] = []
    bench = Bench()
    bench.controller._post = late.append  # type: ignore[assignment]
    bench.controller.score()
    bench.session.choose(NetworkChoice(device="cpu"))
    for work in late:
        work()
    assert late
    assert all(row.own is None for row in bench.rows.rows)
