"""Showing another frame of the open set, with a probe in it."""

from __future__ import annotations

from collections.abc import Callable

from sgnet_viewer.render.parts import Pixel
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session


class Navigation:
    """The probe is placed once the frame is there; not where another frame came first."""

    def __init__(self, session: Session, probes: Probes, show: Callable[[int], object]) -> None:
        """`show`: has a frame of the set shown."""
        self._session = session
        self._probes = probes
        self._show = show
        self._awaited: tuple[int, Pixel] | None = None
        session.frame_changed.connect(self._arrive)

    def go(self, index: int, pixel: Pixel | None = None) -> None:
        """Show frame `index`, with a probe at `pixel` unless that is None."""
        self.forget()
        if pixel is not None and index == self._session.index:
            self._probes.place(*pixel)
            return
        self._awaited = None if pixel is None else (index, pixel)
        self._show(index)

    def forget(self) -> None:
        """What was chosen after the last `go` counts: no probe is placed any more."""
        self._awaited = None

    def _arrive(self) -> None:
        awaited, self._awaited = self._awaited, None
        if awaited is not None and awaited[0] == self._session.index:
            self._probes.place(*awaited[1])
