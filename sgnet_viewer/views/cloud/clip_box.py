"""The panel that cuts parts of the cloud off: ranges of depth, height and sideways."""

from __future__ import annotations

from dataclasses import fields

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QWidget,
)

from sgnet_viewer.state.view_settings import CloudBox
from sgnet_viewer.views.kit.number_boxes import MetresBox

Limits = tuple[float, float]
TITLES = {  # fields of `CloudBox`: title, and more
    "depth": ("Depth", "Metres from the sensor, along its axis"),
    "height": ("Height", "Metres above the floor, or above the lowest points"),
    "across": ("Sideways", "Metres to the right of the sensor; to its left below 0"),
}
FARTHEST_M = 1000.0  # that can be typed
STEP_M = 0.1


class Range:
    """A row: whether it cuts, and from where to where."""

    def __init__(self, title: str, tip: str) -> None:
        self.check = QCheckBox(title)
        self.check.setToolTip(tip)
        self.low, self.high = (self._box(f"{title} {end}", tip) for end in ("from", "to"))

    def set_limits(self, limits: Limits | None, all_of_it: Limits) -> None:
        """Show `limits`; where there are none, the extent of the cloud to begin with."""
        self.check.setChecked(limits is not None)
        for box, value in zip((self.low, self.high), limits or all_of_it, strict=True):
            box.setEnabled(limits is not None)
            box.setValue(value)

    def limits(self) -> Limits | None:
        """From the lower number to the higher one; None where nothing is cut."""
        low, high = self.low.value(), self.high.value()
        return (min(low, high), max(low, high)) if self.check.isChecked() else None

    @staticmethod
    def _box(name: str, tip: str) -> MetresBox:
        box = MetresBox(decimals=2, singleStep=STEP_M, suffix=" m")
        box.setRange(-FARTHEST_M, FARTHEST_M)
        box.setKeyboardTracking(False)  # not at every digit
        box.setAccessibleName(name)
        box.setToolTip(tip)
        return box


class ClipBox(QFrame):
    """Emits a box at each change; setters are silent."""

    box_changed = Signal(object)  # CloudBox

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("cloudClip")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.ranges = {name: Range(*titles) for name, titles in TITLES.items()}
        self._extents: dict[str, Limits] = dict.fromkeys(TITLES, (0.0, 1.0))
        grid = QGridLayout(self)
        grid.setContentsMargins(16, 16, 16, 16)
        for row, one in enumerate(self.ranges.values()):
            for column, widget in enumerate((one.check, one.low, QLabel("to"), one.high)):
                grid.addWidget(widget, row, column)
            one.check.toggled.connect(self._emit)
            one.low.valueChanged.connect(self._emit)
            one.high.valueChanged.connect(self._emit)
        self._all = QPushButton("Show all")
        self._all.clicked.connect(lambda: self.box_changed.emit(CloudBox()))
        grid.addWidget(self._all, len(self.ranges), 0, 1, 4)

    def set_box(self, box: CloudBox) -> None:
        """Mark what is cut off."""
        for field in fields(CloudBox):
            one = self.ranges[field.name]
            blockers = [QSignalBlocker(widget) for widget in (one.check, one.low, one.high)]
            one.set_limits(getattr(box, field.name), self._extents[field.name])
            del blockers
        self._all.setEnabled(not box.is_open)

    def open_at(self, corner: QPoint, box: CloudBox, extents: dict[str, Limits]) -> None:
        """Below a button whose right lower corner is `corner`; `extents`: of the whole cloud."""
        self._extents = extents
        self.set_box(box)
        self.adjustSize()
        self.move(corner - QPoint(self.width(), 0))
        self.show()
        self.ranges["depth"].check.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes it."""
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)

    def _emit(self) -> None:
        self.box_changed.emit(CloudBox(**{name: one.limits() for name, one in self.ranges.items()}))
