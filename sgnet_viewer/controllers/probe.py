"""Probes: a click becomes taps, read from the traces of the result that is shown.

The network does not run for a probe: everything it said is in the result.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from sgnet_model.inspection.probe import Probe
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.render.parts import Pixel
from sgnet_viewer.render.probe_reading import find_first, read_at, read_probes
from sgnet_viewer.state.event import Event
from sgnet_viewer.state.notices import Notices, Subject
from sgnet_viewer.state.probe_points import ProbePoint
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.result import Result
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.state.view_settings import ALL_LAYERS

from .first_view import FirstView
from .runner import Runner


class ProbeController:
    """Places, moves and reads probes; chooses the layers whose taps are drawn.

    `read_changed`: more is known at the probes, or all there is to know.
    """

    def __init__(
        self,
        window: WindowView,
        session: Session,
        view: ViewState,
        probes: Probes,
        notices: Notices,
        runner: Runner,
    ) -> None:
        self.read_changed: Event[[]] = Event()
        self._window = window
        self._session = session
        self._view = view
        self._probes = probes
        self._notices = notices
        self._runner = runner
        self.first_view = FirstView(window, view, probes, notices)
        self._read: dict[Pixel, Probe] = {}
        self._read_of: Result | None = None  # the result that was read
        self._waits = False  # probes are read, or the first one is chosen, in the worker
        self._connect()

    def findings(self) -> Mapping[Pixel, Probe] | None:
        """What the result says at each probe; None while the worker reads it."""
        if self._waits or self._read_of is not self._session.result:
            return None
        points = self._probes.points
        read = {(point.u, point.v): self.read(point) for point in points}
        self._read = {place: found for place, found in read.items() if found is not None}
        return dict(self._read)

    def start_over(self) -> None:
        """Forget all probes: another set was opened."""
        self._probes.clear()
        self._window.picture.reset_view()

    def step_layer(self, by: int) -> None:
        """Choose the next layer (all of them count as the one before the first)."""
        prediction = self._session.prediction
        if prediction is None:
            return
        names = [ALL_LAYERS, *(trace.name for trace in prediction.traces)]
        layer = self._view.settings.layer
        at = names.index(layer) if layer in names else 0
        self._view.change(layer=names[(at + by) % len(names)])

    def step(self, du: int, dv: int) -> None:
        """Move the active probe; it stops at the picture's border."""
        frame, active = self._session.frame, self._probes.active
        if frame is None or active is None:
            return
        height, width = frame.size
        self._probes.move_active(
            min(max(active.u + du, 0), width - 1), min(max(active.v + dv, 0), height - 1)
        )

    def read(self, point: ProbePoint) -> Probe | None:
        """All that is known at a probe; None while there is no result."""
        result = self._session.result
        if result is None:
            return None
        key = (point.u, point.v)
        if result is not self._read_of:
            self._forget_read()
        if key not in self._read:
            self._read[key] = read_at(result, *key)
        return self._read[key]

    def take_streamed(self, read: Mapping[Pixel, Probe]) -> None:
        """What was read at the probes of the frame that the session streams."""
        self._forget_read()
        self._read = dict(read)
        self._keep_inside()
        if self._session.prediction is not None:
            self.first_view.grant(self._session.prediction)

    def seek_first(self) -> None:
        """Have the first probe's place found, in the worker, where the user has placed none."""
        result = self._session.result
        if result is None or self._probes.points or not result.prediction.traces:
            return
        placed = partial(self._place_first, result)
        self._runner.submit(lambda _: find_first(result), placed, self._fail_first)

    def _connect(self) -> None:
        window, probes = self._window, self._probes
        self._session.frames_changed.connect(self.start_over)
        self._session.frame_changed.connect(self._follow_frame)
        self._session.result_changed.connect(self._follow_result)
        self._session.document.returned.connect(lambda *_: self._keep_inside())
        probes.changed.connect(self._follow_probes)
        window.probe_stepped.connect(self.step)
        window.layers.chosen.connect(lambda layer: self._view.change(layer=layer))
        window.card.layer_chosen.connect(lambda layer: self._view.change(layer=layer))
        window.card.activated.connect(probes.activate)
        window.card.removed.connect(probes.remove)
        window.card.pinned.connect(probes.toggle_pin)

    def _follow_frame(self) -> None:
        """Probes stay where they are from frame to frame, as long as they are in the picture."""
        self._forget_read()
        self._keep_inside()
        frame = self._session.frame
        if frame is not None and frame.depth_m is None:
            self._window.show_hint("")  # a click would show nothing

    def _follow_result(self) -> None:
        """The marks of the last result stay until those of this one are read."""
        self._forget_read()
        result = self._session.result
        if result is None:
            return
        self.first_view.grant(result.prediction)
        points = self._probes.points
        self._waits = bool(points or result.prediction.traces)
        if points:
            places = tuple((point.u, point.v) for point in points)
            taken = partial(self._take, result)
            failed = partial(self._notices.fail, doing="reading the probes", subject=Subject.FRAME)
            self._runner.submit(lambda _: read_probes(result, places), taken, failed)
        else:
            self.seek_first()

    def _take(self, result: Result, read: dict[Pixel, Probe]) -> None:
        if result is self._session.result:
            self._read = read | self._read
            self._end_waiting()

    def _end_waiting(self) -> None:
        self._waits = False
        self.read_changed.emit()

    def _follow_probes(self) -> None:
        """The user does not wait: what is not read yet is read at once."""
        self._waits = False

    def _keep_inside(self) -> None:
        frame = self._session.frame
        if frame is not None:
            self._probes.keep(lambda point: frame.holds(point.u, point.v))

    def _place_first(self, result: Result, pixel: Pixel | None) -> None:
        if self._session.result is None or not self._session.is_fresh(result):
            return
        if pixel is not None and not self._probes.points:
            self.first_view.place(pixel, self.read(ProbePoint(0, *pixel)))
        self._end_waiting()

    def _fail_first(self, error: Exception) -> None:
        self._notices.fail(error, "choosing a first probe", Subject.FRAME)
        self._end_waiting()

    def _forget_read(self) -> None:
        self._read, self._waits, self._read_of = {}, False, self._session.result
