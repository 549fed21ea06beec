"""The large pane: picture and cloud change places, and any panel may fill the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, QSettings
from PySide6.QtWidgets import (
    QDockWidget,
    QLayout,
    QMainWindow,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

from sgnet_viewer.views.window.window_docks import Docks

SWAPPED_KEY = "window/swapped"


class Panes(QObject):
    """Moves widgets between the middle of the window, the cloud's dock and a cover over both."""

    def __init__(self, window: QMainWindow, docks: Docks, picture: QWidget, cloud: QWidget) -> None:
        """`picture` lies in a layout of the middle, `cloud` in its dock."""
        super().__init__(window)
        self._window, self._docks = window, docks
        self._picture, self._cloud = picture, cloud
        self.swapped = False  # the cloud is in the middle
        self._cover = QWidget(window)
        self._cover.setObjectName("maximised")
        self._cover.setAutoFillBackground(True)  # what lies below must not show
        self._inside = QVBoxLayout(self._cover)
        self._inside.setContentsMargins(0, 0, 0, 0)
        self._cover.hide()
        self._home: QDockWidget | QLayout | None = None  # where the maximised widget belongs
        self._place = 0  # in a layout
        window.installEventFilter(self)

    # picture and cloud

    def swap(self) -> None:
        """The cloud in the middle and the picture in its dock, or back."""
        focus = self._window.focusWidget()
        self.restore()
        middle, side = (
            (self._cloud, self._picture) if self.swapped else (self._picture, self._cloud)
        )
        layout = _layout_of(middle)
        place = layout.indexOf(middle)
        layout.removeWidget(middle)
        layout.insertWidget(place, side, 1)
        self._docks.cloud.setWidget(middle)
        self._docks.cloud.setWindowTitle("Point cloud" if self.swapped else "Picture")
        self._docks.cloud.show()  # what goes into a closed one would be lost to sight
        self.swapped = not self.swapped
        for widget in (middle, side):
            widget.show()
        if focus is not None:
            focus.setFocus()

    def save(self, settings: QSettings) -> None:
        """Keep which of them is in the middle."""
        settings.setValue(SWAPPED_KEY, "true" if self.swapped else "false")

    def load(self, settings: QSettings) -> None:
        """As it was kept."""
        if str(settings.value(SWAPPED_KEY, "false")) == "true":
            self.swap()

    # one alone

    @property
    def maximised(self) -> QWidget | None:
        """The widget that fills the window; None where none does."""
        item = self._inside.itemAt(0)
        return item.widget() if item is not None else None

    def toggle(self) -> None:
        """Let the panel that has the keyboard fill the window (the middle where none has it), or
        put it back.
        """
        if self.maximised is not None:
            self.restore()
        else:
            self.maximise(self._panel_in_use())

    def maximise(self, panel: QWidget) -> None:
        """Let `panel` fill the window: picture, cloud or what a dock holds."""
        self.restore()
        dock = panel.parentWidget()
        focus = panel.focusWidget() or panel
        if isinstance(dock, QDockWidget):
            self._home = dock
            dock.setWidget(QWidget())  # a dock without a widget shrinks
        else:
            layout = _layout_of(panel)
            self._home, self._place = layout, layout.indexOf(panel)
            layout.removeWidget(panel)
        self._inside.addWidget(panel)
        panel.show()
        self._set_others(False)
        self._follow_window()
        self._cover.show()
        self._cover.raise_()
        focus.setFocus()

    def restore(self) -> bool:
        """Put back what fills the window; False where nothing does."""
        panel, home = self.maximised, self._home
        if panel is None or home is None:
            return False
        focus = panel.focusWidget() or panel
        self._set_others(True)
        self._cover.hide()
        self._inside.removeWidget(panel)
        if isinstance(home, QDockWidget):
            blank = home.widget()
            home.setWidget(panel)
            blank.deleteLater()
        elif isinstance(home, QVBoxLayout):
            home.insertWidget(self._place, panel, 1)
        self._home = None
        panel.show()
        focus.setFocus()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The cover follows the window."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            self._follow_window()
        return super().eventFilter(watched, event)

    def _panel_in_use(self) -> QWidget:
        focus = self._window.focusWidget()
        for dock in self._docks.all():
            if focus is not None and dock.isAncestorOf(focus):
                return dock.widget()
        return self._cloud if self.swapped else self._picture

    def _set_others(self, enabled: bool) -> None:
        """What is covered does not get the keyboard."""
        middle = self._window.centralWidget()
        for widget in (middle, *self._docks.all()):
            if widget is not None:
                widget.setEnabled(enabled)

    def _follow_window(self) -> None:
        if self._home is not None:
            self._cover.setGeometry(self._room())

    def _room(self) -> QRect:
        """Of the window, what menus, tool bars and the status line leave."""
        room = self._window.rect()
        above = [self._window.menuWidget(), *self._window.findChildren(QToolBar)]
        tops = [bar.geometry().bottom() + 1 for bar in above if bar is not None and bar.isVisible()]
        room.setTop(max(tops, default=room.top()))
        room.setBottom(self._window.statusBar().geometry().top() - 1)
        return room


def _layout_of(widget: QWidget) -> QVBoxLayout:
    """The column that a widget in the middle of the window stands in."""
    parent = widget.parentWidget()
    layout = None if parent is None else parent.layout()
    assert isinstance(layout, QVBoxLayout)  # as the window makes it
    return layout
