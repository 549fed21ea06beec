"""The picture, its legend and its modes, and what lies under the cursor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from sgnet_model.prediction import Prediction
from sgnet_model.types import Frame
from sgnet_viewer.contract.panels import LegendRow
from sgnet_viewer.contract.picture import PictureModel
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.render.legend import legend_rows
from sgnet_viewer.render.picture import compose_picture
from sgnet_viewer.render.readout import readout_at
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.event import Event
from sgnet_viewer.state.notices import Notices, Subject
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.state.view_settings import PictureMode, ViewSettings

from .runner import Runner


@dataclass(frozen=True, slots=True, eq=False)
class Composed:
    """What the picture worker made. `prediction`: what it was made with."""

    picture: PictureModel
    rows: tuple[LegendRow, ...]
    prediction: Prediction | None


class PictureController:
    """State to picture and legend; gestures over them to state."""

    def __init__(
        self,
        window: WindowView,
        session: Session,
        view: ViewState,
        notices: Notices,
        runner: Runner,
    ) -> None:
        self.shown: Event[Composed] = Event()
        self._window = window
        self._session = session
        self._view = view
        self._notices = notices
        self._runner = runner
        self._flickered = False  # space is held down
        self._cursor = (-1, -1)
        self._order: tuple[int, ...] = ()  # of the classes in the legend
        self._shown_of: Prediction | None = None  # the result that is on the screen
        self._connect()
        self._show_settings()

    @property
    def is_complete(self) -> bool:
        """What is shown holds the result of the current frame."""
        return self._shown_of is not None and self._shown_of is self._session.prediction

    @property
    def shown_settings(self) -> ViewSettings:
        """While space is held the bare picture stands in for whatever is laid over it."""
        settings = self._view.settings.within(self._session.depth_limits)
        if not self._flickered:
            return settings
        return replace(settings, mode=PictureMode.RGB, outlines=False, region_names=False)

    def show_streamed(self, picture: PictureModel) -> None:
        """A picture that came finished, of the frame that the session streams."""
        self._window.picture.set_picture(picture)
        self._shown_of = self._session.prediction

    def refresh_legend(self) -> None:
        """The classes of the current frame in the order of their last showing: rows do not jump."""
        frame, prediction = self._session.frame, self._session.prediction
        if frame is None or prediction is None:
            self._show_rows(())
            return
        work = partial(list_classes, frame, prediction, self._view.settings, self._order)
        self._runner.submit(work, self._show_rows, self._fail("counting"))

    def show_modes(self) -> None:
        """The modes that the current frame has something for."""
        if self._session.frame is not None:
            self._window.set_modes_enabled(modes_of(self._session.frame))
            self._show_mode()

    def isolate(self, index: int) -> None:
        """Show one class alone; the same again shows all."""
        prediction = self._session.prediction
        if prediction is None:
            return
        others = frozenset(range(len(prediction.scheme.classes))) - {index}
        alone = self._view.settings.hidden == others
        self._view.change(hidden=frozenset() if alone else others)

    def refresh(self) -> None:
        """Compose the picture and the legend again, in the worker."""
        frame = self._session.frame
        if frame is None:
            return
        work = partial(compose, frame, self._session.prediction, self.shown_settings)
        self._runner.submit(work, self._show, self._fail("drawing"))

    def _fail(self, doing: str) -> Callable[[Exception], None]:
        return partial(self._notices.fail, doing=doing, subject=Subject.FRAME)

    def _connect(self) -> None:
        window, session, view = self._window, self._session, self._view
        session.frames_changed.connect(self._forget_order)
        session.frames_changed.connect(lambda: view.amend(hidden=frozenset()))
        session.frame_changed.connect(self._show_frame)
        session.result_changed.connect(self._show_result)
        view.changed.connect(self._follow_settings)
        window.mode_chosen.connect(lambda mode: view.change(mode=PictureMode(mode)))
        window.opacity_changed.connect(lambda value: view.change(opacity=float(value)))
        window.overlay_flickered.connect(self._flicker)
        window.legend.toggled.connect(self._toggle)
        window.legend.isolated.connect(self.isolate)
        window.legend.all_shown.connect(lambda: view.change(hidden=frozenset()))
        window.picture.hovered.connect(self._hover)
        window.cloud.hovered.connect(self._hover_cloud)

    def _show_frame(self) -> None:
        self.show_modes()
        self.refresh()
        self.show_readout()

    def _show_result(self) -> None:
        self._forget_hidden()
        self.refresh()
        self.show_readout()

    def _follow_settings(self, old: ViewSettings, new: ViewSettings) -> None:
        self._show_settings()
        if of_picture(old) != of_picture(new):
            self.refresh()

    def _show_settings(self) -> None:
        settings = self._view.settings
        self._show_mode()
        self._window.set_opacity(settings.opacity)

    def _show_mode(self) -> None:
        """The mode chosen, or the bare picture that stands in where a frame has nothing for it."""
        mode, frame = self._view.settings.mode, self._session.frame
        has_it = frame is None or mode in modes_of(frame)
        self._window.set_mode(mode if has_it else PictureMode.RGB)

    def _forget_order(self) -> None:
        self._order = ()

    def _show_rows(self, rows: tuple[LegendRow, ...]) -> None:
        self._order = tuple(row.index for row in rows)
        self._window.legend.set_rows(rows)

    def _show(self, composed: Composed) -> None:
        if self._session.streaming and composed.prediction is not self._session.prediction:
            return  # a newer frame is on the screen, and the next one will be drawn as asked
        self._window.picture.set_picture(composed.picture)
        self._window.picture.set_message("")  # it may have said what was being opened
        self._show_rows(composed.rows)
        self._shown_of = composed.prediction
        self.shown.emit(composed)

    def _flicker(self, shown: bool) -> None:
        self._flickered = not shown
        self.refresh()

    def _toggle(self, index: int, shown: bool) -> None:
        hidden = self._view.settings.hidden
        self._view.change(hidden=hidden - {index} if shown else hidden | {index})

    def _forget_hidden(self) -> None:
        """Indices of a class list with another length mean other classes."""
        prediction = self._session.prediction
        hidden = self._view.settings.hidden
        if prediction and hidden and max(hidden) >= len(prediction.scheme.classes):
            self._view.amend(hidden=frozenset())

    def _hover(self, u: int, v: int) -> None:
        self._cursor = (u, v)
        self.show_readout()

    def _hover_cloud(self, source_index: int) -> None:
        frame = self._session.frame
        if frame is None or source_index < 0:
            self._hover(-1, -1)
        else:
            v, u = divmod(source_index, frame.size[1])
            self._hover(u, v)

    def show_readout(self) -> None:
        """What lies under the cursor now."""
        frame = self._session.frame
        u, v = self._cursor
        if frame is None or not (0 <= u < frame.size[1] and 0 <= v < frame.size[0]):
            self._window.set_readout(None)
        else:
            prediction, settings = self._session.prediction, self._view.settings
            self._window.set_readout(readout_at(frame, prediction, settings, u, v))


def compose(
    frame: Frame, prediction: Prediction | None, settings: ViewSettings, _: Task
) -> Composed:
    """In a worker: a picture of a few megapixels takes longer than a frame of the screen."""
    rows = () if prediction is None else legend_rows(frame, prediction, settings)
    picture = compose_picture(frame, prediction, settings)
    return Composed(picture, rows, prediction)


def of_picture(settings: ViewSettings) -> tuple[object, ...]:
    """What the picture depends on."""
    depth = settings.depth_ramp, settings.depth_limits
    classes = settings.least_confidence, settings.outlines, settings.region_names
    colours = settings.palette, settings.own_colours
    return settings.mode, settings.opacity, settings.hidden, depth, classes, colours


def list_classes(
    frame: Frame,
    prediction: Prediction,
    settings: ViewSettings,
    order: tuple[int, ...],
    _: Task,
) -> tuple[LegendRow, ...]:
    """In a worker: `legend_rows` with the classes of `order` first, in that order."""
    place = {index: at for at, index in enumerate(order)}
    rows = legend_rows(frame, prediction, settings)
    return tuple(sorted(rows, key=lambda row: place.get(row.index, len(order))))


def modes_of(frame: Frame) -> frozenset[PictureMode]:
    """What can be shown of a frame, as soon as the network has seen it."""
    modes = {PictureMode.RGB}
    if frame.depth_m is not None:
        modes |= {PictureMode.OVERLAY, PictureMode.LABELS, PictureMode.CONFIDENCE}
        modes |= {PictureMode.DEPTH, PictureMode.ENTROPY, PictureMode.MARGIN}
        modes |= {PictureMode.PROBABILITY}
    if frame.labels is not None:
        modes |= {PictureMode.TRUTH}
        modes |= {PictureMode.ERROR} if frame.depth_m is not None else set()
    return frozenset(modes)
