"""Figures: the picture as shown with its classes, its layers and the cloud, to a file or the
clipboard."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from sgnet_model.types import UInt8Array
from sgnet_viewer.contract.tools import ToolOverlay
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.exports.figure import Figure
from sgnet_viewer.exports.files import save_figure
from sgnet_viewer.exports.pages import figure_pixels
from sgnet_viewer.exports.shown import make_figure
from sgnet_viewer.render.shown import Shown
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.state.view_settings import DPI_RANGE, FigureOptions

from .export import FIGURES, Drawn
from .runner import Runner
from .saving import Saving
from .screen import Screen

VECTOR_DPI = 300  # of the cloud where all else has no pixels
NOTHING = "There is no picture to save: open a frame first."
COPIED = "The figure is on the clipboard."


class FigureController:
    """The options are kept in the view's settings: they are no step that is undone."""

    def __init__(
        self,
        window: WindowView,
        view: ViewState,
        screen: Screen,
        notices: Notices,
        runner: Runner,
        drawn: Drawn = ToolOverlay,
    ) -> None:
        self._window = window
        self._view = view
        self._screen = screen
        self._notices = notices
        self._runner = runner
        self._drawn = drawn
        self._saving = Saving(window, notices, runner)
        window.figure_changed.connect(self._take)
        window.figure_saved.connect(self.save)
        window.figure_copied.connect(self.copy)

    def ask(self) -> None:
        """Have it chosen what the figure has."""
        self._window.ask_figure(self._view.settings.figure)

    def save(self) -> None:
        """To a file: PNG, SVG or PDF by the name's ending."""
        shown = self._screen.current()
        if shown.picture is None:
            self._saving.refuse(NOTHING)
            return
        make = self._make(shown)
        dpi = self._options.dpi

        def work(path: Path, task: Task) -> str:
            task.report(f"Saving {path.name}")
            cloud_dpi = dpi if path.suffix.lower() == ".png" else max(dpi, VECTOR_DPI)
            return save_figure(path, make(cloud_dpi), dpi)

        name = f"{shown.picture.frame.name}-{shown.controls.settings.mode}-figure.png"
        self._saving.ask("Save the figure", name, FIGURES, work)

    def copy(self) -> None:
        """To the clipboard, as a picture."""
        shown = self._screen.current()
        if shown.picture is None:
            self._saving.refuse(NOTHING)
            return
        make, dpi = self._make(shown), self._options.dpi

        def work(task: Task) -> UInt8Array:
            task.report("Drawing the figure")
            return figure_pixels(make(dpi), dpi)

        failed = partial(self._notices.fail, doing="copying the figure")
        self._runner.submit(work, self._put, failed)

    @property
    def _options(self) -> FigureOptions:
        return self._view.settings.figure

    def _make(self, shown: Shown) -> partial[Figure]:
        """Makes the figure of this moment, in a worker, with a cloud of so many dots per inch."""
        options = self._options
        cloud = self._window.cloud.still() if options.cloud else None
        return partial(make_figure, shown, self._drawn(), options, cloud)

    def _take(self, options: FigureOptions) -> None:
        low, high = DPI_RANGE
        self._view.amend(figure=replace(options, dpi=min(max(options.dpi, low), high)))

    def _put(self, pixels: UInt8Array) -> None:
        self._window.copy_image(pixels)
        self._notices.tell(COPIED)
