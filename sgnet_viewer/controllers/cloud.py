"""The point cloud: its points, their colours, and what a click in it means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from sgnet_model.prediction import Prediction
from sgnet_model.types import FloatArray, Frame, UInt8Array, UserError
from sgnet_viewer.contract.cloud import Ground, IntArray
from sgnet_viewer.contract.picture import MapOverlay
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.render.cloud import seen_cloud, stride_for
from sgnet_viewer.render.cloud_ground import ground_of
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.event import Event
from sgnet_viewer.state.notices import Notices, Subject
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.state.view_settings import CloudColour, ViewSettings

from .runner import Runner

STREAM_STRIDE = 2  # of a stream every second pixel of every second row is drawn
NO_DEPTH = "No point cloud: this frame has no usable depth."


@dataclass(frozen=True, slots=True, eq=False)
class CloudModel:
    """(N, 3) float32 metres, (N, 3) uint8, (N,) int64 v W + u; `prediction`: what coloured it.

    `stride`: every `stride`-th row and column was taken. `ground`: of this frame, or of the first
    of its stream.
    """

    points: FloatArray
    colours: UInt8Array
    source_index: IntArray
    frame: Frame
    prediction: Prediction | None
    stride: int = 1
    ground: Ground | None = None


class CloudController:
    """State to cloud; a click in the cloud to a probe."""

    def __init__(
        self,
        window: WindowView,
        session: Session,
        view: ViewState,
        probes: Probes,
        notices: Notices,
        runner: Runner,
        explained: Callable[[], MapOverlay | None] = lambda: None,
    ) -> None:
        """`explained`: the map that lies over the picture now."""
        self.shown: Event[CloudModel] = Event()
        self._window = window
        self._session = session
        self._view = view
        self._probes = probes
        self._notices = notices
        self._runner = runner
        self._explained = explained
        self._on_screen: CloudModel | None = None
        self._follows = False  # the next cloud is the next moment of the same scene
        self._loss = ""  # what was said of a lost renderer
        self._connect()
        self._show_settings()

    @property
    def is_complete(self) -> bool:
        """What is shown holds the result of the current frame."""
        shown = None if self._on_screen is None else self._on_screen.prediction
        return shown is not None and shown is self._session.prediction

    def follow_explanation(self) -> None:
        """Another map lies over the picture, or none."""
        if self._view.settings.cloud_colour is CloudColour.EXPLANATION:
            self.refresh()

    def refresh(self) -> None:
        """Make points and colours again, in the worker."""
        frame = self._session.frame
        if frame is None:
            return
        if frame.depth_m is None:
            self._runner.cancel()
            self._on_screen = None
            self._window.cloud.set_message(NO_DEPTH)
            return
        stride = max(stride_for(frame.size), STREAM_STRIDE if self._session.streaming else 1)
        work = partial(
            make_cloud,
            frame,
            self._session.prediction,
            self._view.settings.within(self._session.depth_limits),
            stride,
            self._explained(),
            self._known_ground(frame),
        )
        failed = partial(self._notices.fail, doing="making points", subject=Subject.FRAME)
        self._runner.submit(work, self._show, failed)

    def _known_ground(self, frame: Frame) -> Ground | None:
        """A stream keeps that of its first frame: the view must not sway with the noise."""
        shown = self._on_screen
        same = shown is not None and (shown.frame is frame or self._follows)
        return shown.ground if shown is not None and same else None

    def _connect(self) -> None:
        window = self._window
        self._session.frames_changed.connect(self._begin_anew)
        self._session.frames_changed.connect(window.cloud.reset_view)  # it is another place
        self._session.frame_changed.connect(self._begin_anew)
        self._session.frame_changed.connect(self.refresh)
        self._session.result_changed.connect(self.refresh)
        self._view.changed.connect(self._follow_settings)
        window.cloud.notice.connect(self._notices.tell)
        window.cloud.failed.connect(self._report_loss)
        window.cloud.ready.connect(lambda: self._notices.withdraw(self._loss))
        window.cloud_colour_chosen.connect(
            lambda name: self._view.change(cloud_colour=CloudColour(name))
        )
        window.point_size_changed.connect(lambda size: self._view.change(point_size=int(size)))

    def _follow_settings(self, old: ViewSettings, new: ViewSettings) -> None:
        self._show_settings()
        if of_cloud(old) != of_cloud(new):
            self.refresh()

    def _show_settings(self) -> None:
        settings = self._view.settings
        self._window.set_cloud_colour(settings.cloud_colour)
        self._window.cloud.set_point_size(settings.point_size)
        self._window.cloud.set_shaded(settings.cloud_shaded)
        self._window.cloud.set_grid_shown(settings.cloud_grid)

    def _show(self, cloud: CloudModel) -> None:
        frame = self._session.frame
        if frame is not None and frame.depth_m is not None:
            self._put(cloud)
            self._on_screen = cloud
            self.shown.emit(cloud)

    def _put(self, cloud: CloudModel) -> None:
        view, before = self._window.cloud, self._on_screen
        if before is not None and has_same_points(cloud, before):
            view.set_colours(cloud.colours)
        elif self._follows or (before is not None and is_same_scene(cloud, before)):
            view.set_next_cloud(cloud.points, cloud.colours, cloud.source_index, cloud.stride)
        else:
            view.set_ground(cloud.ground)
            view.set_cloud(cloud.points, cloud.colours, cloud.source_index)
        self._follows = self._follows or self._session.streaming

    def _begin_anew(self) -> None:
        self._follows = False

    def _report_loss(self, sentence: str, details: str) -> None:
        self._loss = sentence
        self._notices.fail(UserError(sentence, details))


def of_cloud(settings: ViewSettings) -> tuple[object, ...]:
    """What points and colours depend on."""
    depth = settings.depth_ramp, settings.depth_limits
    made = settings.cloud_shaded, settings.grey_hidden
    classes = settings.least_confidence, settings.palette, settings.own_colours
    return settings.cloud_colour, settings.hidden, depth, made, classes


def has_same_points(cloud: CloudModel, other: CloudModel) -> bool:
    """Whether only the colours differ: the same pixels of the same frame."""
    return cloud.frame is other.frame and np.array_equal(cloud.source_index, other.source_index)


def is_same_scene(cloud: CloudModel, other: CloudModel) -> bool:
    """Whether both are the same picture, with other depth perhaps."""
    return cloud.frame.rgb is other.frame.rgb and cloud.frame is not other.frame


def make_cloud(
    frame: Frame,
    prediction: Prediction | None,
    settings: ViewSettings,
    stride: int,
    explained: MapOverlay | None,
    ground: Ground | None,
    _: Task,
) -> CloudModel:
    """In a worker: the arrays of 300,000 points take longer than a frame of the screen."""
    ground = ground or ground_of(frame)
    arrays = seen_cloud(frame, prediction, settings, stride, explained, ground)
    return CloudModel(*arrays, frame, prediction, stride, ground)
