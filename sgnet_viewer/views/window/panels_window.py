"""The panels of the main window: which are open, where they are, and what is kept of that."""

from __future__ import annotations

from PySide6.QtCore import QSettings
from PySide6.QtGui import (
    QCloseEvent,
    QResizeEvent,
    QShowEvent,
)

from sgnet_viewer.contract.window import (
    DockState,
)
from sgnet_viewer.views.window.closed_panels import ClosedPanels
from sgnet_viewer.views.window.command_window import CommandWindow
from sgnet_viewer.views.window.dock_sizes import DockSizes
from sgnet_viewer.views.window.panes import Panes
from sgnet_viewer.views.window.window_docks import (
    dock_state,
    place,
    restore_layout,
    save_layout,
    set_dock_states,
)


class PanelsWindow(CommandWindow):
    """Docks, their sizes, and the layout from start to start."""

    _frames_height = 0  # that the list of frames had use for when the room was shared last

    def panels(self) -> tuple[str, ...]:
        """Titles of the docks."""
        return tuple(dock.objectName() for dock in self._docks.all())

    def is_panel_shown(self, name: str) -> bool:
        """Whether the dock of that title is open."""
        return not self._panel(name).isHidden()

    def toggle_panel(self, name: str) -> None:
        """Open or close a dock."""
        panel = self._panel(name)
        shown = panel.isHidden()
        self._closed.note(panel, not shown)
        self._room.show(panel, shown)

    def show_panel(self, name: str) -> None:
        """To the front of its tabs; one that the user has closed stays closed."""
        panel = self._panel(name)
        if not panel.isHidden():
            panel.raise_()

    def docks(self) -> tuple[DockState, ...]:
        """Where the panels are."""
        return tuple(dock_state(self, dock) for dock in self._docks.all())

    def set_docks(self, docks: tuple[DockState, ...]) -> None:
        """Put the panels there; from now on their sizes are the user's."""
        set_dock_states(self, self._docks, docks)
        self._room.keep()

    def reset_layout(self) -> None:
        """Every dock where it was at first, and the picture in the middle."""
        self._panes.restore()
        if self._panes.swapped:
            self._panes.swap()
        place(self, self._docks)
        self._closed.forget()
        self._docks.frames.setVisible(self._frames.total > 1)
        self._docks.spread.setVisible(self.is_live())
        self._room.start_over()

    def swap_panes(self) -> None:
        """Picture and cloud change places."""
        self._panes.swap()
        self.layout_changed.emit()

    def is_swapped(self) -> bool:
        """Whether the cloud is in the middle."""
        return self._panes.swapped

    def toggle_maximised_panel(self) -> None:
        """The panel in use fills the window, or goes back."""
        self._panes.toggle()
        self.layout_changed.emit()

    def is_panel_maximised(self) -> bool:
        """Whether one fills the window."""
        return self._panes.maximised is not None

    def dismiss(self) -> bool:
        """Close the notices, else put a maximised panel back; False where there is neither."""
        had = bool(self._notices.notices)
        self._notices.clear()
        if not had and self._panes.restore():
            self.layout_changed.emit()
            return True
        return had

    def showEvent(self, event: QShowEvent) -> None:
        """Docks that the user has not resized get their share of the window."""
        super().showEvent(event)
        self._room.follow_window()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Docks that the user has not resized keep their share of the window."""
        super().resizeEvent(event)
        self._room.follow_window()
        self._notices.follow_window()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keeps the layout."""
        self._panes.restore()
        self._panes.save(self._settings)
        save_layout(self, self._settings)
        self._room.save(self._settings)
        super().closeEvent(event)

    def _build_panels(self, settings: QSettings) -> bool:
        """Put them where they were at the last end; False where the stored layout was no use."""
        self._settings = settings
        self._wire_panels()
        self._panes = Panes(self, self._docks, self._pane, self._cloud_panel)
        self._room = DockSizes(self, self._docks)
        restored = restore_layout(self, settings)
        if restored:
            self._room.restore(settings)
        self._closed = ClosedPanels(self, settings, self._docks.frames, self._docks.spread)
        self._docks.spread.hide()  # whatever the stored layout says: it is for streams
        self._docks.frames.hide()  # whatever the stored layout says of the list
        self._panes.load(settings)
        return restored is not None

    def _wire_panels(self) -> None:
        self._live_bar.shown_changed.connect(self._show_live)
        self._status.camera_clicked.connect(self.ask_camera)
        self._status.scale_clicked.connect(self.ask_scale)
        self._frames.position_changed.connect(self._show_frames_and_place)

    def _show_frames_and_place(self, place_: int, listed: int, total: int) -> None:
        self.tools.set_position(place_, listed)
        self._show_frames(total)

    def _show_frames(self, count: int) -> None:
        """The list of frames is in the way while there is one; one that was closed stays so."""
        frames = self._docks.frames
        shown, height = count > 1 and not self._closed.has(frames), self._frames.sizeHint().height()
        if shown is frames.isHidden():
            self._room.show(frames, shown)
        elif height != self._frames_height:
            self._room.share()  # more rows or fewer, filters or none
        self._frames_height = height

    def _show_live(self, running: bool) -> None:
        """A stream was opened or has ended."""
        spread = self._docks.spread
        self._room.show(spread, running and not self._closed.has(spread))
