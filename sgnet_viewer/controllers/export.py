"""Saving what is shown."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from sgnet_model.types import UInt8Array
from sgnet_viewer.contract.tools import ToolOverlay
from sgnet_viewer.exports.files import save_image, save_labels, save_probe
from sgnet_viewer.exports.shown import save_shown_cloud, save_shown_picture
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view_settings import PictureMode

from .probe import ProbeController
from .saving import Saving
from .screen import Screen

FIGURES = "Figure as shown (*.png *.svg *.pdf)"
Drawn = Callable[[], ToolOverlay]  # what the tool draws over the picture now
Write = Callable[[Path], str]  # writes a file, returns a sentence


class ExportController:
    """Asks where to, and has a worker write the state of this moment."""

    def __init__(
        self,
        session: Session,
        probes: Probes,
        reader: ProbeController,
        screen: Screen,
        saving: Saving,
        drawn: Drawn = ToolOverlay,
    ) -> None:
        """`drawn`: what the tool draws over the picture now."""
        self._session = session
        self._probes = probes
        self._reader = reader
        self._screen = screen
        self._saving = saving
        self._drawn = drawn

    def save_picture(self) -> None:
        """The picture as shown, with all that lies over it: PNG, SVG or PDF."""
        shown = self._screen.current()
        if shown.picture is None:
            self._saving.refuse("There is no picture to save: open a frame first.")
            return
        mode = shown.controls.settings.mode
        what = "labels-view" if mode is PictureMode.LABELS else mode  # "labels" are class indices
        name = f"{shown.picture.frame.name}-{what}.png"
        work = partial(save_shown_picture, shown, self._drawn())
        self._ask("Save the picture", name, FIGURES, work)

    def save_labels(self) -> None:
        """Class indices as PNG."""
        result = self._session.result
        if result is None:
            self._saving.refuse(
                "There are no labels to save yet: the network has not seen this frame."
            )
            return
        work = partial(save_labels, result=result)
        self._ask("Save the labels", f"{result.frame.name}-labels.png", "PNG (*.png)", work)

    def save_cloud(self) -> None:
        """Every point with its colour as PLY."""
        cloud = self._screen.current().cloud
        if cloud is None or cloud.frame.depth_m is None:
            self._saving.refuse("There is no cloud to save: it needs a frame with depth.")
            return
        work = partial(save_shown_cloud, cloud, self._screen.known_ground(cloud))
        self._ask("Save the cloud", f"{cloud.frame.name}-cloud.ply", "Point cloud (*.ply)", work)

    def save_cloud_picture(self, picture: UInt8Array | None) -> None:
        """The cloud as it is on the screen, (H, W, 3) RGB, as PNG; None: there is none."""
        frame = self._session.frame
        if picture is None or frame is None:
            self._saving.refuse("There is no picture of a cloud: it needs a frame with depth.")
            return
        work = partial(save_image, image=picture)
        self._ask("Save the cloud's picture", f"{frame.name}-cloud.png", "PNG (*.png)", work)

    def save_probe(self) -> None:
        """The active probe as JSON."""
        active, result = self._probes.active, self._session.result
        probe = self._reader.read(active) if active is not None else None
        if active is None or probe is None or result is None:
            self._saving.refuse("There is no probe to save: click a pixel first.")
            return
        work = partial(save_probe, probe=probe, result=result)
        name = f"{result.frame.name}-probe-{active.u}-{active.v}.json"
        self._ask("Save the probe", name, "JSON (*.json)", work)

    def _ask(self, title: str, name: str, patterns: str, save: Write) -> None:
        def work(path: Path, task: Task) -> str:
            task.report(f"Saving {path.name}")
            return save(path)

        self._saving.ask(title, name, patterns, work)
