"""Saving what is shown."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from sgnet_model.prediction import Prediction
from sgnet_model.types import Frame, UserError
from sgnet_viewer.contract.picture import ProbeMarks
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.exports.figure import Figure
from sgnet_viewer.exports.files import save_cloud, save_figure, save_labels, save_probe
from sgnet_viewer.render.cloud import cloud_points
from sgnet_viewer.render.picture import compose_picture
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.state.view_settings import ViewSettings

from .probe import ProbeController
from .runner import Runner

FIGURES = "Figure as shown (*.png *.svg)"
Save = Callable[[Path], str]  # writes a file, returns a sentence


class ExportController:
    """Asks where to, and has a worker write the state of this moment."""

    def __init__(
        self,
        window: WindowView,
        session: Session,
        view: ViewState,
        probes: Probes,
        reader: ProbeController,
        notices: Notices,
        runner: Runner,
    ) -> None:
        self._window = window
        self._session = session
        self._view = view
        self._probes = probes
        self._reader = reader
        self._notices = notices
        self._runner = runner

    def save_picture(self) -> None:
        """The picture as shown, taps included: PNG or SVG."""
        frame = self._session.frame
        if frame is None:
            self._refuse("There is no picture to save: open a frame first.")
            return
        settings = self._view.settings
        work = partial(
            _save_picture, frame, self._session.prediction, settings, self._reader.marks()
        )
        self._ask("Save the picture", f"{frame.name}-{settings.mode}.png", FIGURES, work)

    def save_labels(self) -> None:
        """Class indices as PNG."""
        result = self._session.result
        if result is None:
            self._refuse("There are no labels to save yet: the network has not seen this frame.")
            return
        work = partial(save_labels, result=result)
        self._ask("Save the labels", f"{result.frame.name}-labels.png", "PNG (*.png)", work)

    def save_cloud(self) -> None:
        """Every point with its colour as PLY."""
        frame = self._session.frame
        if frame is None or frame.depth_m is None:
            self._refuse("There is no cloud to save: it needs a frame with depth.")
            return
        work = partial(_save_cloud, frame, self._session.prediction, self._view.settings)
        self._ask("Save the cloud", f"{frame.name}-cloud.ply", "Point cloud (*.ply)", work)

    def save_probe(self) -> None:
        """The active probe as JSON."""
        active, result = self._probes.active, self._session.result
        probe = self._reader.read(active) if active is not None else None
        if active is None or probe is None or result is None:
            self._refuse("There is no probe to save: click a pixel first.")
            return
        work = partial(save_probe, probe=probe, result=result)
        name = f"{result.frame.name}-probe-{active.u}-{active.v}.json"
        self._ask("Save the probe", name, "JSON (*.json)", work)

    def _ask(self, title: str, name: str, patterns: str, save: Save) -> None:
        answer = self._window.ask_save(title, name, patterns)
        if not answer:
            return
        path = with_suffix(Path(answer), Path(name).suffix)
        unasked = path != Path(answer) and path.exists()  # the dialogue asked of another file
        if unasked and not self._window.confirm(f"{path.name} is there. Replace it?"):
            return

        def work(task: Task) -> str:
            task.report(f"Saving {path.name}")
            return save(path)

        failed = partial(self._notices.fail, doing=f"saving {path.name}")
        self._runner.submit(work, self._notices.tell, failed)

    def _refuse(self, sentence: str) -> None:
        self._notices.fail(UserError(sentence))


def with_suffix(path: Path, suffix: str) -> Path:
    """With the usual suffix, where the name has none of a file format: "frame.001" has none."""
    known = mimetypes.guess_type(f"x{path.suffix}")[0] is not None or path.suffix == suffix
    return path if path.suffix and known else path.with_name(path.name + suffix)


def _save_picture(
    frame: Frame,
    prediction: Prediction | None,
    settings: ViewSettings,
    marks: tuple[ProbeMarks, ...],
    path: Path,
) -> str:
    picture = compose_picture(frame, prediction, settings)
    return save_figure(path, Figure(picture, marks, settings.tap_weight, settings.show_grid))


def _save_cloud(
    frame: Frame, prediction: Prediction | None, settings: ViewSettings, path: Path
) -> str:
    points, colours, source = cloud_points(frame, prediction, settings)
    if prediction is None:
        return save_cloud(path, points, colours)
    labels = prediction.labels.ravel()[source] + np.uint8(1)  # the data set's own ids
    return save_cloud(path, points, colours, labels, prediction.confidence.ravel()[source])
