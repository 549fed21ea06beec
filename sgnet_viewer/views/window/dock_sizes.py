"""Whose sizes the docks have: shares of the window, or those that the user chose."""

from __future__ import annotations

import json
from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QSettings, QSize, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow, QStyle, QTabBar

from sgnet_model.untrusted import parse_json, whole
from sgnet_viewer.views.window.window_docks import Docks, choose_corner, share_room

SIZES_KEY = "window/dock_sizes"
WINDOW = ""  # the window's own size, among those of the docks by their titles
LARGEST = 1 << 15  # pixels

NEAR = 4  # pixels between a dock and the tabs below it
DIRECT = Qt.FindChildOption.FindDirectChildrenOnly
SIDES = (Qt.DockWidgetArea.LeftDockWidgetArea, Qt.DockWidgetArea.RightDockWidgetArea)

Sizes = dict[str, QSize]


class DockSizes(QObject):
    """Gives out the window's room while the user has chosen no sizes, and keeps the chosen ones.

    A window that is shown maximised begins smaller than it was closed, which squeezes its docks:
    until it has its size again, the chosen sizes are set again at each step.
    """

    def __init__(self, window: QMainWindow, docks: Docks) -> None:
        super().__init__(window)
        self._window, self._docks = window, docks
        self._chosen: Sizes | None = None
        self._awaited: QSize | None = None  # the window's, where it is still on its way there
        self._pressed: list[QSize] = []  # sizes when a mouse button went down
        window.installEventFilter(self)

    @property
    def chosen(self) -> bool:
        """Whether the sizes are the user's own."""
        return self._chosen is not None

    def keep(self) -> None:
        """The sizes there are were chosen by the user."""
        self._awaited = None
        self._chosen = {**(self._chosen or {}), **self._sizes()}

    def share(self) -> None:
        """Give out the room again: another panel is there, or one less."""
        choose_corner(self._window)
        if not self._window.isVisible():
            return
        if self._chosen is None:
            share_room(self._window, self._docks)

    def show(self, dock: QDockWidget, shown: bool) -> None:
        """Open or close a dock; one that comes back has the height that it had."""
        if dock.isHidden() is not shown:
            return
        if not shown and self._chosen is not None and self._awaited is None:
            self.keep()
        around = self._around(dock)
        dock.setVisible(shown)
        self.share()
        known = (self._chosen or {}).get(dock.objectName())
        if shown and known is not None:
            self._make_room(dock, known.height(), around)

    def follow_window(self) -> None:
        """The window has another size."""
        self.share()
        if self._chosen is None or not self._window.isVisible():
            return
        if self._awaited is None:
            self.keep()
            return
        self._set(self._chosen)
        if self._window.size() == self._awaited:
            self._awaited = None

    def start_over(self) -> None:
        """Forget what the user chose."""
        self._chosen = self._awaited = None
        self.share()

    def save(self, settings: QSettings) -> None:
        """What `restore` reads; a window that never came to its size keeps what was chosen."""
        if self._chosen is None:
            settings.setValue(SIZES_KEY, "{}")
            return
        window = self._awaited or self._window.size()
        sizes = self._chosen if self._awaited else {**self._chosen, **self._sizes()}
        texts = {title: [size.width(), size.height()] for title, size in sizes.items()}
        texts[WINDOW] = [window.width(), window.height()]
        settings.setValue(SIZES_KEY, json.dumps(texts))

    def restore(self, settings: QSettings) -> None:
        """The sizes of the last time, where the user had chosen any; a layout of an earlier
        version has none by themselves: they are what there is now."""
        if not settings.contains(SIZES_KEY):
            self.keep()
            return
        sizes = parse_sizes(str(settings.value(SIZES_KEY, "")))
        self._awaited = sizes.pop(WINDOW, None)
        self._chosen = sizes or None
        if self._awaited == self._window.size() and not self._window.isMaximized():
            self._awaited = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What lies between two docks is the window's own: its mouse events drag it."""
        if event.type() == QEvent.Type.MouseButtonPress:
            self._pressed = list(self._sizes().values())
        elif event.type() == QEvent.Type.MouseButtonRelease:
            QTimer.singleShot(0, self, self._note_drag)  # once the window has followed
        return super().eventFilter(watched, event)

    def _note_drag(self) -> None:
        if self._pressed and list(self._sizes().values()) != self._pressed:
            self.keep()
        self._pressed = []

    def _sizes(self) -> Sizes:
        """Of the docks that are seen in the window."""
        return {
            dock.objectName(): self._size(dock) for dock in self._docks.all() if self._sees(dock)
        }

    def _sees(self, dock: QDockWidget) -> bool:
        """A tab that is not in front lies outside the window, in whatever size."""
        placed = not dock.isHidden() and not dock.isFloating()
        return placed and self._window.rect().intersects(dock.geometry())

    def _size(self, dock: QDockWidget) -> QSize:
        """With the row of tabs below it, where it has one."""
        size, box = dock.size(), dock.geometry()
        for bar in self._window.findChildren(QTabBar, options=DIRECT):
            below = bar.isVisible() and 0 <= bar.y() - box.bottom() <= NEAR
            if below and abs(bar.x() - box.x()) <= NEAR:
                size.setHeight(size.height() + bar.height())
        return size

    def _around(self, dock: QDockWidget) -> dict[QDockWidget, int]:
        """The other docks of its side and their heights."""
        area = self._window.dockWidgetArea(dock)
        return {
            other: self._size(other).height()
            for other in self._docks.all()
            if other is not dock
            and self._sees(other)
            and self._window.dockWidgetArea(other) is area
        }

    def _make_room(self, dock: QDockWidget, height: int, around: dict[QDockWidget, int]) -> None:
        """The docks above and below give a new one its height, each in its proportion.

        Unless they are named, Qt weighs their sizes like that of the new one.
        """
        total = sum(around.values())
        share = (total - height - self._separator()) / max(total, 1)
        if share > 0:
            wanted = [max(round(share * other), 1) for other in around.values()]
            self._window.resizeDocks([*around, dock], [*wanted, height], Qt.Orientation.Vertical)

    def _separator(self) -> int:
        """Pixels between two docks."""
        return self._window.style().pixelMetric(
            QStyle.PixelMetric.PM_DockWidgetSeparatorExtent, None, self._window
        )

    def _set(self, sizes: Mapping[str, QSize]) -> None:
        docks = [
            dock for dock in self._docks.all() if dock.objectName() in sizes and self._sees(dock)
        ]
        sides = [dock for dock in docks if self._window.dockWidgetArea(dock) in SIDES]
        horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        widths = [sizes[dock.objectName()].width() for dock in sides]
        self._window.resizeDocks(sides, widths, horizontal)
        heights = [sizes[dock.objectName()].height() for dock in docks]
        self._window.resizeDocks(docks, heights, vertical)


def are_sizes(text: str) -> bool:
    """Whether the text is what `DockSizes.save` writes; an empty one says that none were chosen."""
    return text == "{}" or bool(parse_sizes(text))


def parse_sizes(text: str) -> Sizes:
    """Sizes by title; none where the text is damaged."""
    try:
        found = parse_json(text) if text else {}
        return {
            str(title): QSize(*(whole(str(side), 0, LARGEST) for side in sides))
            for title, sides in found.items()
            if len(sides) == 2
        }
    except (ValueError, TypeError, AttributeError):
        return {}
