"""The docks around the picture: where they start, and how their places are kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QToolBar, QWidget

from sgnet_viewer.contract.window import DockState
from sgnet_viewer.views.window.title_buttons import TitleButtons

LAYOUT_VERSION = 2  # of what `saveState` wrote: another one is not restored
GEOMETRY_KEY, STATE_KEY = "window/geometry", "window/state"
SUM_KEY = "window/layout_sum"  # of both
LEFT_SHARE, LEFT_MOST = 0.18, 300  # of the window's width; pixels
RIGHT_SHARE, RIGHT_MOST = 0.33, 760
STRIP_SHARE = 0.155  # of the window's height
SPREAD_SHARE = 0.4  # of the left side
CLOUD_SHARE = 0.41  # of the right side, at least
LOW = 800  # pixels of the window: below it the right side goes down to the bottom
LOW_CLOUD_SHARE = 0.44  # there the card is folded
CARD_ROOM = 506  # pixels: one probe's card; what is left beyond them is the cloud's


@dataclass(frozen=True, slots=True)
class Docks:
    """Made once, in the order of the Panels menu."""

    classes: QDockWidget
    frames: QDockWidget
    cloud: QDockWidget
    probes: QDockWidget
    explain: QDockWidget
    compare: QDockWidget
    layers: QDockWidget
    spread: QDockWidget

    def all(self) -> list[QDockWidget]:
        """In order."""
        return [getattr(self, field.name) for field in fields(self)]


def make_docks(
    window: QMainWindow,
    *,
    classes: QWidget,
    frames: QWidget,
    cloud: QWidget,
    probes: QWidget,
    explain: QWidget,
    compare: QWidget,
    layers: QWidget,
    spread: QWidget,
) -> Docks:
    """The docks, placed as they start."""
    docks = Docks(
        _dock(window, "Classes", classes),
        _dock(window, "Frames", frames),
        _dock(window, "Point cloud", cloud),
        _dock(window, "Probes", probes),
        _dock(window, "Explain", explain),
        _dock(window, "Compare", compare),
        _dock(window, "Layers", layers),
        _dock(window, "Spread over time", spread),
    )
    window.setDockNestingEnabled(True)
    docks.layers.setFeatures(
        docks.layers.features() | QDockWidget.DockWidgetFeature.DockWidgetVerticalTitleBar
    )
    for corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
        window.setCorner(corner, Qt.DockWidgetArea.BottomDockWidgetArea)
    place(window, docks)
    return docks


def place(window: QMainWindow, docks: Docks) -> None:
    """Every dock at its first place."""
    areas = Qt.DockWidgetArea
    for area, dock in (
        (areas.LeftDockWidgetArea, docks.classes),
        (areas.LeftDockWidgetArea, docks.frames),
        (areas.RightDockWidgetArea, docks.cloud),
        (areas.RightDockWidgetArea, docks.probes),
        (areas.RightDockWidgetArea, docks.explain),
        (areas.RightDockWidgetArea, docks.compare),
        (areas.BottomDockWidgetArea, docks.layers),
        (areas.LeftDockWidgetArea, docks.spread),
    ):
        dock.setFloating(False)
        window.addDockWidget(area, dock)
        dock.show()
    window.splitDockWidget(docks.classes, docks.frames, Qt.Orientation.Vertical)
    window.splitDockWidget(docks.frames, docks.spread, Qt.Orientation.Vertical)
    window.splitDockWidget(docks.cloud, docks.probes, Qt.Orientation.Vertical)
    window.tabifyDockWidget(docks.probes, docks.explain)
    window.tabifyDockWidget(docks.explain, docks.compare)
    docks.probes.raise_()


def choose_corner(window: QMainWindow) -> None:
    """In a low window the right side goes down to the bottom: cloud and card need the height."""
    low = window.height() < LOW
    areas = Qt.DockWidgetArea
    area = areas.RightDockWidgetArea if low else areas.BottomDockWidgetArea
    window.setCorner(Qt.Corner.BottomRightCorner, area)


def share_room(window: QMainWindow, docks: Docks) -> None:
    """First sizes: the picture and the cloud take the room."""
    width, height = window.width(), window.height()
    low = height < LOW
    strip = max(round(STRIP_SHARE * height), docks.layers.minimumSizeHint().height())
    side = height - strip
    window.resizeDocks(
        [docks.classes, docks.cloud],
        [
            min(round(LEFT_SHARE * width), LEFT_MOST),
            min(round(RIGHT_SHARE * width), RIGHT_MOST),
        ],
        Qt.Orientation.Horizontal,
    )
    window.resizeDocks([docks.layers], [strip], Qt.Orientation.Vertical)
    right = height if low else side
    share = LOW_CLOUD_SHARE if low else CLOUD_SHARE
    cloud = max(round(share * right), right - CARD_ROOM)
    window.resizeDocks(
        [docks.cloud, docks.probes],
        [cloud, right - cloud],
        Qt.Orientation.Vertical,
    )
    below, left = docks.spread if docks.frames.isHidden() else docks.frames, side - _bars(window)
    room = round(SPREAD_SHARE * left) if below is docks.spread else _frames_room(docks, left)
    window.resizeDocks([docks.classes, below], [left - room, room], Qt.Orientation.Vertical)


def _bars(window: QMainWindow) -> int:
    """The height of what lies above and below all docks."""
    bars = (window.menuBar(), *window.findChildren(QToolBar), window.statusBar())
    return sum(bar.sizeHint().height() for bar in bars)


def _frames_room(docks: Docks, side: int) -> int:
    """As high as its rows need, at most as high as the classes above it."""
    title = docks.frames.sizeHint().height() - docks.frames.widget().sizeHint().height()
    return min(docks.frames.widget().sizeHint().height() + max(title, 0), side // 2)


def save_layout(window: QMainWindow, settings: QSettings) -> None:
    """Size, place and docks."""
    geometry, state = window.saveGeometry(), window.saveState(LAYOUT_VERSION)
    settings.setValue(GEOMETRY_KEY, geometry)
    settings.setValue(STATE_KEY, state)
    settings.setValue(SUM_KEY, _sum(geometry, state))


def restore_layout(window: QMainWindow, settings: QSettings) -> bool | None:
    """Whether there was a layout of this version to restore; None where it is damaged: it is
    removed then, since Qt ends the program over a damaged one.
    """
    if not settings.contains(SUM_KEY):
        return False
    geometry, state = settings.value(GEOMETRY_KEY), settings.value(STATE_KEY)
    known = isinstance(geometry, QByteArray) and isinstance(state, QByteArray)
    if known and settings.value(SUM_KEY) == _sum(geometry, state):
        window.restoreGeometry(geometry)
        return window.restoreState(state, LAYOUT_VERSION)
    for key in (GEOMETRY_KEY, STATE_KEY, SUM_KEY):
        settings.remove(key)
    return None


def _sum(geometry: QByteArray, state: QByteArray) -> str:
    return hashlib.sha256(bytes(geometry.data()) + bytes(state.data())).hexdigest()


AREAS = {
    "left": Qt.DockWidgetArea.LeftDockWidgetArea,
    "right": Qt.DockWidgetArea.RightDockWidgetArea,
    "top": Qt.DockWidgetArea.TopDockWidgetArea,
    "bottom": Qt.DockWidgetArea.BottomDockWidgetArea,
}


def dock_state(window: QMainWindow, dock: QDockWidget) -> DockState:
    """Where a dock is."""
    area = window.dockWidgetArea(dock)
    name = next((name for name, known in AREAS.items() if known is area), "left")
    return DockState(
        dock.objectName(),
        name,
        not dock.isHidden(),
        dock.isFloating(),
        dock.width(),
        dock.height(),
    )


def set_dock_states(window: QMainWindow, docks: Docks, states: tuple[DockState, ...]) -> None:
    """Plain places and sizes: a state of Qt's own from a file could end the program."""
    by_name = {dock.objectName(): dock for dock in docks.all()}
    known = [(by_name[state.name], state) for state in states if state.name in by_name]
    for dock, state in known:
        if window.dockWidgetArea(dock) is not AREAS[state.area]:
            window.addDockWidget(AREAS[state.area], dock)
        dock.setFloating(state.floating)
        dock.setVisible(state.shown)
    placed = [(dock, state) for dock, state in known if state.shown and not state.floating]
    if placed:
        widgets = [dock for dock, _ in placed]
        horizontal, vertical = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        window.resizeDocks(widgets, [state.width for _, state in placed], horizontal)
        window.resizeDocks(widgets, [state.height for _, state in placed], vertical)


def _dock(window: QMainWindow, title: str, widget: QWidget) -> QDockWidget:
    dock = QDockWidget(title, window)
    dock.setObjectName(title)  # `saveState` knows docks by it
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    dock.setWidget(widget)
    TitleButtons(dock)
    return dock
