"""What the controllers of single settings of the view have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod

from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState


class ViewController(ABC):
    """Turns what the window says into settings of the view, or into a notice."""

    def __init__(
        self, window: WindowView, session: Session, view: ViewState, notices: Notices
    ) -> None:
        self._window = window
        self._session = session
        self._view = view
        self._notices = notices
        self._listen(window)

    @abstractmethod
    def _listen(self, window: WindowView) -> None:
        """Connect what the window says to this controller."""
