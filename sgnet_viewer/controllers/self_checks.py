"""The self-check of every probe: asked once the window rests, shown as a badge on its card."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sgnet_viewer.contract.panels import CheckBadge
from sgnet_viewer.render.parts import Pixel
from sgnet_viewer.render.self_check import WAITING, badge_of
from sgnet_viewer.state.choices import NetworkChoice
from sgnet_viewer.state.event import Event
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.result import Result
from sgnet_viewer.state.session import Session
from sgnet_viewer.workers.self_checking import Check, CheckRequest, Found

from .runner import Runner


class SelfCheckController:
    """`later`: has `ask` called once nothing has happened for a while; again, it waits anew.

    While frames stream nothing rests; a frozen frame is checked like a still one.
    """

    def __init__(
        self,
        session: Session,
        probes: Probes,
        notices: Notices,
        runner: Runner,
        check: Check,
        later: Callable[[], object],
    ) -> None:
        self.changed: Event[[]] = Event()  # another badge is known
        self._session = session
        self._probes = probes
        self._notices = notices
        self._runner = runner
        self._check = check
        self._later = later
        self._known: dict[Pixel, CheckBadge] = {}  # of the current result
        self._network: NetworkChoice | None = None  # who gave the current result
        session.frame_changed.connect(self._start_over)
        session.result_changed.connect(self._start_over)
        session.streamed.connect(self._start_over)
        session.choice_changed.connect(self._forget_network)
        probes.changed.connect(self._follow_probes)

    @property
    def is_settled(self) -> bool:
        """Every probe of the result that is shown has the badge it keeps, or none."""
        return not self._missing()

    def badge(self, u: int, v: int) -> CheckBadge | None:
        """Of a probe at the pixel; None where its layers have no taps, or none are drawn."""
        prediction = self._session.prediction
        if prediction is None or not prediction.traces:
            return None
        return self._known.get((u, v), WAITING)

    def ask(self) -> None:
        """Check the probes that are not checked yet."""
        result, network = self._session.result, self._network
        missing = self._missing()
        if result is None or network is None or not missing:
            return
        work = partial(self._check, CheckRequest(result, network, missing))
        self._runner.submit(work, partial(self._take, result), self._fail)

    def _missing(self) -> tuple[Pixel, ...]:
        """Probes without a badge that will have one: of a result with taps."""
        prediction = self._session.prediction
        if prediction is None or not prediction.traces:
            return ()
        places = dict.fromkeys((point.u, point.v) for point in self._probes.points)
        return tuple(place for place in places if place not in self._known)

    def _start_over(self) -> None:
        self._known.clear()
        self._runner.cancel()
        self._network = self._session.choice if self._session.result is not None else None
        self._later()

    def _forget_network(self) -> None:
        """What is shown until the new answer is there is the old network's."""
        self._network = None
        self._runner.cancel()

    def _follow_probes(self) -> None:
        if self._missing():
            self._later()

    def _take(self, result: Result, found: Found) -> None:
        if result is not self._session.result:
            return
        precision = result.network.precision
        self._known |= {pixel: badge_of(check, precision) for pixel, check in found.items()}
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        self._notices.fail(error, "checking the taps that are drawn")
