"""Probes: a click becomes taps, read from the traces of the result that is shown.

The network does not run for a probe: everything it said is in the result.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from sgnet_model.geometry import points_at
from sgnet_model.inspection.first_probe import first_probe
from sgnet_model.inspection.probe import Probe, check_pixel, probe
from sgnet_model.prediction import Prediction
from sgnet_model.types import UserError
from sgnet_viewer.contract.panels import CheckBadge, FieldMap, ProbeCard
from sgnet_viewer.contract.picture import ProbeMarks
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.render.cloud import cloud_marks
from sgnet_viewer.render.fields import field_maps
from sgnet_viewer.render.taps import probe_card, probe_marks
from sgnet_viewer.runtime.task import Task
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.notices import Notices, Subject
from sgnet_viewer.state.probes import ProbePoint, Probes
from sgnet_viewer.state.session import Result, Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.state.view_settings import ALL_LAYERS, ViewSettings

from .runner import Runner

HINT = "Click any pixel to see where each S-Conv looked; [ and ] change the layer."


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """What the layers' strip shows of a result, and what was read at (u, v) of the probes."""

    prediction: Prediction
    maps: tuple[FieldMap, ...]
    read: dict[tuple[int, int], Probe]


class ProbeController:
    """Places, moves and shows probes; chooses the layers whose taps are drawn."""

    def __init__(
        self,
        window: WindowView,
        session: Session,
        view: ViewState,
        probes: Probes,
        notices: Notices,
        runner: Runner,
        badge: Callable[[int, int], CheckBadge | None] = lambda _u, _v: None,
    ) -> None:
        self._window = window
        self._session = session
        self._view = view
        self._probes = probes
        self._notices = notices
        self._runner = runner
        self._badge = badge  # of the self-check at a pixel
        self._surveyed: Prediction | None = None  # the result whose maps are on the screen
        self._asked_pixel: tuple[int, int] | None = None  # a pixel named before there was a picture
        self._asked_layer: str | None = None
        self._hinted = False
        self._layer_is_ours = True  # the user has chosen none yet
        self._read: dict[tuple[int, int], Probe] = {}  # of the current result
        self._connect()

    @property
    def is_complete(self) -> bool:
        """The current result's maps, and its first probe, are on the screen."""
        return self._surveyed is not None and self._surveyed is self._session.prediction

    def begin_with(self, pixel: tuple[int, int] | None, layer: str | None) -> None:
        """The probe and the layer to begin with, as soon as there is a result."""
        self._asked_pixel, self._asked_layer = pixel, layer
        self._layer_is_ours = pixel is None and layer is None

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
        if key not in self._read:
            self._read[key] = read_at(result, *key)
        return self._read[key]

    def marks(self) -> tuple[ProbeMarks, ...]:
        """What is drawn over the picture."""
        return tuple(self._marks_of(point) for point in self._probes.points)

    def show_streamed(self, read: dict[tuple[int, int], Probe]) -> None:
        """What was read at the probes of the frame that the session streams: the marks follow.

        Cards and the cloud's marks are for `show_cards`, which cannot be read at every frame.
        """
        self._read = dict(read)
        self._keep_inside()
        if self._session.prediction is not None:
            self._grant(self._session.prediction)
        self._show_marks()

    def survey(self) -> None:
        """Have the layers' maps of the current result made, and its probes read, in the worker.

        Of a stream the probes are read with every frame, elsewhere.
        """
        if self._session.result is None:
            self._window.layers.set_maps(())
            return
        points = () if self._session.streaming else self._probes.points
        places = tuple((point.u, point.v) for point in points)
        work = partial(survey, self._session.result, places)
        failed = partial(self._notices.fail, doing="surveying", subject=Subject.FRAME)
        self._runner.submit(work, self._show_survey, failed)

    def show_cards(self) -> None:
        """The cards and the marks in the cloud."""
        read = self._all_read()
        self.show_badges()
        lifted = tuple((probe, number == self._active_number()) for number, probe in read)
        marks = cloud_marks(lifted, self._view.settings, self._corners())
        self._window.cloud.set_marks(*marks)

    def show_badges(self) -> None:
        """The cards alone."""
        self._window.card.set_cards(self._cards(self._all_read()), self._active_number())

    def _corners(self) -> tuple[tuple[float, float, float], ...]:
        """Of what is measured, in metres."""
        frame, measured = self._session.frame, self._session.document.value.measured
        if frame is None or not measured:
            return ()
        u, v = (np.array(values, np.float64) for values in zip(*measured, strict=True))
        points = points_at(frame.depth_m, frame.intrinsics, u, v).tolist()
        return tuple((x, y, z) for x, y, z in points)

    def _follow_document(self, old: DocumentValue, new: DocumentValue) -> None:
        if old.measured != new.measured:
            self.show_cards()

    def _is_stale(self, prediction: Prediction) -> bool:
        """Of a stream the last but one frame is new enough."""
        return prediction is not self._session.prediction and not self._session.streaming

    def _connect(self) -> None:
        window, probes = self._window, self._probes
        self._session.frames_changed.connect(self.start_over)
        self._session.frame_changed.connect(self._follow_frame)
        self._session.result_changed.connect(self._follow_result)
        self._view.changed.connect(self._follow_settings)
        probes.changed.connect(self._show)
        self._session.document.changed.connect(self._follow_document)
        self._session.document.returned.connect(lambda *_: self._keep_inside())
        window.probe_stepped.connect(self.step)
        window.layers.chosen.connect(lambda layer: self._view.change(layer=layer))
        window.card.layer_chosen.connect(lambda layer: self._view.change(layer=layer))
        window.card.activated.connect(probes.activate)
        window.card.removed.connect(probes.remove)
        window.card.pinned.connect(probes.toggle_pin)

    def _follow_frame(self) -> None:
        """Probes stay where they are from frame to frame, as long as they are in the picture."""
        self._read = {}
        self._keep_inside()
        frame = self._session.frame
        if frame is not None and frame.depth_m is None:
            self._window.layers.set_maps(())
            self._window.show_hint("")  # a click would show nothing
        self._show()

    def _follow_result(self) -> None:
        self._read = {}
        if self._session.result is not None:
            self._grant(self._session.result.prediction)
            self.survey()  # the marks of the last result stay as long as its picture

    def _keep_inside(self) -> None:
        frame = self._session.frame
        if frame is not None:
            height, width = frame.size
            self._probes.keep(lambda point: point.u < width and point.v < height)

    def _grant(self, prediction: Prediction) -> None:
        """What was asked for before there was a result."""
        self._grant_layer(prediction)
        self._grant_pixel(prediction)

    def _grant_layer(self, prediction: Prediction) -> None:
        """The layer asked for; all of them where another network has no such layer."""
        names = [trace.name for trace in prediction.traces]
        asked, self._asked_layer = self._asked_layer, None
        if asked is not None and asked not in (ALL_LAYERS, *names):
            known = ", ".join(names)
            error = UserError(f"There is no S-Conv called {asked!r} here: use {known}.")
            self._notices.fail(error, subject=Subject.FRAME)
        elif asked is not None:
            self._view.amend(layer=asked)
        elif self._view.settings.layer not in (ALL_LAYERS, *names):
            self._view.amend(layer=ALL_LAYERS)

    def _grant_pixel(self, prediction: Prediction) -> None:
        """The pixel asked for, once."""
        asked, self._asked_pixel = self._asked_pixel, None
        if asked is None:
            return
        try:
            check_pixel(*asked, prediction.size)
            self._probes.place_first(*asked)
        except UserError as error:
            self._notices.fail(error, subject=Subject.FRAME)

    def _show_survey(self, found: Survey) -> None:
        """The layers' maps, marks and cards; then a first probe, if the user has
        placed none."""
        result = self._session.result
        if result is None or self._is_stale(found.prediction):
            return
        if not self._session.streaming:
            self._read = found.read | self._read
            self._show()
        self._window.layers.set_maps(found.maps)
        self._window.layers.set_layer(self._view.settings.layer)
        if self._probes.points or not found.prediction.traces:
            self._surveyed = found.prediction
            return
        # In a turn of its own: a strip and a card made at once would be felt.
        work = partial(find_first, result)
        self._runner.submit(work, partial(self._place_first, result.prediction), self._fail_first)

    def _place_first(self, prediction: Prediction, pixel: tuple[int, int] | None) -> None:
        if self._is_stale(prediction) or self._session.prediction is None:
            return
        if pixel is not None and not self._probes.points:
            self._choose_widest(*pixel)
            self._probes.place_first(*pixel)
            self._hint_once()
        self._surveyed = prediction

    def _hint_once(self) -> None:
        """Not for every set that is opened."""
        if not self._hinted:
            self._window.show_hint(HINT)
        self._hinted = True

    def _choose_widest(self, u: int, v: int) -> None:
        """At the first start one layer shows the point better than all: of those whose taps are all
        in sight, else of those that lose the fewest, the one that spreads most.

        From then on the layer is the user's business.
        """
        read = self.read(ProbePoint(0, u, v))
        if read is not None and self._layer_is_ours:
            widest = max(
                read.layers,
                key=lambda layer: (-int(np.count_nonzero(layer.outside)), layer.spread_px),
            )
            self._view.amend(layer=widest.name)
        self._layer_is_ours = False

    def _fail_first(self, error: Exception) -> None:
        self._notices.fail(error, "choosing a first probe", Subject.FRAME)

    def _follow_settings(self, old: ViewSettings, new: ViewSettings) -> None:
        if old.layer != new.layer:
            self._window.layers.set_layer(new.layer)
        drawn = ("layer", "tap_weight", "show_grid")
        if any(getattr(old, name) != getattr(new, name) for name in drawn):
            self._show()
        elif (old.palette, old.own_colours) != (new.palette, new.own_colours):
            self.show_cards()

    def _show(self) -> None:
        places = {(point.u, point.v) for point in self._probes.points}
        self._read = {place: read for place, read in self._read.items() if place in places}
        self._show_marks()
        self.show_cards()

    def _show_marks(self) -> None:
        settings = self._view.settings
        self._window.picture.set_probes(self.marks(), settings.tap_weight, settings.show_grid)

    def _marks_of(self, point: ProbePoint) -> ProbeMarks:
        """Without a result only the cross is known."""
        read = self.read(point)
        active = point is self._probes.active
        if read is None:
            return ProbeMarks(point.number, point.u, point.v, active, ())
        return probe_marks(read, point.number, self._view.settings, active)

    def _all_read(self) -> tuple[tuple[int, Probe], ...]:
        """(number, what is known) of every probe."""
        pairs = ((point.number, self.read(point)) for point in self._probes.points)
        return tuple((number, read) for number, read in pairs if read is not None)

    def _cards(self, read: tuple[tuple[int, Probe], ...]) -> tuple[ProbeCard, ...]:
        result = self._session.result
        if result is None:
            return ()
        pinned = {at.number for at in self._probes.points if at.pinned}
        return tuple(
            probe_card(
                probe,
                number,
                result.frame,
                result.prediction,
                self._view.settings,
                number in pinned,
                self._badge(probe.u, probe.v),
            )
            for number, probe in read
        )

    def _active_number(self) -> int:
        active = self._probes.active
        return active.number if active is not None else 0


def survey(result: Result, places: tuple[tuple[int, int], ...], _: Task) -> Survey:
    """In a worker: the layers' maps, and what is known at (u, v) of the probes."""
    read = {place: read_at(result, *place) for place in places}
    return Survey(result.prediction, field_maps(result.prediction), read)


def read_at(result: Result, u: int, v: int) -> Probe:
    """All that is known at a pixel."""
    frame = result.frame
    return probe(result.prediction, u, v, depth_m=frame.depth_m, intrinsics=frame.intrinsics)


def find_first(result: Result, _: Task) -> tuple[int, int] | None:
    """In a worker: where the first probe goes; None without depth."""
    depth_m = result.frame.depth_m
    return None if depth_m is None else first_probe(result.prediction, depth_m)
