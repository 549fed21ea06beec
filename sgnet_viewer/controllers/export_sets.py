"""Exports that take minutes: all frames of the open set, films, recordings for Rerun."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sgnet_model.saving.batch import made_with
from sgnet_viewer.exports.long_jobs import (
    save_every_frame,
    save_film_of_layers,
    save_film_of_orbit,
    save_film_of_set,
    save_rerun,
)
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.choices import NetworkChoice, Target
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session
from sgnet_viewer.workers.inference import LoadSegmenter

from .saving import Saving

if TYPE_CHECKING:
    from sgnet_model.data.frames import FrameSet

FILMS = "Film (*.mp4 *.mkv *.webm *.mov)"
FPS, ORBIT_S = 15.0, 8.0


class SetExportController:
    """Asks where to, and has a worker write; Cancel ends it, with no unfinished file."""

    def __init__(
        self,
        session: Session,
        probes: Probes,
        saving: Saving,
        load: LoadSegmenter,
    ) -> None:
        self._session = session
        self._probes = probes
        self._saving = saving
        self._load = load

    def save_frames(self) -> None:
        """Every kind of file of every frame, into a folder."""
        frames = self._session.frames
        if frames is None:
            self._saving.refuse("There are no frames to export: open a set first.")
            return
        choice, target = self._session.choice, self._session.target

        def save(folder: Path, task: Task) -> str:
            return self._save_frames(folder, frames, choice, target, task)

        self._saving.ask_folder("Export all frames into", save)

    def film_frames(self) -> None:
        """A picture a frame, its classes over it."""
        frames, choice = self._session.frames, self._session.choice
        if frames is None:
            self._saving.refuse("There are no frames to film: open a set first.")
            return

        def film(path: Path, task: Task) -> str:
            predict = self._load(choice, task).predict
            return save_film_of_set(path, frames, predict, task, fps=FPS, show="overlay")

        self._saving.ask("Film all frames", f"{frames.name}.mp4", FILMS, film)

    def film_orbit(self) -> None:
        """The frame's cloud, from a camera that swings around it."""
        frame, prediction = self._session.frame, self._session.prediction
        if frame is None or frame.depth_m is None:
            self._saving.refuse("There is no cloud to film: it needs a frame with depth.")
            return

        def film(path: Path, task: Task) -> str:
            return save_film_of_orbit(path, frame, prediction, task, fps=FPS, seconds=ORBIT_S)

        self._saving.ask("Film around the cloud", f"{frame.name}-cloud.mp4", FILMS, film)

    def film_layers(self) -> None:
        """The active probe's taps, layer after layer."""
        active, result = self._probes.active, self._session.result
        if active is None or result is None:
            self._saving.refuse("There is no probe to film: click a pixel first.")
            return
        pixel = active.u, active.v

        def film(path: Path, task: Task) -> str:
            return save_film_of_layers(path, result.frame, result.prediction, pixel, task, fps=FPS)

        name = f"{result.frame.name}-layers-{active.u}-{active.v}.mp4"
        self._saving.ask("Film the layers' taps", name, FILMS, film)

    def save_rerun(self) -> None:
        """Every frame with cloud, labels and taps as a recording of Rerun."""
        frames, choice, active = self._session.frames, self._session.choice, self._probes.active
        if frames is None:
            self._saving.refuse("There are no frames to record: open a set first.")
            return
        pixel = None if active is None else (active.u, active.v)

        def record(path: Path, task: Task) -> str:
            return save_rerun(path, frames, self._load(choice, task).predict, task, pixel=pixel)

        self._saving.ask("Record for Rerun", f"{frames.name}.rrd", "Rerun (*.rrd)", record)

    def _save_frames(
        self, folder: Path, frames: FrameSet, choice: NetworkChoice, target: Target, task: Task
    ) -> str:
        network = self._load(choice, task)
        settings = made_with(
            network.checkpoint,
            choice.size,
            network.precision,
            target.unit,
            target.intrinsics,
            choice.switches.texts,
            target.paths,
        )
        if target.sample is not None:
            settings["data"] = [frames.name]  # opened by no path
        if target.cameras:
            settings["cameras"] = [list(camera) for camera in target.cameras]
        return save_every_frame(folder, frames, network.predict, task, made_with=settings)
