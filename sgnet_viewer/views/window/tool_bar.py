"""The bar at the top: open, step through frames, network, views, opacity, taps."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QSlider, QToolBar, QWidget

from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.state.view_settings import ViewSettings
from sgnet_viewer.views.kit.icons import SIDE, IconButton
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP
from sgnet_viewer.views.window.mode_buttons import ModeButtons


class MainToolBar(QToolBar):
    """`open_menu`, `network_menu` and `taps_menu` are the window's menus of these names.

    Where the room is small the word beside the slider goes first, then those beside the icons:
    the views stay.
    """

    frame_stepped: Signal = intent(int)
    opacity_changed: Signal = intent(float)
    live_requested: Signal = intent()

    def __init__(self, open_menu: QMenu, network_menu: QMenu, taps_menu: QMenu) -> None:
        super().__init__("Tools")
        self.setObjectName("tools")
        self.setMovable(False)
        self.setIconSize(QSize(SIDE, SIDE))  # the bar hands its size on to the buttons
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.modes = ModeButtons()
        self.slider = _opacity_slider()
        self.frames = FrameStepper()
        open_button = _menu_button("Open", "open", "Open a frame, a pair or a folder", open_menu)
        self.addWidget(open_button)
        self.live_button = _text_button("Live", "live", "Stream a camera  (Ctrl+Alt+L)")
        self.addWidget(self.live_button)
        self._frames_action = self.addWidget(self.frames)
        network_button = _menu_button(
            "Network", "network", "Network: checkpoint, device and input size", network_menu
        )
        self.addWidget(network_button)
        self.addWidget(_spring())
        self.addWidget(self.modes)
        self._opacity_label = QLabel("Opacity")
        self._opacity_box = self._opacity()
        self.addWidget(self._opacity_box)
        self.addWidget(_spring())
        taps_button = _menu_button("Taps", "taps", "Taps: how they are drawn", taps_menu)
        self.addWidget(taps_button)
        self._worded = (open_button, self.live_button, network_button, taps_button)
        self.live_button.clicked.connect(lambda: self.live_requested.emit())
        self.frames.stepped.connect(self.frame_stepped.emit)
        self.slider.valueChanged.connect(lambda value: self.opacity_changed.emit(value / 100))
        self.set_position(0, 0)

    def set_position(self, place: int, count: int) -> None:
        """The frame's place in the list, from 1 on; hidden while one is listed or none."""
        before = self.frames.sizeHint().width()
        self.frames.set_position(place, count)
        shown = count > 1
        wider = self.frames.sizeHint().width() != before
        if self._frames_action.isVisible() is not shown or wider:
            self._frames_action.setVisible(shown)
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another room."""
        self._fit()
        super().resizeEvent(event)

    def _fit(self) -> None:
        """As many words as there is room for."""
        styles = Qt.ToolButtonStyle
        for has_label, style in (
            (True, styles.ToolButtonTextBesideIcon),
            (False, styles.ToolButtonTextBesideIcon),
            (False, styles.ToolButtonIconOnly),
        ):
            self._opacity_label.setVisible(has_label)
            self._opacity_box.updateGeometry()  # now, not with the next event
            for button in self._worded:
                button.setToolButtonStyle(style)
            if self.sizeHint().width() <= self.width():
                break

    def set_opacity(self, opacity: float) -> None:
        """0..1."""
        self.slider.blockSignals(True)
        self.slider.setValue(round(100 * opacity))
        self.slider.blockSignals(False)

    def _opacity(self) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(STEP, 0, STEP, 0)
        label = self._opacity_label
        label.setProperty("muted", True)
        label.setBuddy(self.slider)
        row.addWidget(label)
        row.addWidget(self.slider)
        box.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        return box


class FrameStepper(QWidget):
    """Previous, place, next."""

    stepped: Signal = intent(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.previous = IconButton("previous", "Previous frame  (Page Up)")
        self.next = IconButton("next", "Next frame  (Page Down)")
        self.label = QLabel()
        self.label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for widget in (self.previous, self.label, self.next):
            row.addWidget(widget)
        self.previous.clicked.connect(lambda: self.stepped.emit(-1))
        self.next.clicked.connect(lambda: self.stepped.emit(1))

    def set_position(self, place: int, count: int) -> None:
        """The arrows stop at the ends, and lead to the list from without; the label keeps its
        width."""
        digits = "0" * len(str(count))
        self.label.setMinimumWidth(self.fontMetrics().horizontalAdvance(f"{digits}/{digits}") + 4)
        self.label.setText(f"{place}/{count}" if place else f"–/{count}")
        self.previous.setEnabled(place > 1)
        self.next.setEnabled(place < count)


def _opacity_slider() -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(0, 100)
    slider.setValue(round(100 * ViewSettings().opacity))
    slider.setFixedWidth(96)
    slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    slider.setToolTip("Opacity of the overlay; hold Space to see the picture alone")
    slider.setAccessibleName("Overlay opacity, percent")
    return slider


def _menu_button(text: str, icon: str, tip: str, menu: QMenu) -> IconButton:
    button = _text_button(text, icon, tip)
    button.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
    button.setMenu(menu)
    return button


def _text_button(text: str, icon: str, tip: str) -> IconButton:
    button = IconButton(icon, tip, flat=False)
    button.setText(text)
    button.setAccessibleName(text)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    return button


def _spring() -> QWidget:
    widget = QWidget()
    widget.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    return widget
