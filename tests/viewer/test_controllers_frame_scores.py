"""Scores beside the frames: found, named, chosen, computed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from session_support import FakeFrames, FakeView, InlineRunner, make_frame, make_result

from sgnet_viewer.controllers.frame_scores import ScoresController
from sgnet_viewer.state.choices import NetworkChoice, Target
from sgnet_viewer.state.frame_rows import FrameRows, RowScore
from sgnet_viewer.state.notices import Notices, Report
from sgnet_viewer.state.session import Session


class Bench:
    """A controller between real state and a window that is not there."""

    def __init__(self, named: Path | None = None) -> None:
        self.window: Any = FakeView(parts=True)
        self.session, self.rows, self.notices = Session(), FrameRows(), Notices()
        self.told: list[Report] = []
        self.notices.added.connect(self.told.append)
        runners = InlineRunner(), InlineRunner()
        self.controller = ScoresController(
            self.window, self.session, self.rows, self.notices, *runners, named
        )

    def open(self, folder: Path, *names: str) -> None:
        frames = FakeFrames(*(make_frame(name, labels=True) for name in names))
        self.session.set_frames(frames, Target((str(folder),)))
        self.rows.begin(list(names))

    @property
    def mious(self) -> list[float | None]:
        return [row.score and row.score.miou for row in self.rows.rows]


def write(path: Path, **scores: float) -> Path:
    frames = {name: [0.5, miou] for name, miou in scores.items()}
    path.write_text(json.dumps({"format": 2, "identity": {}, "matrix": [[1]], "frames": frames}))
    return path


def test_scores_beside_a_set_are_found_and_told(tmp_path: Path) -> None:
    write(tmp_path / "evaluation.json", a=0.25)
    bench = Bench()
    bench.open(tmp_path, "a", "b")
    assert bench.mious == [0.25, None]
    assert bench.told[0].text == "evaluation.json has scores of 1 of the 2 frames."


def test_scores_of_another_set_that_nobody_named_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path / "evaluation.json", other=0.25)
    bench = Bench()
    bench.open(tmp_path, "a", "b")
    assert (bench.mious, bench.told) == ([None, None], [])


def test_a_named_file_is_for_the_first_set_and_its_faults_are_told(tmp_path: Path) -> None:
    write(tmp_path / "evaluation.json", a=0.25)
    bench = Bench(write(tmp_path / "named.json", a=0.75))
    bench.open(tmp_path, "a")
    assert bench.mious == [0.75]
    bench.open(tmp_path, "a")
    assert bench.mious == [0.25]
    wrong = Bench(write(tmp_path / "other.json", x=0.75))
    wrong.open(tmp_path, "a")
    assert "has no scores of the frames" in wrong.told[0].text


def test_a_file_is_chosen_in_the_window(tmp_path: Path) -> None:
    bench = Bench()
    bench.open(tmp_path, "a")
    bench.window.frames.scores_requested.emit()  # the dialogue is left without a choice
    assert bench.told == []
    bench.window.answers["ask_file"] = str(write(tmp_path / "mine.json", a=0.5))
    bench.window.frames.scores_requested.emit()
    assert bench.mious == [0.5]


def test_the_window_s_own_score_of_the_frame_it_shows(tmp_path: Path) -> None:
    bench = Bench()
    bench.open(tmp_path, "a", "b")
    frame = make_frame("b", labels=True)  # all wall
    bench.session.set_frame(1, frame)
    result = make_result(frame)
    bench.session.set_result(result)
    own = bench.rows.rows[1].own
    right = float((result.prediction.labels == 0).mean())
    assert own is not None
    assert own.acc == pytest.approx(right)
    assert own.miou == pytest.approx(right / 3)  # floor and chair: 0 of what was said
    assert bench.rows.rows[0].own is None
    bench.session.choose(NetworkChoice(device="cuda"))
    assert bench.rows.rows[1].own is None


def test_no_truth_no_score(tmp_path: Path) -> None:
    bench = Bench()
    bench.open(tmp_path, "a")
    bench.session.set_frame(0, make_frame("a"))
    bench.session.set_result(make_result(make_frame("a")))
    assert bench.rows.rows[0].own is None
    assert bench.told == []


def test_a_score_that_comes_after_another_set_is_dropped(tmp_path: Path) -> None:
    bench = Bench()
    bench.open(tmp_path, "a")
    bench.controller._show_own(bench.rows.number - 1, 0, RowScore(0.5, 0.5))
    bench.controller._show(bench.rows.number - 1, tmp_path, {0: RowScore(0.5, 0.5)})
    assert (bench.rows.rows[0].own, bench.rows.rows[0].score) == (None, None)
