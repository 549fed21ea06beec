"""The main window: its panels, its theme, its layout from start to start."""

from __future__ import annotations

from PySide6.QtCore import QSettings, QSize, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QTabBar,
    QWidget,
)

from sgnet_model.types import UInt8Array
from sgnet_viewer.contract.window import (
    DockState,
)
from sgnet_viewer.settings import SCALE_KEY, scale_of
from sgnet_viewer.state.view_settings import FigureOptions
from sgnet_viewer.views.kit.focus_frame import FocusFrame
from sgnet_viewer.views.kit.pixmaps import image_from_array
from sgnet_viewer.views.kit.theme import Theme, ThemeChoice
from sgnet_viewer.views.window.closed_panels import ClosedPanels
from sgnet_viewer.views.window.command_window import CommandWindow
from sgnet_viewer.views.window.dock_sizes import DockSizes
from sgnet_viewer.views.window.figure_dialog import FigureDialog
from sgnet_viewer.views.window.panes import Panes
from sgnet_viewer.views.window.tab_order import step
from sgnet_viewer.views.window.views_window import APPLICATION
from sgnet_viewer.views.window.window_docks import (
    dock_state,
    place,
    restore_layout,
    save_layout,
    set_dock_states,
)

ORGANISATION = "sgnet-viewer"
THEME_KEY = "window/theme"
FIRST_SIZE = QSize(1600, 1000)
FRAME = QSize(8, 40)  # what a window manager draws around a window, at most


class MainWindow(CommandWindow):
    """Implements `contract.window.WindowView`. `settings` keeps the layout and the theme."""

    def __init__(self, cloud: QWidget, settings: QSettings | None = None) -> None:
        """`cloud`: a widget that is a `CloudViewProtocol`; `settings`: None for the user's own."""
        super().__init__()
        self._settings = settings or QSettings(ORGANISATION, APPLICATION)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self.reset_settings: tuple[str, ...] = ()  # stored values that could not be used
        theme = _stored_theme(self._settings)
        if theme is None:
            self._settings.remove(THEME_KEY)
            self.reset_settings = ("theme",)
        self._theme = Theme(application, theme or ThemeChoice.SYSTEM, self)
        self._was_maximised = False  # before the full screen
        self.build(cloud)
        self._wire_panels()
        self._panes = Panes(self, self._docks, self._picture, self._cloud_panel)
        self.set_title("")
        self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize() - FRAME))
        self._room = DockSizes(self, self._docks)
        restored = restore_layout(self, self._settings)
        if restored:
            self._room.restore(self._settings)
        elif restored is None:
            self.reset_settings = (*self.reset_settings, "layout")
        self._closed = ClosedPanels(self, self._settings, self._docks.frames, self._docks.spread)
        self._docks.spread.hide()  # whatever the stored layout says: it is for streams
        self._docks.frames.hide()  # whatever the stored layout says of the list
        self._panes.load(self._settings)
        self._frames_of_focus = [
            FocusFrame(view) for view in (self._picture.canvas, cloud, self._legend.list)
        ]
        self._picture.setFocus()

    def ask_figure(self, options: FigureOptions) -> None:
        """What a figure has beside the picture; beside the window."""
        dialog = FigureDialog(options, self)
        dialog.changed.connect(self.figure_changed.emit)
        dialog.saved.connect(self.figure_saved.emit)
        dialog.copied.connect(self.figure_copied.emit)
        self._open(dialog)

    def copy_image(self, rgb: UInt8Array) -> None:
        """(h, w, 3) to the clipboard."""
        QApplication.clipboard().setImage(image_from_array(rgb))

    def copy_cloud(self) -> None:
        """As it is on the screen."""
        image = self.cloud.picture()
        if image is not None:
            QApplication.clipboard().setImage(image_from_array(image).copy())

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

    def themes(self) -> tuple[str, ...]:
        """What `choose_theme` takes."""
        return tuple(choice.value for choice in ThemeChoice)

    def theme(self) -> str:
        """The one chosen."""
        return self._theme.choice.value

    def choose_theme(self, name: str) -> None:
        """Dark, light or the system's, kept for the next start."""
        self._theme.choose(ThemeChoice(name))
        self._settings.setValue(THEME_KEY, name)
        self.layout_changed.emit()

    def scale(self) -> float:
        """Of the whole window, from the next start."""
        return scale_of(self._settings.value(SCALE_KEY))

    def choose_scale(self, scale: float) -> None:
        """Kept for the next start: Qt reads it before there is a window."""
        self._settings.setValue(SCALE_KEY, f"{scale:g}")
        self.layout_changed.emit()

    def toggle_full_screen(self) -> None:
        """Without the frame, or with it."""
        if not self.isFullScreen():
            self._was_maximised = self.isMaximized()
            self.showFullScreen()
        elif self._was_maximised:
            self.showMaximized()
        else:
            self.showNormal()

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

    def focusNextPrevChild(self, next: bool) -> bool:  # Qt's name
        """Tab and Shift+Tab."""
        return step(self, self._tab_parts(), next)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keeps the layout."""
        self._panes.restore()
        self._panes.save(self._settings)
        save_layout(self, self._settings)
        self._room.save(self._settings)
        super().closeEvent(event)

    def _tab_parts(self) -> list[QWidget]:
        """Tab goes from the tool bar through the left side and the picture to the right."""
        docks = self._docks
        return [
            self.tools,
            self._live_bar,
            self._notices,
            docks.classes,
            docks.frames,
            docks.spread,
            self._picture.tools,
            self._picture.canvas,
            self._cloud_panel,
            docks.probes,
            docks.explain,
            *self.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly),
            docks.layers,
            self._status,
        ]

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
        self._room.show(frames, count > 1 and not self._closed.has(frames))

    def _show_live(self, running: bool) -> None:
        """A stream was opened or has ended."""
        spread = self._docks.spread
        self._room.show(spread, running and not self._closed.has(spread))


def _stored_theme(settings: QSettings) -> ThemeChoice | None:
    """The system's where none is stored, None where something else is."""
    stored = str(settings.value(THEME_KEY, ThemeChoice.SYSTEM.value))
    known = {choice.value for choice in ThemeChoice}
    return ThemeChoice(stored) if stored in known else None
