"""What follows a stream at its own pace: the cloud, the cards, the legend, the plot, the bar."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from sgnet_model.types import Frame

from .live_parts import LiveParts
from .live_status import bar_of, spread_of
from .live_throttle import Throttle, Update

TURN_S = 0.004  # of the event loop, for what is due: more is due in a second than there are ticks
CLOUD_LATE_S = 1.0  # a renderer that starts, or is lost, is not waited for


class LivePace:
    """A little at a time between two pictures; all of it where the stream stands still."""

    def __init__(self, parts: LiveParts, show_timeline: Callable[[], None]) -> None:
        self._window = parts.window
        self._session = parts.session
        self._view = parts.view
        self._probes = parts.probes
        self._showing = parts.showing
        self._screen = parts.screen
        self._probe = parts.probe
        self._show_timeline = show_timeline
        self._cloud_drawn = True
        self._cloud_asked_at = 0.0
        self._cloud_of: Frame | None = None  # the frame it was last asked for
        self._throttle = self._make_throttle()
        parts.window.cloud.drawn.connect(self._note_cloud)

    def do_some(self) -> None:
        """What is most overdue."""
        self._throttle.do_some(TURN_S)

    def settle(self) -> None:
        """The frame on the screen is one to be looked at: everything is made of it, in full."""
        if self._session.frame is not None:
            self._throttle.do_all()
            self._screen.update()

    def show_bar(self) -> None:
        """State and figures."""
        showing = self._showing
        if showing.stream is None:
            self._window.live_bar.set_model(None)
        else:
            model = bar_of(
                showing.stream, showing.frame, showing.frozen, showing.remark, showing.recording
            )
            self._window.live_bar.set_model(model)

    def show_spread(self) -> None:
        """The active probe's curves."""
        showing, active = self._showing, self._probes.active
        if showing.stream is None:
            self._window.spread.set_spread(None)
            return
        showing.samples.keep({point.number for point in self._probes.points})
        number = active.number if active is not None else 0
        history = showing.samples.spread(number)
        frozen = showing.frozen and history is not None
        now = float(history.times_s[-1]) if frozen and history is not None else time.monotonic()
        layer = self._view.settings.layer
        self._window.spread.set_spread(spread_of(number, history, layer, now))

    def _make_throttle(self) -> Throttle:
        update = self._screen.update
        return Throttle(
            Update(0.1, self._show_timeline),
            Update(0.25, self.show_bar),
            Update(0.25, self._refresh_cards),
            Update(0.25, self._refresh_cloud, self._cloud_may_follow),
            Update(0.35, self.show_spread),
            Update(0.5, partial(update, "legend")),
            Update(0.5, partial(update, "readout")),
            Update(1.0, self._refresh_strip),
            Update(1.0, partial(update, "status", "title")),
        )

    def _refresh_cards(self) -> None:
        numbers = {(point.u, point.v): point.number for point in self._probes.points}
        self._showing.measure(numbers)
        self._screen.update("cards", "cloud_marks")

    def _refresh_strip(self) -> None:
        self._screen.update("strip")
        self._probe.seek_first()

    def _refresh_cloud(self) -> None:
        self._cloud_drawn, self._cloud_asked_at = False, time.monotonic()
        self._cloud_of = self._showing.frame
        self._screen.update("cloud")

    def _cloud_may_follow(self) -> bool:
        """A frame at a time, and not before the renderer's last picture is there, or late."""
        waited = time.monotonic() - self._cloud_asked_at
        is_new = self._showing.frame is not None and self._showing.frame is not self._cloud_of
        return is_new and (self._cloud_drawn or waited > CLOUD_LATE_S)

    def _note_cloud(self) -> None:
        self._cloud_drawn = True
