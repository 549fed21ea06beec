"""The depth units that can be chosen for the frame that is shown."""

from __future__ import annotations

from sgnet_model.data.depth_units import UNITS
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.render.status import likely_units
from sgnet_viewer.state.session import Session

from .session import GUESS


class UnitsController:
    """Follows the session."""

    def __init__(self, window: WindowView, session: Session) -> None:
        self._window = window
        self._session = session
        session.frame_changed.connect(self.show)

    def show(self) -> None:
        """The units, the one chosen, and what a doubted guess may be instead."""
        chosen = self._session.target.unit or GUESS
        own = () if chosen in (GUESS, *UNITS) else (chosen,)  # a scale that was typed
        frame = self._session.frame
        self._window.set_units(
            (GUESS, *UNITS, *own), chosen, likely_units(frame.depth_info if frame else None)
        )
