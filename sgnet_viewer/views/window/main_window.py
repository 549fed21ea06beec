"""The main window: its theme and scale, its keyboard focus, what is kept of it."""

from __future__ import annotations

from PySide6.QtCore import QSettings, QSize, Qt
from PySide6.QtWidgets import (
    QApplication,
    QTabBar,
    QWidget,
)

from sgnet_model.types import UInt8Array
from sgnet_viewer.painting.images import image_from_array
from sgnet_viewer.settings import SCALE_KEY, scale_of
from sgnet_viewer.state.view_settings import FigureOptions
from sgnet_viewer.views.kit.focus_frame import FocusFrame
from sgnet_viewer.views.kit.theme import Theme, ThemeChoice
from sgnet_viewer.views.window.figure_dialog import FigureDialog
from sgnet_viewer.views.window.panels_window import PanelsWindow
from sgnet_viewer.views.window.stored_values import THEME_KEY, reset_unusable
from sgnet_viewer.views.window.tab_order import step
from sgnet_viewer.views.window.views_window import APPLICATION

ORGANISATION = "sgnet-viewer"
FIRST_SIZE = QSize(1600, 1000)
FRAME = QSize(8, 40)  # what a window manager draws around a window, at most


class MainWindow(PanelsWindow):
    """Implements `contract.window.WindowView`. `settings` keeps the layout and the theme."""

    def __init__(self, cloud: QWidget, settings: QSettings | None = None) -> None:
        """`cloud`: a widget that is a `CloudViewProtocol`; `settings`: None for the user's own."""
        super().__init__()
        self._settings = settings or QSettings(ORGANISATION, APPLICATION)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self.reset_settings = reset_unusable(self._settings)
        theme = str(self._settings.value(THEME_KEY, ThemeChoice.SYSTEM.value))
        self._theme = Theme(application, ThemeChoice(theme), self)
        self._was_maximised = False  # before the full screen
        self.build(cloud)
        self.set_title("")
        self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize() - FRAME))
        if not self._build_panels(self._settings):
            self.reset_settings = (*self.reset_settings, "layout")
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
            self.copy_image(image)

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

    def focusNextPrevChild(self, next: bool) -> bool:  # Qt's name
        """Tab and Shift+Tab."""
        return step(self, self._tab_parts(), next)

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
            self._picture.brush,
            self._picture.canvas,
            self._cloud_panel,
            docks.probes,
            docks.explain,
            *self.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly),
            docks.layers,
            self._status,
        ]
