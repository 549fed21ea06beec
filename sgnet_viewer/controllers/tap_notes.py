"""What is said of the tap under the cursor; a click holds it."""

from __future__ import annotations

from collections.abc import Callable

from sgnet_model.inspection.probe import Probe
from sgnet_model.prediction import Prediction
from sgnet_viewer.contract.picture import TapNote
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.render.tap_note import tap_note
from sgnet_viewer.state.document import DocumentValue
from sgnet_viewer.state.probes import Probes
from sgnet_viewer.state.session import Session

from .probe import ProbeController

Tap = tuple[int, str, int, bool]  # probe's number, layer, 0..8, whether it is B's
NONE: Tap = (0, "", -1, False)
Read = tuple[Probe, Prediction]


class TapNoteController:
    """Esc, a click elsewhere, and whatever moves the taps let go of a tap that is held."""

    def __init__(
        self,
        window: WindowView,
        session: Session,
        probes: Probes,
        reader: ProbeController,
        other: Callable[[], Read | None],
    ) -> None:
        """`other`: what the second answer, B, says at the active probe; None where it is not
        there."""
        self._window = window
        self._session = session
        self._probes = probes
        self._reader = reader
        self._other = other
        self._pointed, self._held = NONE, NONE
        picture = window.picture
        picture.tap_pointed.connect(self._point)
        picture.tap_clicked.connect(self._hold)
        picture.clicked.connect(lambda *_: self._let_go())
        window.escaped.connect(self._let_go)
        session.frame_changed.connect(self._let_go)
        session.result_changed.connect(self._let_go)
        session.document.changed.connect(self._follow)

    def _point(self, number: int, layer: str, index: int, other: bool) -> None:
        self._pointed = (number, layer, index, other)
        self._show()

    def _hold(self, number: int, layer: str, index: int, other: bool) -> None:
        """The same again lets go of it."""
        tap = (number, layer, index, other)
        self._held = NONE if tap == self._held else tap
        self._show()

    def _let_go(self) -> None:
        if (self._pointed, self._held) != (NONE, NONE):
            self._pointed = self._held = NONE
            self._show()

    def _follow(self, old: DocumentValue, new: DocumentValue) -> None:
        if _moves_taps(old) != _moves_taps(new):
            self._let_go()

    def _show(self) -> None:
        held = self._held != NONE
        self._window.picture.set_tap_note(self._note(self._held if held else self._pointed, held))

    def _note(self, tap: Tap, held: bool) -> TapNote | None:
        number, name, index, other = tap
        known = self._other() if other else self._own(number)
        if known is None:
            return None
        read, prediction = known
        layer = next((layer for layer in read.layers if layer.name == name), None)
        return None if layer is None else tap_note(read, layer, index, prediction, held, other)

    def _own(self, number: int) -> Read | None:
        point, prediction = self._probes.find(number), self._session.prediction
        read = None if point is None else self._reader.read(point)
        return None if read is None or prediction is None else (read, prediction)


def _moves_taps(value: DocumentValue) -> tuple[object, ...]:
    comparing = value.comparing
    return value.probes, value.view.layer, comparing.network, comparing.edits, comparing.layout
