"""Gestures over picture, legend, modes and cloud: what they change of the view."""

from __future__ import annotations

from sgnet_viewer.contract.pointer import PointedIn
from sgnet_viewer.contract.window import WindowView
from sgnet_viewer.render.shown import NOWHERE
from sgnet_viewer.state.session import Session
from sgnet_viewer.state.view import ViewState
from sgnet_viewer.state.view_settings import CloudColour, PictureMode

from .screen import Screen


class PictureController:
    """Gestures to state; the cursor and the held space bar to the screen."""

    def __init__(
        self, window: WindowView, session: Session, view: ViewState, screen: Screen
    ) -> None:
        self._session = session
        self._view = view
        self._screen = screen
        self._connect(window)

    def isolate(self, index: int) -> None:
        """Show one class alone; the same again shows all."""
        prediction = self._session.prediction
        if prediction is None:
            return
        others = frozenset(range(len(prediction.scheme.classes))) - {index}
        alone = self._view.settings.hidden == others
        self._view.change(hidden=frozenset() if alone else others)

    def _connect(self, window: WindowView) -> None:
        session, view, screen = self._session, self._view, self._screen
        session.frames_changed.connect(lambda: view.amend(hidden=frozenset()))
        session.result_changed.connect(self._forget_hidden)
        window.mode_chosen.connect(lambda mode: view.change(mode=PictureMode(mode)))
        window.opacity_changed.connect(lambda value: view.change(opacity=float(value)))
        window.overlay_flickered.connect(lambda shown: screen.hold(bare=not shown))
        window.legend.toggled.connect(self._toggle)
        window.legend.isolated.connect(self.isolate)
        window.legend.pointed.connect(screen.light)
        window.legend.all_shown.connect(lambda: view.change(hidden=frozenset()))
        window.picture.hovered.connect(screen.hover)
        window.cloud.hovered.connect(self._hover_cloud)
        window.layers.hovered.connect(self._hover_map)
        window.layers.enlarged.connect(self._enlarge)
        window.cloud_colour_chosen.connect(lambda name: view.change(cloud_colour=CloudColour(name)))
        window.point_size_changed.connect(lambda size: view.change(point_size=int(size)))

    def _toggle(self, index: int, shown: bool) -> None:
        hidden = self._view.settings.hidden
        self._view.change(hidden=hidden - {index} if shown else hidden | {index})

    def _forget_hidden(self) -> None:
        """Indices of a class list with another length mean other classes."""
        prediction = self._session.prediction
        hidden = self._view.settings.hidden
        if prediction and hidden and max(hidden) >= len(prediction.scheme.classes):
            self._view.amend(hidden=frozenset())

    def _hover_cloud(self, source_index: int) -> None:
        pixel = self._session.pixel_of(source_index) or NOWHERE
        self._screen.hover(*pixel, PointedIn.CLOUD)

    def _enlarge(self, layer: str, again: bool) -> None:
        """The layer's map over the picture; the one that is there is taken away."""
        shown = self._view.settings.show_field
        self._view.change(layer=layer, show_field=not (again and shown))

    def _hover_map(self, x: float, y: float) -> None:
        """Shares of the frame; (-1, -1) for none."""
        frame = self._session.frame
        if frame is None or x < 0:
            self._screen.hover(*NOWHERE, PointedIn.MAPS)
        else:
            height, width = frame.size
            pixel = min(int(x * width), width - 1), min(int(y * height), height - 1)
            self._screen.hover(*pixel, PointedIn.MAPS)
