"""The strip of S-Convs: Fig. 7 maps grouped by ResNet layer; one is chosen, or all."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from sgnet_viewer.contract.panels import FieldMap
from sgnet_viewer.contract.signal import Signal
from sgnet_viewer.state.view_settings import ALL_LAYERS
from sgnet_viewer.views.kit.signals import intent
from sgnet_viewer.views.kit.theme import STEP
from sgnet_viewer.views.probes.field_button import FieldButton

EMPTY = (
    "The relative receptive field of each S-Conv (brighter = larger) is shown here; "
    "a network without S-Convs has none."
)


class LayerStrip(QWidget):
    """Implements `contract.panels.LayerStripView`."""

    chosen: Signal = intent(str)
    enlarged: Signal = intent(str, bool)
    hovered: Signal = intent(float, float)
    menu_requested: Signal = intent(str, QPoint)  # for the window alone: a layer, or all ("")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.all_button = QPushButton("All\nlayers")
        self.all_button.setCheckable(True)
        self.all_button.setProperty("quiet", True)
        self.all_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.all_button.setToolTip("Show the taps of every layer")
        self.all_button.setAccessibleName("All layers")
        self.all_button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.all_button.clicked.connect(lambda: self._choose(ALL_LAYERS))
        self.switch_button = QPushButton("Switches")
        self.switch_button.setProperty("quiet", True)
        self.switch_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.switch_button.setToolTip("Run layers without their offsets or their modulation")
        self.switch_button.clicked.connect(self._open_menu)
        self._empty = QLabel(EMPTY)
        self._empty.setProperty("muted", True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)  # or it would make the whole window as wide as it is
        self.buttons: list[FieldButton] = []
        self._layer = ALL_LAYERS
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(STEP, STEP // 2, STEP, STEP // 2)
        self._row.setSpacing(STEP)
        left = QVBoxLayout()
        left.setSpacing(STEP // 2)
        left.addWidget(self.all_button, 1)
        left.addWidget(self.switch_button)
        self._row.addLayout(left)
        self._row.addWidget(self._empty, 1)
        self._groups: list[QWidget] = []
        self.set_maps(())

    def set_maps(self, maps: tuple[FieldMap, ...]) -> None:
        """The same layers get their new maps in place; other layers rebuild the strip."""
        if [field.layer for field in maps] != [button.layer for button in self.buttons]:
            self._rebuild(maps)
        for button, field in zip(self.buttons, maps, strict=True):
            button.set_map(field)
        self.all_button.setVisible(bool(maps))
        self.switch_button.setVisible(bool(maps))
        self._empty.setVisible(not maps)
        self._show_choice()

    def set_no_result(self, reason: str) -> None:
        """Why there are no maps; "" where they will be there."""
        self._empty.setText(reason or EMPTY)

    def set_stale(self, stale: bool) -> None:
        """Whether the maps are of the frame before."""
        for button in self.buttons:
            button.set_stale(stale)

    def set_pointer(self, place: tuple[float, float] | None) -> None:
        """The place under the cursor in shares of the frame, on every map; None for none."""
        for button in self.buttons:
            button.set_pointer(place)

    def set_layer(self, layer: str) -> None:
        """Marks a layer, or all ("")."""
        self._layer = layer
        self._show_choice()

    def _open_menu(self) -> None:
        corner = self.switch_button.mapToGlobal(self.switch_button.rect().topLeft())
        self.menu_requested.emit(ALL_LAYERS, corner)

    def _choose(self, layer: str) -> None:
        self._show_choice()  # the mark moves when the setter says so
        self.chosen.emit(layer)

    def _show_choice(self) -> None:
        self.all_button.setChecked(self._layer == ALL_LAYERS)
        for button in self.buttons:
            button.setChecked(button.layer == self._layer)

    def _rebuild(self, maps: tuple[FieldMap, ...]) -> None:
        for group in self._groups:
            self._row.removeWidget(group)
            group.hide()
            group.deleteLater()
        self._groups, self.buttons = [], []
        for name, members in groupby(maps, lambda field: field.layer.split(".")[0]):
            fields = list(members)
            group = LayerGroup(name, fields[-1].colour, self)
            for field in fields:
                self._add_button(group, field)
            self._groups.append(group)
            self._row.addWidget(group, len(fields))

    def _add_button(self, group: LayerGroup, field: FieldMap) -> None:
        button = FieldButton(group)
        button.set_map(field)
        button.clicked.connect(lambda: self._choose(button.layer))
        button.enlarged.connect(lambda again: self.enlarged.emit(button.layer, again))
        button.pointed.connect(self.hovered.emit)
        button.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        button.customContextMenuRequested.connect(
            lambda at: self.menu_requested.emit(button.layer, button.mapToGlobal(at))
        )
        group.add(button)
        self.buttons.append(button)


class LayerGroup(QWidget):
    """The S-Convs of one ResNet layer under a heading in its hue."""

    def __init__(self, name: str, colour: tuple[int, int, int], parent: QWidget) -> None:
        super().__init__(parent)
        self._name = name.replace("layer", "layer ")
        self._colour = QColor(*colour)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, self.fontMetrics().height() + 4, 0, 0)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(2)
        column.addLayout(self._buttons)

    def add(self, button: FieldButton) -> None:
        """One more S-Conv on the right."""
        self._buttons.addWidget(button, 1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The heading, and a line in the hue from its end to the right edge."""
        painter = QPainter(self)
        height = self.fontMetrics().height() + 2
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(4, self.fontMetrics().ascent() + 1, self._name)
        left = 4 + self.fontMetrics().horizontalAdvance(self._name) + STEP
        painter.fillRect(left, height // 2, self.width() - left - 4, 2, self._colour)
