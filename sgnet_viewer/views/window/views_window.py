"""The views of the main window: what is shown is handed to them."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QDockWidget,
)

from sgnet_viewer.contract.commands import CommandModel
from sgnet_viewer.contract.window import (
    LikelyUnit,
    Readout,
    StatusModel,
)
from sgnet_viewer.state.view_settings import CloudColour, PictureMode
from sgnet_viewer.views.window.preferences import Preferences
from sgnet_viewer.views.window.shortcut_editor import ShortcutEditor
from sgnet_viewer.views.window.wired_window import WiredWindow

APPLICATION = "sgnet-viewer"


class ViewsWindow(WiredWindow):
    """Hands what is shown to the views.

    What opens beside it, and where its panels are, is for the classes made of it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._units: tuple[str, ...] = ()
        self._shown_status: StatusModel | None = None
        self._shortcuts: ShortcutEditor | None = None
        self._preferences: Preferences | None = None

    def set_commands(self, models: tuple[CommandModel, ...]) -> None:
        """Menus, shortcuts, palette and key help show these."""
        self._menus.set_commands(models)
        self._picture.tools.set_tools(tuple(model for model in models if model.group == "tool"))
        self._picture.brush.set_commands(models)
        if self._shortcuts is not None:
            self._shortcuts.set_commands(models)
        if self._preferences is not None:
            self._preferences.set_commands(models)

    def set_units(
        self, units: tuple[str, ...], current: str, likely: tuple[LikelyUnit, ...] = ()
    ) -> None:
        """The depth units to choose from, and the one in use."""
        self._units = units
        self._status.set_units(units, current, likely)

    def set_mode(self, mode: PictureMode) -> None:
        """Which view the picture is in."""
        self.tools.modes.set_mode(mode)
        self.tools.slider.setEnabled(mode is PictureMode.OVERLAY)

    def set_modes_enabled(self, modes: frozenset[PictureMode]) -> None:
        """The views that have something to show."""
        self.tools.modes.set_enabled(modes)

    def set_opacity(self, opacity: float) -> None:
        """The overlay's, 0..1."""
        self.tools.set_opacity(opacity)

    def set_cloud_colour(self, colour: CloudColour) -> None:
        """What colours the points."""
        self._cloud_panel.set_colour(colour)

    def set_readout(self, readout: Readout | None) -> None:
        """What lies under the cursor."""
        self._readout.set_readout(readout)

    def set_status(self, status: StatusModel | None) -> None:
        """The line at the bottom."""
        self._status.set_status(status)
        self._shown_status = status
        reason = "" if status is None else status.no_result
        panels = (self.legend, self.layers, self.card, self.spread, self._readout, self._explain)
        for view in panels:
            view.set_no_result(reason)

    def set_busy(self, text: str, fraction: float | None) -> None:
        """What runs, and how far it is (None: not known)."""
        self._status.set_busy(text, fraction)

    def set_idle(self) -> None:
        """Nothing runs."""
        self._status.set_idle()

    def set_title(self, text: str) -> None:
        """The frame's name, in the window's title."""
        self.setWindowTitle(f"{text} – {APPLICATION}" if text else APPLICATION)

    def show_hint(self, text: str) -> None:
        """A line over the picture that fades after the first click."""
        self._picture.show_hint(text)

    def is_live(self) -> bool:
        """Whether a stream is open."""
        return not self._live_bar.isHidden()

    def is_busy(self) -> bool:
        """Whether there is something to cancel."""
        return self._status.busy

    def _panel(self, name: str) -> QDockWidget:
        return next(dock for dock in self._docks.all() if dock.objectName() == name)
