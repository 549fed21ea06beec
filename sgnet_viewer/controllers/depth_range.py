"""The range of the depth's colours: locked as it is, typed, or each frame's own."""

from __future__ import annotations

from sgnet_model.types import UserError
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.render.depth import depth_limits
from sgnet_viewer.state.notices import Notices
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.state.view_settings import FARTHEST_LIMIT_M, Limits

NO_RANGE = "A depth range needs two distances in metres, the nearer first: {} to {} is none."


class DepthRangeController:
    """Intent to the view's `depth_limits`."""

    def __init__(
        self, window: WindowView, session: Session, view: ViewState, notices: Notices
    ) -> None:
        self._window = window
        self._session = session
        self._view = view
        self._notices = notices
        window.depth_range_entered.connect(self._take)

    @property
    def is_locked(self) -> bool:
        """Whether every frame is drawn in one range."""
        return self._view.settings.depth_limits is not None

    def toggle(self) -> None:
        """Lock the range that is shown now, or unlock it."""
        if self.is_locked:
            self.unlock()
            return
        shown = self._shown()
        if shown is not None:
            low, high = shown
            self._view.change(depth_limits=(low, max(high, low + 0.01)))  # a plane has no span

    def unlock(self) -> None:
        """Each frame's own range again."""
        self._view.change(depth_limits=None)

    def ask(self) -> None:
        """Have the two distances typed; what is shown now stands there."""
        shown = self._shown()
        if shown is not None:
            self._window.ask_depth_range(*shown)

    def _shown(self) -> Limits | None:
        frame = self._session.frame
        if frame is None or frame.depth_m is None:
            return None
        settings = self._view.settings.within(self._session.depth_limits)
        return depth_limits(frame.depth_m, settings)

    def _take(self, low: float, high: float) -> None:
        if 0 <= low < high <= FARTHEST_LIMIT_M:
            self._view.change(depth_limits=(low, high))
        else:
            self._notices.fail(UserError(NO_RANGE.format(f"{low:g}", f"{high:g}")))
