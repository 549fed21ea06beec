"""The menus Network, Taps, Frame and Help."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.state.view_settings import TapWeight, ViewSettings
from sgnet_viewer.views.kit.choices import ChoiceMenu
from sgnet_viewer.views.kit.signals import intent

PRECISIONS = (
    ("auto", "fp32, live bf16 where it is fast"),
    ("fp32", "32-bit floats (fp32)"),
    ("bf16", "bfloat16 (bf16)"),
)
DEVICES = (("auto", "Automatic"), ("cpu", "CPU"), ("cuda", "CUDA"))
SIZES = (
    ("480x640", "480 x 640 (the paper's)"),
    ("360x480", "360 x 480"),
    ("240x320", "240 x 320 (a quarter of the work)"),
    ("native", "As the picture"),
)
WEIGHTS = (
    (TapWeight.SIZE.value, "Modulation as size"),
    (TapWeight.OPACITY.value, "Modulation as opacity"),
)


class NetworkMenu(QMenu):
    """Which weights, where they run, at which size."""

    checkpoint_requested: Signal = intent()
    default_requested: Signal = intent()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("&Network", parent)
        _add(self, "Open &checkpoint…", "Ctrl+K", lambda: self.checkpoint_requested.emit())
        _add(self, "Use the &bundled network", "", lambda: self.default_requested.emit())
        self.addSeparator()
        self.devices = ChoiceMenu("&Device", DEVICES, self)
        self.devices.set_current("auto")
        self.precisions = ChoiceMenu("&Precision", PRECISIONS, self)
        self.precisions.set_current("auto")
        self.sizes = ChoiceMenu("Input &size", SIZES, self)
        self.sizes.set_current("480x640")
        self.addMenu(self.devices)
        self.addMenu(self.precisions)
        self.addMenu(self.sizes)


class TapsMenu(QMenu):
    """How taps are drawn, and whose."""

    grid_toggled: Signal = intent(bool)
    layer_stepped: Signal = intent(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("&Taps", parent)
        settings = ViewSettings()
        self.weights = ChoiceMenu("&Modulation", WEIGHTS, self)
        self.weights.set_current(settings.tap_weight.value)
        self.addMenu(self.weights)
        self.grid = self.addAction("Regular &grid and arrows")
        self.grid.setCheckable(True)
        self.grid.setChecked(settings.show_grid)
        self.grid.setShortcut("G")
        self.grid.triggered.connect(lambda shown: self.grid_toggled.emit(shown))
        self.addSeparator()
        _add(self, "&Previous layer", "[", lambda: self.layer_stepped.emit(-1))
        _add(self, "&Next layer", "]", lambda: self.layer_stepped.emit(1))

    def set_options(self, weight: TapWeight, grid: bool) -> None:
        """Marks what is in use."""
        self.weights.set_current(weight.value)
        self.grid.setChecked(grid)


class FrameMenu(QMenu):
    """Through the open set."""

    stepped: Signal = intent(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("F&rame", parent)
        _add(self, "&Previous", "PgUp", lambda: self.stepped.emit(-1))
        _add(self, "&Next", "PgDown", lambda: self.stepped.emit(1))


class HelpMenu(QMenu):
    """Keys and mouse; about."""

    keys_requested: Signal = intent()
    about_requested: Signal = intent()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("&Help", parent)
        _add(self, "&Mouse and keys", "F1", lambda: self.keys_requested.emit())
        _add(self, "&About sgnet-viewer", "", lambda: self.about_requested.emit())


def _add(menu: QMenu, text: str, key: str, slot: Callable[[], None]) -> None:
    action = menu.addAction(text)
    if key:
        action.setShortcut(QKeySequence(key))
    action.triggered.connect(slot)
