"""What the network's threads are told of the window, and what of them the window shows."""

from __future__ import annotations

from collections.abc import Callable

from sgnet_viewer.live.engine import LiveEngine
from sgnet_viewer.live.stream import Stream
from sgnet_viewer.state.activity import Step
from sgnet_viewer.workers.networks import LoadedNetworks

from .live_parts import LiveParts

WHO = "sgnet-live"  # in the activity


class NetworkThreads:
    """They answer by the network that is chosen, and draw as the view says."""

    def __init__(
        self, parts: LiveParts, networks: LoadedNetworks, tell: Callable[[], None]
    ) -> None:
        """`tell`: called in their thread whenever a finished frame waits."""
        self._parts = parts
        self._engine = engine = LiveEngine(tell, self._report, networks)
        session = parts.session
        engine.choose(session.choice)
        session.choice_changed.connect(lambda: engine.choose(session.choice))
        parts.view.changed.connect(lambda *_: self.request_drawing())
        parts.probes.changed.connect(self.request_drawing)

    @property
    def generation(self) -> int:
        """Counts the networks that were chosen."""
        return self._engine.generation

    def run(self, stream: Stream) -> None:
        """Segment what `stream` captures."""
        self._engine.run(stream)

    def end(self) -> None:
        """Segment nothing more."""
        self._engine.end()

    def forget_step(self) -> None:
        """Nothing is under way any more."""
        self._parts.activity.finish(WHO)

    def close(self, deadline: float) -> tuple[str, ...]:
        """End them until `time.monotonic()` is `deadline`; names of those that did not."""
        return self._engine.close(deadline)

    def request_drawing(self) -> None:
        """The next frames are drawn, and read at the probes, as it is chosen now."""
        pixels = tuple((point.u, point.v) for point in self._parts.probes.points)
        self._engine.draw_with(self._parts.screen.seen_settings, pixels)

    def _report(self, step: Step | None) -> None:
        """In the network's thread."""
        self._parts.post(lambda: self._show_step(step))

    def _show_step(self, step: Step | None) -> None:
        if step is None or self._parts.showing.stream is None:
            self.forget_step()
        else:
            self._parts.activity.report(WHO, step)
