"""What is kept from one start to the next, on one page: made from the table of commands."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from sgnet_viewer.contract.commands import CommandModel
from sgnet_viewer.views.kit.theme import STEP

# Section: (label, the group of commands of which one is chosen), then commands that are on or off.
Section = tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]]
SECTIONS: tuple[Section, ...] = (
    ("Window", (("Theme", "theme"), ("Interface scale", "scale")), ()),
    (
        "Picture",
        (("Colours of classes", "palette"), ("Colours of depth", "depth ramp")),
        ("view.classes.outlines", "view.classes.names"),
    ),
    ("Taps", (("Modulation", "tap weight"),), ("taps.grid",)),
    (
        "Point cloud",
        (("Coloured by", "cloud"), ("Point size", "point size")),
        ("view.cloud_shaded", "view.cloud_grid", "view.grey_hidden"),
    ),
    ("Network", (("Device", "device"), ("Precision", "precision"), ("Input size", "size")), ()),
)
MORE = ("edit.shortcuts", "view.classes.load", "network.open")  # as buttons
LABELS = 18 * STEP  # pixels, at least
WIDTH, HEIGHT = 66 * STEP, 100 * STEP  # likewise, where the screen has the room
Models = tuple[CommandModel, ...]


class Preferences(QDialog):
    """Acts at once, by the commands of the menus: undo and session know of it."""

    def __init__(self, choose: Callable[[str], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Preferences")
        self._choose = choose
        self.boxes: dict[str, QComboBox] = {}  # by group
        self.checks: dict[str, QCheckBox] = {}  # by command
        self.buttons: dict[str, QPushButton] = {}
        self._page = page = QWidget()
        column = QVBoxLayout(page)
        column.setSpacing(2 * STEP)
        for section in SECTIONS:
            column.addWidget(self._make_section(section))
        column.addLayout(self._make_buttons())
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(page)
        close = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
        layout.addWidget(scroll, 1)
        layout.addWidget(close)

    def set_commands(self, models: Models) -> None:
        """What can be chosen, and what is."""
        for group, box in self.boxes.items():
            _fill(box, tuple(model for model in models if model.group == group))
        known = {model.key: model for model in models}
        for key, check in self.checks.items():
            if key in known:
                check.setText(known[key].plain_title)
                check.setToolTip(known[key].tip)
                check.setChecked(bool(known[key].checked))
        for key, button in self.buttons.items():
            if key in known:
                button.setText(known[key].plain_title)

    def showEvent(self, event: QShowEvent) -> None:
        """Wide enough for every text in the user's font, which the style gives by now."""
        if not event.spontaneous():
            self._take_room()
        super().showEvent(event)  # which puts it over the window

    def _take_room(self) -> None:
        room, hint = self.screen().availableSize(), self._page.sizeHint()
        beside = 4 * STEP + self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        width, height = max(WIDTH, hint.width() + beside), max(HEIGHT, hint.height() + 10 * STEP)
        self.resize(min(width, room.width()), min(height, room.height() - 8 * STEP))

    def _make_section(self, section: Section) -> QGroupBox:
        title, groups, keys = section
        box = QGroupBox(title)
        form = QFormLayout(box)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        for label, group in groups:
            combo = self.boxes[group] = QComboBox()
            combo.setAccessibleName(label)
            combo.activated.connect(partial(self._take, combo))
            named = QLabel(label)
            named.setFixedWidth(self._label_width())  # so that all fields begin at one line
            form.addRow(named, combo)
        for key in keys:
            check = self.checks[key] = QCheckBox()
            check.clicked.connect(partial(self._turn, key))
            form.addRow(check)
        return box

    def _label_width(self) -> int:
        labels = (label for _, groups, _ in SECTIONS for label, _ in groups)
        return max(LABELS, *(self.fontMetrics().horizontalAdvance(text) + STEP for text in labels))

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(STEP)
        for key in MORE:
            button = self.buttons[key] = QPushButton()
            button.clicked.connect(partial(self._turn, key))
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _take(self, combo: QComboBox, at: int) -> None:
        self._choose(combo.itemData(at))

    def _turn(self, key: str, _checked: bool = False) -> None:
        self._choose(key)


def _fill(box: QComboBox, models: Models) -> None:
    """Filled again only where there are others to choose from."""
    keys = [model.key for model in models]
    if keys != [box.itemData(at) for at in range(box.count())]:
        box.clear()
        for model in models:
            box.addItem(model.plain_title, model.key)
    for at, model in enumerate(models):
        if model.checked and box.currentIndex() != at:
            box.setCurrentIndex(at)
