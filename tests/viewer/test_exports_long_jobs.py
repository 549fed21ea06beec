"""Exports that take minutes, with the worker's own task: progress, calling off, what is left."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from test_saving_batch import Network, make_set

from sgnet_model.data import open_frames
from sgnet_viewer.exports.long_jobs import (
    save_every_frame,
    save_film_of_orbit,
    save_film_of_set,
    save_rerun,
)
from sgnet_viewer.runtime.task import Cancelled, Task
from sgnet_viewer.state.activity import Step


class Steps(list[Step]):
    """What was shown; calls the work off at the step with that number."""

    def __init__(self, cancel_at: int = -1) -> None:
        super().__init__()
        self.task = Task(self._show)
        self._cancel_at = cancel_at

    def _show(self, step: Step) -> None:
        self.append(step)
        if len(self) == self._cancel_at:
            self.task.cancel()


@pytest.fixture(autouse=True)
def every_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """However fast they follow each other."""
    monkeypatch.setattr("sgnet_viewer.runtime.task.SHOW_EVERY_S", 0.0)


def test_every_frame_is_saved_and_the_next_time_skipped(tmp_path: Path) -> None:
    frames = open_frames(make_set(tmp_path / "set"))
    steps, settings = Steps(), {"checkpoint": "x"}
    out = tmp_path / "out"
    said = save_every_frame(out, frames, Network(), steps.task, made_with=settings)
    assert said == f"Saved 3 of 3 frames in {out}."
    assert [step.fraction for step in steps] == pytest.approx([0, 1 / 3, 2 / 3, 1])
    again = save_every_frame(out, frames, Network(), Steps().task, made_with=settings)
    assert again == f"Saved 0 of 3 frames in {out}, 3 were there before."


def test_called_off_between_two_frames(tmp_path: Path) -> None:
    frames = open_frames(make_set(tmp_path / "set"))
    steps = Steps(cancel_at=2)
    with pytest.raises(Cancelled):
        save_every_frame(tmp_path / "out", frames, Network(), steps.task, made_with={})
    assert len(list((tmp_path / "out" / "labels").iterdir())) < 3


def test_frames_that_fail_are_said(tmp_path: Path) -> None:
    root = make_set(tmp_path / "set")
    (root / "depth" / "1.png").write_bytes(b"broken")
    frames = open_frames(root)
    said = save_every_frame(tmp_path / "out", frames, Network(), Steps().task, made_with={})
    assert said.startswith("Saved 2 of 3 frames")
    assert "1 could not be used, first 1: 1.png" in said
    film = save_film_of_set(
        tmp_path / "a.mp4", frames, Network(), Steps().task, fps=5, show="overlay"
    )
    assert film.startswith("Saved a film of 2 pictures (0.4 s)")
    assert "Left out: 1 frames" in film
    recording = save_rerun(tmp_path / "a.rrd", frames, Network(), Steps().task)
    assert recording.startswith("Saved 2 frames as")
    assert recording.endswith("Left out: 1 frames that could not be used.")


def test_films_and_rerun_are_whole_or_not_there(tmp_path: Path) -> None:
    frames = open_frames(make_set(tmp_path / "set"))
    frame = frames.load(0)
    for cancel_at in (-1, 2):
        path = tmp_path / f"{cancel_at}.mp4"
        steps = Steps(cancel_at)
        try:
            save_film_of_orbit(path, frame, None, steps.task, fps=4, seconds=1)
        except Cancelled:
            assert cancel_at == 2
        assert path.exists() is (cancel_at == -1)
    with pytest.raises(Cancelled):
        save_rerun(tmp_path / "a.rrd", frames, Network(), Steps(2).task)
    assert save_rerun(tmp_path / "b.rrd", frames, Network(), Steps().task).startswith("Saved 3")
    assert not [path for path in tmp_path.iterdir() if ".part" in path.name]
    assert not (tmp_path / "a.rrd").exists()


def test_the_networks_labels_are_those_saved(tmp_path: Path) -> None:
    frames = open_frames(make_set(tmp_path / "set"))
    save_every_frame(tmp_path / "out", frames, Network(), Steps().task, made_with={})
    with np.load(tmp_path / "out" / "npz" / "0.npz") as arrays:
        assert np.unique(arrays["labels"]).tolist() == [4]
